#include "reporting/Encode.h"

#include <chrono>
#include <set>

#include "core/dicom/DataSetBuilder.h"
#include "tests/reporting/Judges.h"
#include "tests/reporting/Samples.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::reporting;
using Catch::Matchers::Contains;

namespace {

const Bytes kPdf = [] {
    const std::string text = "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
    return Bytes(text.begin(), text.end());
}();

std::vector<EncodedObject> encoded(const Document& document, const Signature& signature = test::signature(), int images = 5)
{
    auto result = encodeSigned(document, test::evidence(images), signature, kPdf);
    INFO((result ? "" : result.error().code + " " + result.error().message + " " + result.error().detail));
    REQUIRE(result);
    return std::move(*result);
}

std::string codeOf(const Document& document, const Evidence& evidence, const Signature& signature)
{
    const auto result = encodeSigned(document, evidence, signature, kPdf);
    return result ? "none" : result.error().code;
}

Document mixed()
{
    auto document = test::document();
    document.measurements.push_back(test::ellipseOn(2));
    return document;
}

// The variants that must pass every judge.
struct Variant {
    const char* name;
    Document document;
};
std::vector<Variant> variants()
{
    std::vector<Variant> out;
    out.push_back({"lengths", test::document()});
    out.push_back({"mixed", mixed()});
    auto ellipse = test::document();
    ellipse.measurements = {test::ellipseOn(2)};
    ellipse.language = "en";
    out.push_back({"ellipse", ellipse});
    auto odd = test::document();
    odd.measurements[0].value.calibration = image::Calibration::AtDetector;
    odd.measurements.push_back(test::lengthOn(2));
    odd.measurements[1].value.unit = "px";
    odd.measurements[1].value.calibration = image::Calibration::None;
    odd.sections.push_back({SectionKind::Other, "追記", "追記の本文"});
    odd.sections.push_back({SectionKind::Other, "その他", "本文"});
    out.push_back({"odd", odd});
    auto bare = newDocument(test::subject(), "en");
    bare.sections[3].text = "No abnormality.";
    bare.subject.accessionNumber.clear();
    bare.subject.issuerOfPatientId.clear();
    bare.subject.referringPhysician.clear();
    out.push_back({"bare", bare});
    return out;
}

std::vector<std::filesystem::path> written(const std::string& name, const std::vector<EncodedObject>& objects)
{
    const auto folder = test::scratch(name);
    std::vector<std::filesystem::path> paths;
    for (const auto& object : objects) {
        paths.push_back(test::save(folder / (object.kind + ".dcm"), object.part10));
    }
    return paths;
}

} // namespace

TEST_CASE("A signed report becomes SR, measurements and PDF with UIDs of their own", "[reporting][encode]")
{
    const auto objects = encoded(test::document());
    REQUIRE(objects.size() == 3);
    CHECK(objects[0].kind == "SR");
    CHECK(objects[1].kind == "TID1500");
    CHECK(objects[2].kind == "PDF");
    std::set<std::string> uids;
    for (const auto& object : objects) {
        CHECK(isValidUid(object.sop.value));
        uids.insert(object.sop.value);
    }
    for (const auto& object : encoded(test::document())) {
        uids.insert(object.sop.value);
    }
    CHECK(uids.size() == 6);
    CHECK(objects[0].series == objects[1].series);
    CHECK(objects[0].series != objects[2].series);
}

TEST_CASE("Measurements in pixels alone make no TID 1500", "[reporting][encode]")
{
    auto document = test::document();
    document.measurements[0].value.unit = "px";
    document.measurements[0].value.calibration = image::Calibration::None;
    const auto objects = encoded(document);
    REQUIRE(objects.size() == 2);
    CHECK(objects[1].kind == "PDF");
}

TEST_CASE("dciodvfy finds no error", "[reporting][judge]")
{
    if (!test::present("dciodvfy")) {
        AKARI_SKIP("dciodvfy (dicom3tools) is not installed");
    }
    for (const auto& variant : variants()) {
        auto signature = test::signature();
        signature.predecessors = {{test::subject().study, SeriesInstanceUid("1.2.3.4"), "1.2.840.10008.5.1.4.1.1.88.33", SopInstanceUid("1.2.3.4.5")}};
        for (const auto& path : written(std::string("iod-") + variant.name, encoded(variant.document, signature))) {
            const auto judgement = test::judge("dciodvfy -new " + path.string());
            INFO(path << "\n" << judgement.text);
            CHECK(judgement.status == 0);
            CHECK_THAT(judgement.text, !Contains("Error"));
        }
    }
}

TEST_CASE("dsrdump reads the trees", "[reporting][judge]")
{
    if (!test::present("dsrdump")) {
        AKARI_SKIP("dsrdump (dcmtk) is not installed");
    }
    for (const auto& variant : variants()) {
        for (const auto& path : written(std::string("dsr-") + variant.name, encoded(variant.document))) {
            if (path.filename() == "PDF.dcm") {
                continue;
            }
            const auto judgement = test::judge("dsrdump +Pl +Pn +Pc " + path.string());
            INFO(path << "\n" << judgement.text);
            CHECK(judgement.status == 0);
            CHECK_THAT(judgement.text, !Contains("E: "));
            CHECK_THAT(judgement.text, Contains("VERIFIED"));
        }
    }
}

