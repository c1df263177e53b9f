#include <functional>

#include "core/base/FileIo.h"
#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "core/objects/EncapsulatedDocument.h"
#include "core/objects/SrTree.h"
#include "tests/support/Catch.h"
#include "tests/support/TestData.h"

using namespace akari;
using namespace akari::objects;
using dicom::DataSetBuilder;
namespace tags = dicom::tags;

namespace {

DataSetBuilder code(const char* value, const char* scheme, const char* meaning)
{
    DataSetBuilder b;
    return b.text(tags::CodeValue, {'S', 'H'}, value).text(tags::CodingSchemeDesignator, {'S', 'H'}, scheme).text(tags::CodeMeaning, {'L', 'O'}, meaning);
}

DataSetBuilder item(const char* relationship, const char* type, DataSetBuilder name)
{
    DataSetBuilder b;
    return b.text(tags::RelationshipType, {'C', 'S'}, relationship)
        .text(tags::ValueType, {'C', 'S'}, type)
        .sequence(tags::ConceptNameCodeSequence, {std::move(name)});
}

DataSetBuilder report(double length = 12.3, const char* finding = "Nodule.\r\nStable.")
{
    DataSetBuilder text = item("CONTAINS", "TEXT", code("121071", "DCM", "Finding"));
    text.text(tags::TextValue, {'U', 'T'}, finding);
    DataSetBuilder measured;
    measured.decimals(tags::NumericValue, {length}).sequence(tags::MeasurementUnitsCodeSequence, {code("mm", "UCUM", "millimeter")});
    DataSetBuilder reference;
    reference.text(tags::ReferencedSOPClassUID, {'U', 'I'}, "1.2.3").text(tags::ReferencedSOPInstanceUID, {'U', 'I'}, "1.2.3.4");
    reference.integers(tags::ReferencedFrameNumber, {'I', 'S'}, {3, 5});
    DataSetBuilder image;
    image.text(tags::RelationshipType, {'C', 'S'}, "SELECTED FROM").text(tags::ValueType, {'C', 'S'}, "IMAGE");
    image.sequence(tags::ReferencedSOPSequence, {reference});
    DataSetBuilder region;
    region.text(tags::RelationshipType, {'C', 'S'}, "INFERRED FROM").text(tags::ValueType, {'C', 'S'}, "SCOORD");
    region.text(tags::GraphicType, {'C', 'S'}, "POLYLINE").doubles(tags::GraphicData, {'F', 'L'}, {1.5, 2, 3, 4}).sequence(tags::ContentSequence, {image});
    DataSetBuilder number = item("CONTAINS", "NUM", code("410668003", "SCT", "Length"));
    number.sequence(tags::MeasuredValueSequence, {measured}).sequence(tags::ContentSequence, {region});
    DataSetBuilder section = item("CONTAINS", "CONTAINER", code("121070", "DCM", "Findings"));
    section.sequence(tags::ContentSequence, {text, number});
    DataSetBuilder root = item("", "CONTAINER", code("11528-7", "LN", "Radiology Report"));
    return root.text(tags::SpecificCharacterSet, {'C', 'S'}, "ISO_IR 192").sequence(tags::ContentSequence, {section});
}

dicom::Part10 file(const DataSetBuilder& builder)
{
    auto read = dicom::readPart10(std::make_shared<const Bytes>(dicom::writePart10(builder, "1.2.840.10008.1.2.1", "1.2", "1.3")));
    REQUIRE(read.has_value());
    return std::move(*read);
}

SrDocument sr(const DataSetBuilder& builder)
{
    auto document = readSr(file(builder));
    REQUIRE(document.has_value());
    return std::move(*document);
}

SrDocument srAt(const std::filesystem::path& path)
{
    INFO(path.filename().string());
    auto bytes = readWholeFile(path);
    REQUIRE(bytes.has_value());
    auto read = dicom::readPart10(std::make_shared<const Bytes>(std::move(*bytes)));
    REQUIRE(read.has_value());
    auto document = readSr(*read);
    REQUIRE(document.has_value());
    return std::move(*document);
}

const ContentItem* findItem(const ContentItem& root, const std::function<bool(const ContentItem&)>& wanted)
{
    if (wanted(root)) {
        return &root;
    }
    for (const ContentItem& child : root.children) {
        if (const ContentItem* found = findItem(child, wanted)) {
            return found;
        }
    }
    return nullptr;
}

} // namespace

TEST_CASE("A report's tree is read with all its values", "[core][objects]")
{
    const SrDocument document = sr(report());
    CHECK(document.title == CodedConcept{"11528-7", "LN", "Radiology Report"});
    CHECK(document.warnings.empty());
    REQUIRE(document.root.children.size() == 1);
    REQUIRE(document.root.children[0].children.size() == 2);
    const ContentItem& text = document.root.children[0].children[0];
    CHECK(text.text == "Nodule.\r\nStable.");
    CHECK(text.relationship == "CONTAINS");
    const ContentItem& number = document.root.children[0].children[1];
    CHECK(number.numeric == 12.3);
    CHECK(number.unit.is("mm", "UCUM"));
    const ContentItem& region = number.children.at(0);
    CHECK(region.graphicType == "POLYLINE");
    CHECK(region.graphicData == std::vector<double>{1.5, 2, 3, 4});
    CHECK(region.children.at(0).referenced == std::vector<ReferencedSop>{{"1.2.3", "1.2.3.4", {3, 5}}});
}

