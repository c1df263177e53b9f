#include "core/objects/RealWorldValue.h"

#include <bit>
#include <cmath>

#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

using namespace reading;

QuantityDefinition quantityFrom(const DataSet& item)
{
    QuantityDefinition out;
    out.name = code(item, tag::ConceptNameCodeSequence);
    out.value = code(item, tag::ConceptCodeSequence);
    out.text = item.textOr(tag::TextValue);
    if (const auto number = item.number(tag::NumericValue)) {
        out.quantity = Quantity{*number, code(item, tag::MeasurementUnitsCodeSequence)};
    }
    return out;
}

RealWorldMapping mappingFrom(const DataSet& item, std::vector<std::string>& warnings)
{
    RealWorldMapping out;
    out.label = item.textOr(tag::LUTLabel);
    out.explanation = item.textOr(tag::LUTExplanation);
    out.unit = code(item, tag::MeasurementUnitsCodeSequence);
    const bool isDouble = item.has(tag::DoubleFloatRealWorldValueFirstValueMapped);
    out.first = item.number(isDouble ? tag::DoubleFloatRealWorldValueFirstValueMapped : tag::RealWorldValueFirstValueMapped).value_or(0);
    out.last = item.number(isDouble ? tag::DoubleFloatRealWorldValueLastValueMapped : tag::RealWorldValueLastValueMapped).value_or(out.first - 1);
    out.slope = item.number(tag::RealWorldValueSlope).value_or(1);
    out.intercept = item.number(tag::RealWorldValueIntercept).value_or(0);
    out.table = item.numbers(tag::RealWorldValueLUTData);
    if (!out.table.empty() && static_cast<double>(out.table.size()) != out.last - out.first + 1) {
        note(warnings, "map.table");
        out.last = out.first - 1; // it maps nothing rather than something wrong
        out.table.clear();
    }
    for (const DataSet& quantity : item.items(tag::QuantityDefinitionSequence)) {
        out.quantities.push_back(quantityFrom(quantity));
    }
    return out;
}

std::vector<RealWorldMapping> mappingsFrom(const DataSet& holder, std::vector<std::string>& warnings)
{
    std::vector<RealWorldMapping> out;
    for (const DataSet& item : holder.items(tag::RealWorldValueMappingSequence)) {
        out.push_back(mappingFrom(item, warnings));
    }
    return out;
}

struct PixelKind {
    Tag tag;
    ParametricMap::Samples samples;
    std::size_t bytes;
};

std::optional<PixelKind> pixelKind(const DataSet& dataSet)
{
    if (dataSet.has(tag::FloatPixelData)) {
        return PixelKind{tag::FloatPixelData, ParametricMap::Samples::Float32, 4};
    }
    if (dataSet.has(tag::DoubleFloatPixelData)) {
        return PixelKind{tag::DoubleFloatPixelData, ParametricMap::Samples::Float64, 8};
    }
    if (dataSet.has(tag::PixelData) && dataSet.integer(tag::BitsAllocated) == 16) {
        const bool isSigned = dataSet.integer(tag::PixelRepresentation) == 1;
        return PixelKind{tag::PixelData, isSigned ? ParametricMap::Samples::Signed16 : ParametricMap::Samples::Unsigned16, 2};
    }
    return std::nullopt;
}

void readMapFrame(const DataSet& dataSet, const DataSet& group, ParametricMap& out)
{
    ParametricMapFrame frame;
    frame.number = FrameNumber{static_cast<std::int32_t>(out.frames.size() + 1)};
    if (auto plane = image::readPlane(dataSet, frame.number)) {
        frame.plane = *plane;
    } else {
        note(out.warnings, "map.plane");
    }
    const bool own = group.has(tag::RealWorldValueMappingSequence);
    const DataSet* shared = firstItem(dataSet, tag::SharedFunctionalGroupsSequence);
    if (own || shared) {
        frame.mappings = mappingsFrom(own ? group : *shared, out.warnings);
    }
    for (const DataSet& derivation : group.items(tag::DerivationImageSequence)) {
        auto found = referencedSops(derivation, tag::SourceImageSequence);
        frame.sources.insert(frame.sources.end(), found.begin(), found.end());
    }
    out.frames.push_back(std::move(frame));
}

} // namespace

