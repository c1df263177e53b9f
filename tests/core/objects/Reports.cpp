#include "core/objects/DoseReport.h"
#include "core/objects/KeyObjectSelection.h"
#include "core/objects/MeasurementReport.h"
#include "tests/core/objects/ObjectFiles.h"

using namespace akari;
using namespace akari::objects;
using namespace akari::test;

namespace {

DataSetBuilder item(const char* type, const char* value, const char* scheme = "DCM")
{
    DataSetBuilder out;
    out.text(dicom::tags::RelationshipType, {'C', 'S'}, "CONTAINS").text(dicom::tags::ValueType, {'C', 'S'}, type);
    return out.sequence(tag::ConceptNameCodeSequence, {codeItem(value, scheme, "name")});
}
DataSetBuilder container(const char* value, std::vector<DataSetBuilder> children)
{
    return item("CONTAINER", value).sequence(dicom::tags::ContentSequence, std::move(children));
}
DataSetBuilder number(const char* value, double amount, const char* unit)
{
    DataSetBuilder measured;
    measured.decimals(tag::NumericValue, {amount}).sequence(tag::MeasurementUnitsCodeSequence, {codeItem(unit, "UCUM", unit)});
    return item("NUM", value).sequence(dicom::tags::MeasuredValueSequence, {measured});
}
DataSetBuilder coded(const char* value, DataSetBuilder concept_, const char* scheme = "DCM") { return item("CODE", value, scheme).sequence(tag::ConceptCodeSequence, {std::move(concept_)}); }
DataSetBuilder uid(const char* value, const char* what) { return item("UIDREF", value).text(dicom::tags::UID, {'U', 'I'}, what); }
DataSetBuilder words(const char* value, const char* what) { return item("TEXT", value).text(tag::TextValue, {'U', 'T'}, what); }

// As TID 10011 nests it.
DataSetBuilder ctEvent(const char* identity, double ctdi, double dlp)
{
    DataSetBuilder mean = number("113830", ctdi, "mGy");
    mean.sequence(dicom::tags::ContentSequence, {coded("113835", codeItem("113691", "DCM", "IEC Body Dosimetry Phantom"))});
    return container("113819", {words("125203", "Chest routine"), coded("123014", codeItem("816094009", "SCT", "Chest")),
                                coded("113820", codeItem("116152004", "SCT", "Spiral Acquisition")), uid("113769", identity),
                                container("113822", {number("113824", 4.5, "s"), number("113825", 350, "mm")}),
                                container("113829", {mean, number("113838", dlp, "mGy.cm")})});
}

DataSetBuilder doseReport(double events)
{
    DataSetBuilder root = item("CONTAINER", "113701");
    return root.sequence(dicom::tags::ContentSequence,
                         {coded("121058", codeItem("77477000", "SCT", "CT")), container("113811", {number("113812", events, "{events}"), number("113813", 420.5, "mGy.cm")}),
                          ctEvent("1.2.3.1", 8.25, 300.25), ctEvent("1.2.3.2", 3.5, 120.25)});
}

constexpr const char* kDoseReportClass = "1.2.840.10008.5.1.4.1.1.88.67";

} // namespace

TEST_CASE("A key object selection gives its objects with study and series", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const auto read = readKeyObjectSelection(part10At("22_derived/kos_three_ct_slices.dcm"));
    REQUIRE(read.has_value());
    CHECK(read->title == CodedConcept{"113000", "DCM", "Of Interest"});
    CHECK_FALSE(read->rejects);
    CHECK_FALSE(read->description.empty());
    CHECK(read->contentDate == "20240101");
    REQUIRE(read->objects.size() == 3);
    CHECK(read->objects[1].sop.instance == "1.3.6.1.4.1.14519.5.2.1.6279.6001.314317424535346604846455947128");
    CHECK(read->objects[1].series.value == "1.3.6.1.4.1.14519.5.2.1.6279.6001.154677396354641150280013275227");
    CHECK(read->objects[1].study.value == "1.3.6.1.4.1.14519.5.2.1.6279.6001.265704884949271879044145982159");
    CHECK(read->objects[1].valueType == "IMAGE");
    CHECK(read->warnings.empty());
    CHECK(readKeyObjectSelection(part10At("12_pydicom_core/test_files/test-SR.dcm")).error().code == "kos.absent");
}

