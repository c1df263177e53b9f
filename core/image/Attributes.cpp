#include "core/image/Attributes.h"

#include <cmath>

#include "core/image/AttributeParts.h"
#include "core/image/FunctionalGroups.h"

namespace akari::image {

namespace tags = dicom::tags;

namespace {

constexpr std::int64_t kMostFrames = 100'000;
constexpr std::int64_t kLargestSide = 65'535;
constexpr std::uint64_t kMostAttributeBytes = std::uint64_t{256} << 20; // of one object's frames, tables and windows alone

std::uint64_t weightOf(const FrameAttributes& frame)
{
    const std::uint64_t table = frame.modalityTransform.table ? frame.modalityTransform.table->entries.size() * 2 : 0;
    return table + frame.windows.size() * sizeof(Window);
}

std::int32_t smallInteger(const dicom::DataSet& dataSet, dicom::Tag tag)
{
    const std::int64_t value = dataSet.integer(tag).value_or(0);
    return value < INT32_MIN || value > INT32_MAX ? 0 : static_cast<std::int32_t>(value);
}

bool isLossySyntax(const std::string& uid)
{
    return uid == "1.2.840.10008.1.2.4.50" || uid == "1.2.840.10008.1.2.4.51" || uid == "1.2.840.10008.1.2.4.81";
}

double cineFrameTime(const dicom::DataSet& dataSet)
{
    if (const auto time = dataSet.number(tags::FrameTime); time && std::isfinite(*time) && *time > 0) {
        return *time;
    }
    for (const dicom::Tag tag : {tags::RecommendedDisplayFrameRate, tags::CineRate}) {
        if (const auto rate = dataSet.number(tag); rate && std::isfinite(*rate) && *rate > 0) {
            return 1000.0 / *rate;
        }
    }
    return 0;
}

std::string joined(const std::vector<std::string>& texts)
{
    std::string all;
    for (const std::string& text : texts) {
        all += (all.empty() ? "" : ", ") + text;
    }
    return all;
}

// What all frames of the object share.
FrameAttributes commonAttributes(const dicom::Part10& file, const ObjectIdentity& identity)
{
    const dicom::DataSet& d = file.dataSet;
    FrameAttributes a;
    a.identity = identity;
    a.sopClassUid = d.textOr(tags::SOPClassUID);
    a.modality = d.textOr(tags::Modality);
    a.seriesNumber = smallInteger(d, tags::SeriesNumber);
    a.instanceNumber = smallInteger(d, tags::InstanceNumber);
    a.acquisitionNumber = smallInteger(d, tags::AcquisitionNumber);
    a.seriesDescription = d.textOr(tags::SeriesDescription);
    a.imageType = d.texts(tags::ImageType);
    a.frameOfReferenceUid = d.textOr(tags::FrameOfReferenceUID);
    a.rows = static_cast<std::uint32_t>(d.integer(tags::Rows).value_or(0));
    a.columns = static_cast<std::uint32_t>(d.integer(tags::Columns).value_or(0));
    a.samplesPerPixel = static_cast<std::uint16_t>(d.integer(tags::SamplesPerPixel).value_or(1));
    a.monochrome1 = d.textOr(tags::PhotometricInterpretation) == "MONOCHROME1";
    a.laterality = d.textOr(tags::ImageLaterality, d.textOr(tags::Laterality));
    a.viewPosition = d.textOr(tags::ViewPosition);
    a.contentTime = d.textOr(tags::ContentTime, d.textOr(tags::AcquisitionTime));
    a.temporalPosition = smallInteger(d, tags::TemporalPositionIdentifier);
    a.frameTimeMs = cineFrameTime(d);
    a.lossy = d.textOr(tags::LossyImageCompression) == "01" || isLossySyntax(file.transferSyntaxUid);
    a.lossyRatio = joined(d.texts(tags::LossyImageCompressionRatio));
    a.burnedIn = d.textOr(tags::BurnedInAnnotation) == "YES";
    for (const auto& warning : file.warnings) {
        a.warnings.push_back(warning.message);
    }
    return a;
}

void readFrame(const dicom::DataSet& d, const std::vector<double>& frameTimes, FrameAttributes& a)
{
    readSplitAttributes(d, a);
    auto plane = readPlane(d, a.frame);
    if (plane) {
        a.plane = *plane;
    } else {
        a.warnings.push_back(plane.error().message);
    }
    const auto index = static_cast<std::size_t>(a.frame.value - 1);
    if (index < frameTimes.size() && std::isfinite(frameTimes[index]) && frameTimes[index] > 0) {
        a.frameTimeMs = frameTimes[index];
    }
    readWindows(d, a);
    readCalibration(d, a);
}

} // namespace

Result<std::vector<FrameAttributes>> readFrames(const dicom::Part10& file, const ObjectIdentity& identity)
{
    const dicom::DataSet& d = file.dataSet;
    const std::int64_t rows = d.integer(tags::Rows).value_or(0);
    const std::int64_t columns = d.integer(tags::Columns).value_or(0);
    if (rows <= 0 || columns <= 0) {
        return std::vector<FrameAttributes>{};
    }
    const std::int64_t count = d.integer(tags::NumberOfFrames).value_or(1);
    if (rows > kLargestSide || columns > kLargestSide || count < 1 || count > kMostFrames) {
        return fail("image.size", "The size or number of frames of this image is not believable, so it is not shown.",
                    std::to_string(columns) + "x" + std::to_string(rows) + ", " + std::to_string(count) + " frames");
    }
    const FrameAttributes common = commonAttributes(file, identity);
    const auto frameTimes = d.numbers(tags::FrameTimeVector);
    const bool perFrameChain = d.has(tags::PerFrameFunctionalGroupsSequence);
    std::vector<FrameAttributes> frames(static_cast<std::size_t>(count), common);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        frames[i].frame = FrameNumber{static_cast<std::int32_t>(i) + 1};
        readFrame(d, frameTimes, frames[i]);
        if (i == 0 || perFrameChain) {
            readGreyChain(d, frames[i]);
            readAppearance(d, frames[i]);
            if (i == 0 && weightOf(frames[0]) * frames.size() > kMostAttributeBytes) {
                return fail("image.size", "The tables of this image, once for each of its frames, are not believable, so it is not shown.",
                            std::to_string(count) + " frames");
            }
        } else {
            copyAppearance(frames[0], frames[i]);
        }
    }
    return frames;
}

} // namespace akari::image
