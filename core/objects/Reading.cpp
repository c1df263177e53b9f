#include "core/objects/Reading.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace akari::objects::reading {

const DataSet* firstItem(const DataSet& dataSet, Tag sequence)
{
    const auto& items = dataSet.items(sequence);
    return items.empty() ? nullptr : &items.front();
}

CodedConcept codeOfItem(const DataSet& item)
{
    CodedConcept out;
    for (const Tag tag : {tag::CodeValue, tag::LongCodeValue, tag::URNCodeValue}) {
        if (out.value.empty()) {
            out.value = item.textOr(tag);
        }
    }
    out.scheme = item.textOr(tag::CodingSchemeDesignator);
    out.meaning = item.textOr(tag::CodeMeaning);
    return out;
}

CodedConcept code(const DataSet& dataSet, Tag sequence)
{
    const DataSet* item = firstItem(dataSet, sequence);
    return item ? codeOfItem(*item) : CodedConcept{};
}

std::vector<CodedConcept> codes(const DataSet& dataSet, Tag sequence)
{
    std::vector<CodedConcept> out;
    for (const DataSet& item : dataSet.items(sequence)) {
        out.push_back(codeOfItem(item));
    }
    return out;
}

std::vector<std::int32_t> wholeNumbers(const DataSet& dataSet, Tag tag)
{
    std::vector<std::int32_t> out;
    for (const double number : dataSet.numbers(tag)) {
        if (number >= 0 && number <= INT32_MAX) {
            out.push_back(static_cast<std::int32_t>(number));
        }
    }
    return out;
}

ReferencedSop referencedSop(const DataSet& item)
{
    return {item.textOr(tag::ReferencedSOPClassUID), item.textOr(tag::ReferencedSOPInstanceUID), wholeNumbers(item, tag::ReferencedFrameNumber),
            wholeNumbers(item, tag::ReferencedSegmentNumber)};
}

std::vector<ReferencedSop> referencedSops(const DataSet& dataSet, Tag sequence)
{
    std::vector<ReferencedSop> out;
    for (const DataSet& item : dataSet.items(sequence)) {
        out.push_back(referencedSop(item));
    }
    return out;
}

std::vector<ReferencedSeries> referencedSeries(const DataSet& dataSet)
{
    std::vector<ReferencedSeries> out;
    for (const DataSet& item : dataSet.items(tag::ReferencedSeriesSequence)) {
        ReferencedSeries series;
        series.series = SeriesInstanceUid(item.textOr(tag::SeriesInstanceUID));
        for (const Tag sequence : {tag::ReferencedInstanceSequence, tag::ReferencedSOPSequence, tag::ReferencedImageSequence}) {
            auto found = referencedSops(item, sequence);
            std::move(found.begin(), found.end(), std::back_inserter(series.instances));
        }
        out.push_back(std::move(series));
    }
    return out;
}

const DataSet* functionalGroup(const DataSet& dataSet, const DataSet* perFrame, Tag sequence)
{
    if (perFrame) {
        if (const DataSet* own = firstItem(*perFrame, sequence)) {
            return own;
        }
    }
    const DataSet* shared = firstItem(dataSet, tag::SharedFunctionalGroupsSequence);
    return shared ? firstItem(*shared, sequence) : nullptr;
}

std::optional<std::int32_t> small(const DataSet& dataSet, Tag tag, std::size_t index)
{
    const auto value = dataSet.integer(tag, index);
    return value && *value >= INT32_MIN && *value <= INT32_MAX ? std::optional(static_cast<std::int32_t>(*value)) : std::nullopt;
}

std::int32_t smallOr(const DataSet& dataSet, Tag tag, std::int32_t fallback) { return small(dataSet, tag).value_or(fallback); }

std::optional<FrameSize> frameSize(const DataSet& dataSet)
{
    const auto rows = dataSet.integer(tag::Rows);
    const auto columns = dataSet.integer(tag::Columns);
    if (!rows || !columns || *rows < 1 || *rows > 65535 || *columns < 1 || *columns > 65535) {
        return std::nullopt;
    }
    return FrameSize{static_cast<std::uint32_t>(*rows), static_cast<std::uint32_t>(*columns)};
}

std::optional<std::int32_t> frameCount(const DataSet& dataSet)
{
    if (!dataSet.text(tag::NumberOfFrames)) {
        return 1;
    }
    const auto count = small(dataSet, tag::NumberOfFrames);
    return count && *count > 0 ? count : std::nullopt;
}

namespace {

double fromLabCurve(double t) { return t > 6.0 / 29 ? t * t * t : 3 * (6.0 / 29) * (6.0 / 29) * (t - 4.0 / 29); }

std::uint8_t gammaEncoded(double linear)
{
    const double clipped = std::clamp(linear, 0.0, 1.0);
    const double encoded = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * std::pow(clipped, 1 / 2.4) - 0.055;
    return static_cast<std::uint8_t>(std::lround(encoded * 255));
}

} // namespace

std::optional<DisplayColour> colourFromLab(const DataSet& dataSet, Tag tag)
{
    const auto values = dataSet.numbers(tag);
    if (values.size() != 3) {
        return std::nullopt;
    }
    const double fy = (values[0] / 65535 * 100 + 16) / 116;
    const double x = 0.96422 * fromLabCurve(fy + (values[1] / 257 - 128) / 500);
    const double y = fromLabCurve(fy);
    const double z = 0.82521 * fromLabCurve(fy - (values[2] / 257 - 128) / 200);
    // XYZ of D50 to linear sRGB, Bradford-adapted to D65.
    return DisplayColour{gammaEncoded(3.1338561 * x - 1.6168667 * y - 0.4906146 * z), gammaEncoded(-0.9787684 * x + 1.9161415 * y + 0.0334540 * z),
                         gammaEncoded(0.0719453 * x - 0.2289914 * y + 1.4052427 * z)};
}

void note(std::vector<std::string>& warnings, std::string_view code)
{
    if (std::find(warnings.begin(), warnings.end(), code) == warnings.end()) {
        warnings.emplace_back(code);
    }
}

} // namespace akari::objects::reading