TEST_CASE("A rejection note is told from a selection, and objects without evidence are kept", "[core][objects]")
{
    DataSetBuilder image;
    image.text(dicom::tags::ValueType, {'C', 'S'}, "IMAGE").sequence(dicom::tags::ReferencedSOPSequence, {referenceItem("1.2", "1.2.9")});
    DataSetBuilder root = item("CONTAINER", "113001");
    const auto read = readKeyObjectSelection(part10Of(root.sequence(dicom::tags::ContentSequence, {image}), "1.2.840.10008.5.1.4.1.1.88.59"));
    REQUIRE(read.has_value());
    CHECK(read->rejects);
    CHECK(read->objects.at(0).series.empty());
    CHECK(read->warnings == std::vector<std::string>{"kos.evidence.missing"});
}

TEST_CASE("A CT dose report gives each irradiation's CTDIvol and DLP", "[core][objects]")
{
    const auto read = readDoseReport(part10Of(doseReport(2), kDoseReportClass));
    REQUIRE(read.has_value());
    CHECK(read->ct);
    CHECK(read->totalEvents == 2);
    REQUIRE(read->totalDoseLengthProduct.has_value());
    CHECK(read->totalDoseLengthProduct->value == 420.5);
    CHECK(read->totalDoseLengthProduct->unit.is("mGy.cm", "UCUM"));
    REQUIRE(read->events.size() == 2);
    const IrradiationEvent& first = read->events[0];
    CHECK(first.uid == "1.2.3.1");
    CHECK(first.protocol == "Chest routine");
    CHECK(first.type.meaning == "Spiral Acquisition");
    CHECK(first.targetRegion.is("816094009", "SCT"));
    CHECK(first.phantom.is("113691", "DCM"));
    CHECK(first.meanCtdiVol->value == 8.25);
    CHECK(first.meanCtdiVol->unit.value == "mGy");
    CHECK(first.doseLengthProduct->value == 300.25);
    CHECK(first.quantities.size() == 4);
    CHECK_FALSE(first.doseAreaProduct.has_value());
    CHECK(read->warnings.empty());
    CHECK(readDoseReport(part10Of(doseReport(3), kDoseReportClass))->warnings == std::vector<std::string>{"dose.events.count"});
}

TEST_CASE("A projection dose report gives dose-area products in comparable units", "[core][objects]")
{
    DataSetBuilder started = item("DATETIME", "111526");
    started.text(dicom::tags::DateTime, {'D', 'T'}, "20240102030405");
    DataSetBuilder root = item("CONTAINER", "113701");
    root.sequence(dicom::tags::ContentSequence,
                  {coded("121058", codeItem("113704", "DCM", "Projection X-Ray")), container("113702", {number("113722", 1.5e-4, "Gy.m2")}), container("113702", {number("113722", 0.5e-4, "Gy.m2")}),
                   container("113706", {uid("113769", "1.2.4.1"), started, coded("113721", codeItem("44491008", "SCT", "Fluoroscopy")),
                                        coded("113764", codeItem("113622", "DCM", "Single Plane")), number("122130", 2e-5, "Gy.m2"), number("113738", 0.003, "Gy")})});
    const auto read = readDoseReport(part10Of(root, kDoseReportClass));
    REQUIRE(read.has_value());
    CHECK_FALSE(read->ct);
    CHECK(read->totalDoseAreaProduct->value == Approx(2e-4));
    const IrradiationEvent& event = read->events.at(0);
    CHECK(event.started == "20240102030405");
    CHECK(event.type.meaning == "Fluoroscopy");
    CHECK(event.plane.meaning == "Single Plane");
    CHECK(event.doseAtReferencePoint->value == 0.003);
    CHECK(inMilligraySquareCentimetres(*event.doseAreaProduct) == Approx(200));
    CHECK(inMilligraySquareCentimetres({7, {"dGy.cm2", "UCUM", ""}}) == Approx(700));
    CHECK(inMilligraySquareCentimetres({7, {"uGy.m2", "UCUM", ""}}) == Approx(70));
    CHECK_FALSE(inMilligraySquareCentimetres({7, {"mGy", "UCUM", ""}}).has_value());
    CHECK(readDoseReport(part10Of(item("CONTAINER", "121111"), kDoseReportClass)).error().code == "dose.absent");
    CHECK(readDoseReport(part10Of(DataSetBuilder{}, kDoseReportClass)).error().code == "sr.absent");
}

