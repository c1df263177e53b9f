#include <cstring>

#include "core/base/JobQueue.h"
#include "core/dicom/Tags.h"
#include "core/phantom/Header.h"
#include "core/phantom/UltrasoundScene.h"

namespace akari::phantom {

namespace {

namespace tags = dicom::tags;
using dicom::DataSetBuilder;
using dicom::Tag;

constexpr double kFrameTime = 33.3; // ms

// PS3.3 C.8.5.5: spatial format 2D, physical units cm.
DataSetBuilder region(const int (&corners)[4], int dataType, int flags)
{
    DataSetBuilder item;
    item.integers(tags::RegionSpatialFormat, vr::US, {1});
    item.integers(tags::RegionDataType, vr::US, {dataType});
    item.integers(tags::RegionFlags, vr::UL, {flags});
    item.integers(tags::RegionLocationMinX0, vr::UL, {corners[0]});
    item.integers(tags::RegionLocationMinY0, vr::UL, {corners[1]});
    item.integers(tags::RegionLocationMaxX1, vr::UL, {corners[2]});
    item.integers(tags::RegionLocationMaxY1, vr::UL, {corners[3]});
    item.integers(tags::PhysicalUnitsXDirection, vr::US, {3});
    item.integers(tags::PhysicalUnitsYDirection, vr::US, {3});
    item.doubles(tags::PhysicalDeltaX, vr::FD, {kUsCmPerColumn});
    item.doubles(tags::PhysicalDeltaY, vr::FD, {kUsCmPerRow});
    item.integers(tags::ReferencePixelX0, vr::SL, {320 - corners[0]});
    item.integers(tags::ReferencePixelY0, vr::SL, {30 - corners[1]});
    return item;
}

Bytes allFrames()
{
    constexpr std::size_t kFrameBytes = std::size_t{3} * kUsColumns * kUsRows;
    Bytes pixels(kFrameBytes * kUsFrames);
    parallelFor(kUsFrames, 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            const std::vector<std::uint8_t> frame = ultrasoundFrame(i);
            std::memcpy(pixels.data() + kFrameBytes * static_cast<std::size_t>(i), frame.data(), kFrameBytes);
        }
    });
    return pixels;
}

GeneratedObject makeClip(const StudyPlan& study, const SeriesPlan& series)
{
    DataSetBuilder data = header(study, series, kUsMultiFrame, 1);
    data.texts(tags::ImageType, vr::CS, {"ORIGINAL", "PRIMARY", "ABDOMINAL", "0011"}); // 2D and colour flow
    data.integers(tags::SamplesPerPixel, vr::US, {3});
    data.text(tags::PhotometricInterpretation, vr::CS, "RGB");
    data.integers(tags::PlanarConfiguration, vr::US, {0});
    data.integers(tags::NumberOfFrames, vr::IS, {kUsFrames});
    data.attributeTags(tags::FrameIncrementPointer, {tags::FrameTime});
    data.decimals(tags::FrameTime, {kFrameTime});
    data.integers(tags::CineRate, vr::IS, {30});
    data.integers(tags::RecommendedDisplayFrameRate, vr::IS, {30});
    data.integers(Tag{0x0028, 0x0014}, vr::US, {1}); // UltrasoundColorDataPresent
    data.integers(tags::Rows, vr::US, {kUsRows});
    data.integers(tags::Columns, vr::US, {kUsColumns});
    data.integers(tags::BitsAllocated, vr::US, {8});
    data.integers(tags::BitsStored, vr::US, {8});
    data.integers(tags::HighBit, vr::US, {7});
    data.integers(tags::PixelRepresentation, vr::US, {0});
    data.text(tags::LossyImageCompression, vr::CS, "00");
    data.text(tags::BurnedInAnnotation, vr::CS, "NO");
    data.empty(tags::PatientOrientation, vr::CS);
    data.sequence(tags::SequenceOfUltrasoundRegions, {region(kUsScan, 1, 0), region(kUsDoppler, 2, 1)});
    data.raw(tags::PixelData, vr::OB, allFrames());
    return finish(study, series, data, kUsMultiFrame, 1);
}

} // namespace

GroundTruth ultrasoundClip(const Sink& sink)
{
    const StudyPlan study = ultrasoundPlan();
    SeriesPlan series;
    series.key = "clip";
    series.number = 1;
    series.modality = "US";
    series.description = "腹部 カラードプラ";
    series.bodyPart = "ABDOMEN";
    series.time = "110720";
    series.station = "US03";
    series.model = "Phantom US";
    GroundTruth truth = truthOf(study);
    SeriesTruth facts = truthOf(study, series, 1);
    facts.columns = kUsColumns;
    facts.rows = kUsRows;
    facts.frames = kUsFrames;
    facts.betweenColumns = kUsCmPerColumn;
    facts.betweenRows = kUsCmPerRow;
    truth.series.push_back(std::move(facts));
    deliver(1, [&](int) { return makeClip(study, series); }, sink);
    return truth;
}

} // namespace akari::phantom
