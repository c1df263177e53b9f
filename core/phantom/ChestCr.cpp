#include "core/dicom/Tags.h"
#include "core/phantom/ChestProjection.h"
#include "core/phantom/Header.h"
#include "core/phantom/Noise.h"

namespace akari::phantom {

namespace {

namespace tags = dicom::tags;
using dicom::DataSetBuilder;
using dicom::Tag;

struct View {
    SeriesPlan series;
    Projection projection;
    bool inverse; // MONOCHROME1: the stored values are those of the film
    std::string position;
    std::vector<std::string> orientation;
    std::string viewCode;
    std::string viewMeaning;
};

DataSetBuilder code(const std::string& value, const std::string& scheme, const std::string& meaning)
{
    DataSetBuilder item;
    item.text(tags::CodeValue, vr::SH, value);
    item.text(tags::CodingSchemeDesignator, vr::SH, scheme);
    item.text(tags::CodeMeaning, vr::LO, meaning);
    return item;
}

void putDetector(DataSetBuilder& data, const View& view)
{
    data.texts(tags::ImageType, vr::CS, {"ORIGINAL", "PRIMARY", ""});
    data.text(tags::PresentationIntentType, vr::CS, "FOR PRESENTATION");
    data.sequence(Tag{0x0008, 0x2218}, {code("51185008", "SCT", "Chest")}); // AnatomicRegionSequence
    data.text(tags::ImageLaterality, vr::CS, "U");
    data.texts(tags::PatientOrientation, vr::CS, view.orientation);
    data.text(tags::ViewPosition, vr::CS, view.position);
    DataSetBuilder viewItem = code(view.viewCode, "SCT", view.viewMeaning);
    viewItem.sequence(Tag{0x0054, 0x0222}, {}); // ViewModifierCodeSequence
    data.sequence(Tag{0x0054, 0x0220}, {viewItem});
    data.decimals(tags::ImagerPixelSpacing, {view.projection.betweenRows, view.projection.betweenColumns});
    data.text(Tag{0x0018, 0x7004}, vr::CS, "SCINTILLATOR"); // DetectorType
    data.text(Tag{0x0018, 0x1508}, vr::CS, "COLUMN");       // PositionerType
    data.decimals(tags::KVP, {120});
    data.decimals(Tag{0x0018, 0x1110}, {1800}); // DistanceSourceToDetector
    data.empty(Tag{0x0018, 0x1111}, vr::DS);    // DistanceSourceToPatient
    data.integers(Tag{0x0018, 0x1152}, vr::IS, {3}); // Exposure
    data.text(tags::BurnedInAnnotation, vr::CS, "NO");
    data.sequence(Tag{0x0040, 0x0555}, {}); // AcquisitionContextSequence
    data.text(tags::PixelIntensityRelationship, vr::CS, "LOG");
    data.integers(tags::PixelIntensityRelationshipSign, dicom::Vr('S', 'S'), {view.inverse ? 1 : -1});
    data.decimals(tags::RescaleIntercept, {0});
    data.decimals(tags::RescaleSlope, {1});
    data.text(tags::RescaleType, vr::LO, "US");
    data.text(tags::PresentationLUTShape, vr::CS, view.inverse ? "INVERSE" : "IDENTITY");
    data.decimals(tags::WindowCenter, {view.inverse ? 4095 - 2050.0 : 2050.0});
    data.decimals(tags::WindowWidth, {3700});
}

GeneratedObject makeView(const StudyPlan& study, const View& view)
{
    DataSetBuilder data = header(study, view.series, kDxForPresentation, 1);
    putDetector(data, view);
    PixelPlan pixels;
    pixels.columns = view.projection.columns;
    pixels.rows = view.projection.rows;
    pixels.photometric = view.inverse ? "MONOCHROME1" : "MONOCHROME2";
    putPixelModule(data, pixels);
    std::vector<float> image = enhance(project(view.projection), view.projection);
    addGaussian(image.data(), static_cast<int>(image.size()), 14, view.inverse ? 902 : 901);
    std::vector<std::uint16_t> stored(image.size());
    for (std::size_t i = 0; i < image.size(); ++i) {
        const float v = std::min(std::max(image[i] + 0.5F, 0.0F), 4095.0F);
        stored[i] = static_cast<std::uint16_t>(view.inverse ? 4095.0F - v : v);
    }
    data.raw(tags::PixelData, vr::OW, wordBytes(stored));
    return finish(study, view.series, data, kDxForPresentation, 1);
}

SeriesPlan dxSeries(std::string key, int number, std::string description, std::string time)
{
    SeriesPlan series;
    series.key = std::move(key);
    series.number = number;
    series.modality = "DX";
    series.description = std::move(description);
    series.bodyPart = "CHEST";
    series.protocol = "CHEST 2 VIEWS";
    series.time = std::move(time);
    series.station = "DX02";
    series.model = "Phantom DX";
    return series;
}

} // namespace

GroundTruth chestCr(const Sink& sink)
{
    const StudyPlan study = chestCrPlan();
    const View views[] = {
        {dxSeries("pa", 1, "胸部 正面 PA", "092105"), {false, 1760, 1800, 0.200, 0.194, 178}, false, "PA", {"L", "F"}, "399348003", "postero-anterior"},
        {dxSeries("lat", 2, "胸部 側面", "092230"), {true, 1500, 1800, 0.200, 0.194, 178}, true, "LL", {"P", "F"}, "399198007", "right to left lateral"}};
    GroundTruth truth = truthOf(study);
    bool wanted = true;
    for (const View& view : views) {
        SeriesTruth series = truthOf(study, view.series, 1);
        series.columns = view.projection.columns;
        series.rows = view.projection.rows;
        series.betweenColumns = view.projection.betweenColumns;
        series.betweenRows = view.projection.betweenRows;
        truth.series.push_back(std::move(series));
        wanted = wanted && deliver(1, [&](int) { return makeView(study, view); }, sink);
    }
    return truth;
}

} // namespace akari::phantom