TEST_CASE("A measurement report of a segmented tumour", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const auto read = readMeasurementReport(part10At("16_seg_sr_parametric_dcmqi/sr-example/sr.dcm"));
    REQUIRE(read.has_value());
    CHECK(read->procedures.at(0).is("44139-4", "LN"));
    REQUIRE(read->groups.size() == 1);
    const MeasurementGroup& group = read->groups[0];
    CHECK(group.trackingId == "primary tumor");
    CHECK(group.trackingUid == "2.25.318774060119084600392715520575818119084");
    CHECK(group.finding == CodedConcept{"M-80003", "SRT", "Neoplasm, Primary"});
    CHECK(group.findingSites.at(0).is("T-C5300", "SRT"));
    CHECK(group.session == "1");
    CHECK(group.timePoint == "1");
    CHECK(group.method.is("126410", "DCM"));
    CHECK(group.sourceSeriesUid == "1.3.6.1.4.1.14519.5.2.1.2744.7002.261560220703676715130542397405");
    REQUIRE(group.segments.size() == 1);
    CHECK(group.segments[0].segments == std::vector<std::int32_t>{1});
    CHECK(group.valueMaps.size() == 1);
    CHECK(group.images.empty());
    REQUIRE(group.measurements.size() == 22);
    CHECK(group.measurements[0].name == CodedConcept{"126401", "DCM", "SUVbw"});
    CHECK(group.measurements[0].quantity->value == 6.01529);
    CHECK(group.measurements[0].quantity->unit.is("{SUVbw}g/ml", "UCUM"));
    CHECK(group.measurements[0].derivation.is("R-00317", "SRT"));
    CHECK(group.measurements[4].method.is("126030", "DCM"));
    CHECK(group.measurements[4].quantity->value == 33.5824);
    CHECK(group.measurements[21].quantity->value == 2.82066);
}

TEST_CASE("A measurement report of a region on an image", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const auto read = readMeasurementReport(part10At("17_seg_sr_sm_highdicom/sr_document.dcm"));
    REQUIRE(read.has_value());
    const MeasurementGroup& group = read->groups.at(0);
    CHECK(group.trackingId == "Planar ROI Measurements");
    CHECK(group.finding.is("T-A7010", "SRT"));
    REQUIRE(group.regions.size() == 1);
    CHECK(group.regions[0].graphicType == "CIRCLE");
    CHECK(group.regions[0].graphicData == std::vector<double>{58, 52, 58, 41});
    CHECK(group.regions[0].images.at(0).instance.ends_with("072730.12322"));
    REQUIRE(group.measurements.size() == 1);
    CHECK(group.measurements[0].quantity->value == 1.7);
    CHECK(group.measurements[0].quantity->unit.value == "cm2");
    CHECK(readMeasurementReport(part10At("12_pydicom_core/test_files/reportsi.dcm")).error().code == "measurements.absent");
}