std::optional<double> RealWorldMapping::valueOf(double stored) const
{
    if (!(stored >= first && stored <= last)) {
        return std::nullopt;
    }
    if (table.empty()) {
        return stored * slope + intercept;
    }
    const auto place = static_cast<std::size_t>(std::llround(stored - first));
    return place < table.size() ? std::optional(table[place]) : std::nullopt;
}

Result<ParametricMap> readParametricMap(const dicom::Part10& file)
{
    const DataSet& dataSet = file.dataSet;
    const auto kind = pixelKind(dataSet);
    if (dataSet.textOr(tag::SOPClassUID) != "1.2.840.10008.5.1.4.1.1.30" || !kind) {
        return fail("map.absent", "The object is no parametric map.");
    }
    const auto size = frameSize(dataSet);
    const auto count = frameCount(dataSet);
    const auto& groups = dataSet.items(tag::PerFrameFunctionalGroupsSequence);
    if (!size || !count || groups.size() != static_cast<std::size_t>(*count)) {
        return fail("map.frames", "The parametric map describes other frames than it counts, or frames without a size.",
                    std::to_string(groups.size()) + " described, " + std::to_string(count.value_or(0)) + " counted");
    }
    const std::uint64_t there = dataSet.bytes(kind->tag).size();
    const std::uint64_t each = std::uint64_t{size->rows} * size->columns * kind->bytes;
    if (!file.encapsulated && there / each < static_cast<std::uint64_t>(*count)) {
        return fail("map.frames", "The parametric map holds fewer pixels than its frames need.", kind->tag.text() + " of " + std::to_string(there) + " bytes");
    }
    ParametricMap out;
    out.samples = kind->samples;
    out.rows = size->rows;
    out.columns = size->columns;
    out.label = dataSet.textOr(tag::ContentLabel);
    out.frameOfReferenceUid = dataSet.textOr(tag::FrameOfReferenceUID);
    for (const DataSet& group : groups) {
        readMapFrame(dataSet, group, out);
    }
    return out;
}

Result<std::vector<double>> parametricMapPixels(const dicom::Part10& file, const ParametricMap& map, FrameNumber frame)
{
    const auto kind = pixelKind(file.dataSet);
    if (!kind || frame.value < 1 || static_cast<std::size_t>(frame.value) > map.frames.size()) {
        return fail("map.frame", "The parametric map has no such frame.", "frame " + std::to_string(frame.value));
    }
    if (file.encapsulated) {
        return fail("map.encapsulated", "The parametric map's frames are compressed; they have to be decoded first.");
    }
    const BytesView pixels = file.dataSet.bytes(kind->tag);
    const std::size_t count = std::size_t{map.rows} * map.columns;
    const std::size_t first = count * static_cast<std::size_t>(frame.value - 1);
    if (pixels.size() / kind->bytes < first + count) {
        return fail("pixels.short", "The parametric map holds fewer pixels than its frames need.", "frame " + std::to_string(frame.value));
    }
    std::vector<double> out(count);
    for (std::size_t k = 0; k < count; ++k) {
        std::uint64_t raw = 0;
        for (std::size_t b = 0; b < kind->bytes; ++b) {
            raw = raw << 8 | pixels[(first + k) * kind->bytes + (file.dataSet.bigEndian() ? b : kind->bytes - 1 - b)];
        }
        switch (map.samples) {
        case ParametricMap::Samples::Float32: out[k] = static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(raw))); break;
        case ParametricMap::Samples::Float64: out[k] = std::bit_cast<double>(raw); break;
        case ParametricMap::Samples::Signed16: out[k] = static_cast<std::int16_t>(raw); break;
        case ParametricMap::Samples::Unsigned16: out[k] = static_cast<double>(raw); break;
        }
    }
    return out;
}

Result<RealWorldValueMappings> readRealWorldValueMappings(const dicom::Part10& file)
{
    const DataSet& dataSet = file.dataSet;
    if (dataSet.items(tag::ReferencedImageRealWorldValueMappingSequence).empty()) {
        return fail("rwvm.absent", "The object maps no real world values.");
    }
    RealWorldValueMappings out;
    out.label = dataSet.textOr(tag::ContentLabel);
    out.references = referencedSeries(dataSet);
    for (const DataSet& item : dataSet.items(tag::ReferencedImageRealWorldValueMappingSequence)) {
        out.items.push_back({mappingsFrom(item, out.warnings), referencedSops(item, tag::ReferencedImageSequence)});
    }
    return out;
}

} // namespace akari::objects
