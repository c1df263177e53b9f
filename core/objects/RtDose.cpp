#include "core/objects/RtDose.h"

#include <algorithm>

#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

using namespace reading;

// PS3.3 C.8.8.3.2: relative offsets start with 0; absolute ones start with the z coordinate of the first plane, and are z coordinates.
Status placeFrames(const DataSet& dataSet, std::int32_t count, RtDose& out)
{
    DoseGrid& grid = *out.grid;
    std::vector<double> given = dataSet.numbers(tag::GridFrameOffsetVector);
    if (given.empty() && count == 1) {
        given = {0};
    }
    if (given.size() > static_cast<std::size_t>(count)) {
        note(out.warnings, "rtdose.offsets.more");
        given.resize(static_cast<std::size_t>(count));
    }
    if (given.size() < static_cast<std::size_t>(count)) {
        return fail("rtdose.frames", "The dose grid has fewer plane offsets than planes.",
                    tag::GridFrameOffsetVector.text() + " has " + std::to_string(given.size()) + " values for " + std::to_string(count) + " frames");
    }
    const image::Vec3 normal = grid.firstPlane.normal();
    const bool absolute = given.front() != 0;
    for (const double value : given) {
        const double alongNormal = absolute ? (value - given.front()) * (normal.z < 0 ? -1 : 1) : value;
        grid.frameOffsets.push_back(alongNormal);
        grid.framePositions.push_back(grid.firstPlane.position + normal * alongNormal);
    }
    return {};
}

Status readGrid(const dicom::Part10& file, RtDose& out)
{
    const DataSet& dataSet = file.dataSet;
    const auto size = frameSize(dataSet);
    const auto count = frameCount(dataSet);
    const auto plane = image::readPlane(dataSet, FrameNumber{1});
    const auto scaling = dataSet.number(tag::DoseGridScaling);
    const std::int32_t bits = smallOr(dataSet, tag::BitsAllocated, 0);
    if (!size || !plane || !*plane || !scaling || (bits != 16 && bits != 32)) {
        return fail("rtdose.grid", "The dose grid has no place in the patient, no scaling or a depth it can't have; its doses can't be used.");
    }
    const std::uint64_t needed = std::uint64_t{size->rows} * size->columns * static_cast<std::uint64_t>(bits / 8);
    const std::uint64_t there = dataSet.bytes(tag::PixelData).size();
    if (!count || (file.encapsulated ? there / 8 : there / needed) < static_cast<std::uint64_t>(*count)) {
        return fail("rtdose.frames", "The dose grid holds fewer pixels than its planes need.", tag::PixelData.text() + " of " + std::to_string(there) + " bytes");
    }
    out.grid = DoseGrid{size->rows, size->columns, **plane, {}, {}, *scaling, static_cast<std::uint16_t>(bits),
                        smallOr(dataSet, tag::PixelRepresentation, 0) == 1};
    return placeFrames(dataSet, *count, out);
}

DoseVolumeHistogram histogramFrom(const DataSet& item, RtDose& out)
{
    DoseVolumeHistogram histogram;
    histogram.type = item.textOr(tag::DVHType);
    histogram.doseUnits = item.textOr(tag::DoseUnits);
    histogram.doseType = item.textOr(tag::DoseType);
    histogram.volumeUnits = item.textOr(tag::DVHVolumeUnits);
    histogram.minimum = item.number(tag::DVHMinimumDose);
    histogram.maximum = item.number(tag::DVHMaximumDose);
    histogram.mean = item.number(tag::DVHMeanDose);
    const double scaling = item.number(tag::DVHDoseScaling).value_or(1);
    const auto data = item.numbers(tag::DVHData);
    const auto declared = small(item, tag::DVHNumberOfBins);
    if (data.size() % 2 != 0 || (declared && static_cast<std::size_t>(std::max(0, *declared)) != data.size() / 2)) {
        note(out.warnings, "rtdose.dvh");
    }
    double dose = 0;
    for (std::size_t k = 0; k + 1 < data.size(); k += 2) {
        dose += data[k] * scaling;
        histogram.bins.push_back({dose, data[k + 1]});
    }
    for (const DataSet& region : item.items(tag::DVHReferencedROISequence)) {
        histogram.regions.push_back({smallOr(region, tag::ReferencedROINumber, 0), region.textOr(tag::DVHROIContributionType) == "EXCLUDED"});
    }
    return histogram;
}

} // namespace

Result<RtDose> readRtDose(const dicom::Part10& file)
{
    const DataSet& dataSet = file.dataSet;
    if (!dataSet.has(tag::DoseUnits) && !dataSet.has(tag::DoseGridScaling) && dataSet.items(tag::DVHSequence).empty()) {
        return fail("rtdose.absent", "The object holds no dose.");
    }
    RtDose out;
    out.units = dataSet.textOr(tag::DoseUnits);
    out.type = dataSet.textOr(tag::DoseType);
    out.summationType = dataSet.textOr(tag::DoseSummationType);
    out.comment = dataSet.textOr(tag::DoseComment);
    out.frameOfReferenceUid = dataSet.textOr(tag::FrameOfReferenceUID);
    out.plans = referencedSops(dataSet, tag::ReferencedRTPlanSequence);
    out.structureSets = referencedSops(dataSet, tag::ReferencedStructureSetSequence);
    if (dataSet.has(tag::PixelData)) {
        if (const auto read = readGrid(file, out); !read) {
            return fail(read.error());
        }
    }
    for (const DataSet& item : dataSet.items(tag::DVHSequence)) {
        out.histograms.push_back(histogramFrom(item, out));
    }
    return out;
}

Result<std::vector<double>> dosesOfFrame(const dicom::Part10& file, const RtDose& dose, FrameNumber frame)
{
    if (!dose.grid || frame.value < 1 || static_cast<std::size_t>(frame.value) > dose.grid->framePositions.size()) {
        return fail("rtdose.frame", "The dose grid has no such plane.", "frame " + std::to_string(frame.value));
    }
    if (file.encapsulated) {
        return fail("rtdose.encapsulated", "The dose grid's planes are compressed; they have to be decoded first.");
    }
    const DoseGrid& grid = *dose.grid;
    const BytesView pixels = file.dataSet.bytes(tag::PixelData);
    const std::size_t size = grid.bitsAllocated / 8U;
    const std::size_t count = std::size_t{grid.rows} * grid.columns;
    const std::size_t first = count * static_cast<std::size_t>(frame.value - 1);
    if (pixels.size() / size < first + count) {
        return fail("pixels.short", "The dose grid holds fewer pixels than its planes need.", "frame " + std::to_string(frame.value));
    }
    std::vector<double> out(count);
    for (std::size_t k = 0; k < count; ++k) {
        std::uint32_t stored = 0;
        for (std::size_t b = 0; b < size; ++b) {
            stored = stored << 8 | pixels[(first + k) * size + (file.dataSet.bigEndian() ? b : size - 1 - b)];
        }
        const double value = !grid.isSigned ? stored : size == 2 ? static_cast<std::int16_t>(stored) : static_cast<std::int32_t>(stored);
        out[k] = value * grid.scaling;
    }
    return out;
}

} // namespace akari::objects