TEST_CASE("DicomSRValidator accepts the templates", "[reporting][judge]")
{
    if (!test::present("DicomSRValidator")) {
        AKARI_SKIP("DicomSRValidator (pixelmed-apps) is not installed");
    }
    // Without the flags the validator stops before it has checked anything, and its exit status is always 0.
    const std::string run = "JAVA_TOOL_OPTIONS='-Djdk.xml.xpathTotalOpLimit=0 -Djdk.xml.xpathExprOpLimit=0 -Djdk.xml.xpathExprGrpLimit=0 "
                            "-Djava.awt.headless=true' DicomSRValidator ";
    for (const auto& variant : variants()) {
        for (const auto& path : written(std::string("tid-") + variant.name, encoded(variant.document))) {
            if (path.filename() == "PDF.dcm") {
                continue;
            }
            const auto judgement = test::judge(run + path.string());
            INFO(path << "\n" << judgement.text);
            CHECK_THAT(judgement.text, Contains("Found Root Template"));
            CHECK_THAT(judgement.text, Contains("IOD validation complete"));
            CHECK_THAT(judgement.text, !Contains("\nError") && !Contains("illegal relationship"));
            if (path.filename() == "TID1500.dcm") {
                CHECK_THAT(judgement.text, !Contains("Warning"));
            }
        }
    }
}

TEST_CASE("pydicom reads back what was signed", "[reporting][judge]")
{
    if (!test::present("/usr/bin/python3") || test::judge("/usr/bin/python3 -c 'import pydicom'").status != 0) {
        AKARI_SKIP("pydicom (python3-pydicom) is not installed");
    }
    written("pydicom", encoded(mixed()));
    const auto script = std::filesystem::path(AKARI_SOURCE_DIR) / "tests/reporting/read_back.py";
    const auto folder = std::filesystem::path(AKARI_BINARY_DIR) / "test-reporting/pydicom";
    const auto judgement = test::judge("/usr/bin/python3 " + script.string() + " " + folder.string());
    INFO(judgement.text);
    CHECK(judgement.status == 0);
}

TEST_CASE("What can't be a valid object is refused by name", "[reporting][encode]")
{
    const auto good = test::document();
    const auto evidence = test::evidence();
    const auto signer = test::signature();
    CHECK(codeOf(good, evidence, signer) == "none");

    auto document = good;
    document.keyImages.push_back({test::imageOf(77), "", std::nullopt});
    CHECK(codeOf(document, evidence, signer) == "encode.evidence");
    document = good;
    document.measurements[0].image = test::imageOf(77);
    CHECK(codeOf(document, evidence, signer) == "encode.evidence");
    CHECK(codeOf(good, {}, signer) == "encode.evidence");

    auto nobody = signer;
    nobody.reader = {};
    CHECK(codeOf(good, evidence, nobody) == "encode.reader");
    nobody = signer;
    nobody.reader.organization.clear();
    CHECK(codeOf(good, evidence, nobody) == "encode.reader");

    document = good;
    document.subject.patientId = std::string(65, '1');
    CHECK(codeOf(document, evidence, signer) == "encode.length");
    document = good;
    document.subject.accessionNumber = std::string(17, '1');
    CHECK(codeOf(document, evidence, signer) == "encode.length");
    document = good;
    document.subject.patientName.ideographic = std::string(65, 'x');
    CHECK(codeOf(document, evidence, signer) == "encode.length");
    document = good;
    document.subject.patientId = "a\\b";
    CHECK(codeOf(document, evidence, signer) == "encode.character");
    document = good;
    document.sections[3].text = "\xff\xfe";
    CHECK(codeOf(document, evidence, signer) == "encode.character");
    document = good;
    document.subject.study = StudyInstanceUid();
    CHECK(codeOf(document, evidence, signer) == "encode.subject");
    CHECK(codeOf(newDocument(test::subject(), "ja"), evidence, signer) == "encode.empty");
}

TEST_CASE("Sixty-four Japanese characters are as long as sixty-four letters", "[reporting][encode]")
{
    auto document = test::document();
    document.subject.patientName.ideographic.clear();
    for (int i = 0; i < 64; ++i) {
        document.subject.patientName.ideographic += "山";
    }
    document.subject.studyDescription = document.subject.patientName.ideographic + "山";
    CHECK(codeOf(document, test::evidence(), test::signature()) == "none");
}

TEST_CASE("Three thousand images are listed in under a second", "[reporting][encode]")
{
    const auto start = std::chrono::steady_clock::now();
    const auto objects = encoded(test::document(), test::signature(), 3000);
    const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    CHECK(objects[0].part10.size() > 250'000);
    // Generous: the bound is against quadratic work, not a benchmark.
    CHECK(seconds < 10);
    std::printf("3000 images: %.3f s\n", seconds);
}

TEST_CASE("No DICOM dictionary path of the environment is followed", "[reporting][encode]")
{
    setenv("DCMDICTPATH", "/nonexistent", 1);
    CHECK(codeOf(test::document(), test::evidence(), test::signature()) == "none");
    unsetenv("DCMDICTPATH");
}