TEST_CASE("The first difference is named by its place and tells no text", "[core][objects]")
{
    const SrDocument a = sr(report());
    CHECK(firstDifference(a.root, sr(report()).root) == std::nullopt);
    CHECK(firstDifference(a.root, sr(report(12.4)).root) == "1.1.2 numeric");
    CHECK(firstDifference(a.root, sr(report(12.3, "Nodule.")).root) == "1.1.1 text");
    ContentItem b = a.root;
    b.children[0].children[1].children[0].graphicData[0] = 1;
    CHECK(firstDifference(a.root, b) == "1.1.2.1 graphicData");
    b = a.root;
    b.children[0].children.pop_back();
    CHECK(firstDifference(a.root, b) == "1.1 children");
    b = a.root;
    b.children[0].children[1].children[0].children[0].referenced[0].frames = {3};
    CHECK(firstDifference(a.root, b) == "1.1.2.1.1 referenced");
    b = a.root;
    b.name.meaning = "x";
    CHECK(firstDifference(a.root, b) == "1 name");
}

TEST_CASE("A report is rendered as plain lines", "[core][objects]")
{
    CHECK(renderText(sr(report())) == "Radiology Report\n"
                                      "\n"
                                      "Findings\n"
                                      "  Finding: Nodule.\n"
                                      "    Stable.\n"
                                      "  Length: 12.3 mm\n"
                                      "    Region: POLYLINE of 2 points\n"
                                      "      Image: instance 1.2.3.4, frame 3, 5\n");
}

TEST_CASE("What is no report or lacks parts is told", "[core][objects]")
{
    DataSetBuilder image;
    image.text(tags::Modality, {'C', 'S'}, "CT");
    CHECK(readSr(file(image)).error().code == "sr.absent");
    DataSetBuilder odd = item("CONTAINS", "HOLOGRAM", code("1", "99X", "Odd"));
    DataSetBuilder number = item("CONTAINS", "NUM", code("2", "99X", "Number"));
    DataSetBuilder root = item("", "CONTAINER", code("3", "99X", "Root"));
    root.sequence(tags::ContentSequence, {odd, number, DataSetBuilder()}).text(tags::VerificationFlag, {'C', 'S'}, "VERIFIED");
    const SrDocument document = sr(root);
    CHECK(document.warnings == std::vector<std::string>{"sr.verifier.missing", "sr.valueType.unknown", "sr.number.missing"});
    CHECK(document.root.children.size() == 3);
    CHECK(renderText(document).find("Number: no value") != std::string::npos);
}

TEST_CASE("Sample reports", "[core][objects][data]")
{
    const auto data = test::dataFolder();
    if (!data || !std::filesystem::is_directory(*data / ".." / "sr-samples")) {
        AKARI_SKIP("no sample reports");
    }
    const auto folder = *data / ".." / "sr-samples";
    const SrDocument basic = srAt(folder / "tid2000_comp.dcm");
    CHECK(basic.templateId == "2000");
    CHECK(basic.completionFlag == "COMPLETE");
    CHECK(basic.preliminaryFlag == "FINAL");
    CHECK(basic.verificationFlag == "VERIFIED");
    REQUIRE(basic.verifyingObservers.size() == 1);
    CHECK(basic.verifyingObservers[0].organization == "Remote Reading Center");
    CHECK(basic.verifyingObservers[0].dateTime == "20250101130000+0900");
    CHECK(basic.patientName == "Yamada^Taro=山田^太郎=やまだ^たろう");
    CHECK(basic.patientId == "P001");
    CHECK(basic.accessionNumber == "A1");
    REQUIRE(basic.current.size() == 1);
    CHECK(basic.current[0].study.value == "1.2.826.0.1.3680043.10.999.1");
    CHECK(basic.current[0].series.value == "1.2.826.0.1.3680043.10.999.1.1");
    CHECK(basic.current[0].sop.instance == "1.2.826.0.1.3680043.10.999.1.1.1");
    const std::string text = renderText(basic);
    CHECK(text.find("  Finding: 右肺S6に12 mmの結節を認める。\n") != std::string::npos);
    CHECK(text.find("  Long axis: 12.3 mm\n") != std::string::npos);
    CHECK(text.find("Verified by 鈴木 花子 / Suzuki Hanako, Remote Reading Center, 2025-01-01 13:00 +0900\n") != std::string::npos);
    // The same report in another character set is the same tree.
    CHECK(firstDifference(basic.root, srAt(folder / "v_iso2022.dcm").root) == std::nullopt);

    const SrDocument addendum = srAt(folder / "v_pred.dcm");
    REQUIRE(addendum.predecessors.size() == 1);
    CHECK(addendum.predecessors[0].sop.instance == "1.2.826.0.1.3680043.10.999.3.0");
    CHECK(addendum.predecessors[0].purpose.is("121361", "DCM"));
    CHECK(srAt(folder / "n2_verified_noobserver.dcm").warnings == std::vector<std::string>{"sr.verifier.missing"});
    CHECK(srAt(folder / "n3_noevidence.dcm").current.empty());

    const SrDocument spatial = srAt(folder / "tid1500_comp3d.dcm");
    const ContentItem* line = findItem(spatial.root, [](const ContentItem& i) { return i.valueType == "SCOORD3D"; });
    REQUIRE(line != nullptr);
    CHECK(line->graphicData == std::vector<double>{1, 1, 5, 10, 10, 5});
    CHECK_FALSE(line->frameOfReferenceUid.empty());
    const ContentItem* attenuation = findItem(spatial.root, [](const ContentItem& i) { return i.unit.value == "[hnsf'U]"; });
    REQUIRE(attenuation != nullptr);
    CHECK(attenuation->numeric == 35.2);

    const SrDocument keys = srAt(folder / "kos.dcm");
    CHECK(keys.title.is("113002", "DCM"));
    CHECK(keys.templateId == "2010");
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".dcm") {
            CHECK(renderText(srAt(entry.path())).size() > 100);
        }
    }
}

TEST_CASE("Reports from other makers", "[core][objects][data]")
{
    const auto data = test::dataFolder();
    if (!data) {
        AKARI_SKIP("no test data");
    }
    const SrDocument dcmtk = srAt(*data / "12_pydicom_core/test_files/test-SR.dcm");
    REQUIRE(dcmtk.verifyingObservers.size() == 2);
    CHECK(dcmtk.verifyingObservers[0].name == "Riesmeier^Jörg");
    CHECK(dcmtk.predecessors.size() == 1);
    CHECK(renderText(dcmtk).find("  Diameter: 3 ") != std::string::npos);
    const ContentItem* reference = findItem(dcmtk.root, [](const ContentItem& i) { return !i.target.empty(); });
    CHECK(reference != nullptr);
    const SrDocument dcmqi = srAt(*data / "16_seg_sr_parametric_dcmqi/sr-example/sr.dcm");
    CHECK(dcmqi.templateId == "1500");
    CHECK(dcmqi.current.size() == 193);
    const SrDocument highdicom = srAt(*data / "17_seg_sr_sm_highdicom/sr_document.dcm");
    CHECK(highdicom.pertinent.size() == 1);
    const ContentItem* circle = findItem(highdicom.root, [](const ContentItem& i) { return i.graphicType == "CIRCLE"; });
    REQUIRE(circle != nullptr);
    CHECK(circle->graphicData == std::vector<double>{58, 52, 58, 41});
    const SrDocument keys = srAt(*data / "22_derived/kos_three_ct_slices.dcm");
    CHECK(keys.current.size() == 3);
    CHECK(keys.root.children.size() == 4);
    CHECK(srAt(*data / "12_pydicom_core/test_files/reportsi.dcm").completionFlag == "PARTIAL");
}

TEST_CASE("A carried document comes out without its padding", "[core][objects]")
{
    DataSetBuilder b;
    b.raw(tags::EncapsulatedDocument, {'O', 'B'}, {'%', 'P', 'D', 'F', '\n'}).text(tags::MIMETypeOfEncapsulatedDocument, {'L', 'O'}, "Application/PDF");
    b.sequence(tags::ConceptNameCodeSequence, {code("18748-4", "LN", "Diagnostic Imaging Report")});
    auto document = readEncapsulatedDocument(file(b));
    REQUIRE(document.has_value());
    CHECK(asText(document->bytes) == "%PDF\n");
    CHECK(document->mimeType == "application/pdf");
    CHECK(document->title == "Diagnostic Imaging Report");
    b.text(tags::DocumentTitle, {'S', 'T'}, "Title").integers(tags::EncapsulatedDocumentLength, {'U', 'L'}, {6});
    document = readEncapsulatedDocument(file(b));
    CHECK(document->bytes.size() == 6);
    CHECK(document->title == "Title");
    b.integers(tags::EncapsulatedDocumentLength, {'U', 'L'}, {4000000});
    CHECK(readEncapsulatedDocument(file(b))->bytes.size() == 5);
    CHECK(readEncapsulatedDocument(file(report())).error().code == "document.absent");
    CHECK(readEncapsulatedDocument(Bytes{1, 2, 3}).error().code == "dicom.unreadable");
}

TEST_CASE("A real carried PDF", "[core][objects][data]")
{
    const auto data = test::dataFolder();
    if (!data) {
        AKARI_SKIP("no test data");
    }
    const auto bytes = readWholeFile(*data / "22_derived/encapsulated_pdf.dcm");
    REQUIRE(bytes.has_value());
    const auto document = readEncapsulatedDocument(*bytes);
    REQUIRE(document.has_value());
    CHECK(document->bytes.size() == 412);
    CHECK(document->mimeType == "application/pdf");
    CHECK(document->title == "Test report");
    CHECK(asText(document->bytes).starts_with("%PDF-1.4"));
}
