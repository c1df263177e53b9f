#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "core/base/Identity.h"
#include "tests/core/phantom/Volume.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::test;
namespace fs = std::filesystem;
namespace tags = akari::dicom::tags;

namespace {

phantom::ChestOptions thin()
{
    phantom::ChestOptions options;
    options.slices = 3;
    return options;
}

// Every kind of object, small where it can be.
std::vector<phantom::GeneratedObject> oneOfEach()
{
    std::vector<phantom::GeneratedObject> objects;
    const phantom::Sink keep = [&](phantom::GeneratedObject&& object) {
        objects.push_back(std::move(object));
        return true;
    };
    phantom::chestCt(thin(), keep);
    phantom::chestCtPrior(thin(), keep);
    phantom::wholeBodyCt(2, keep);
    phantom::chestCr(keep);
    phantom::brainMr(keep);
    phantom::ultrasoundClip(keep);
    phantom::requestForm(keep);
    return objects;
}

const std::vector<phantom::GeneratedObject>& objects()
{
    static const auto all = oneOfEach();
    return all;
}

struct Folder {
    Folder() : path(fs::temp_directory_path() / ("akari-phantom-" + toHex(randomBytes(8)))) { fs::create_directories(path); }
    ~Folder() { fs::remove_all(path); }
    fs::path write(const std::string& name, const Bytes& bytes) const
    {
        std::ofstream(path / name, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        return path / name;
    }
    fs::path path;
};

std::string outputOf(const std::string& command)
{
    std::string text;
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    char buffer[4096];
    while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) {
        text.append(buffer, n);
    }
    ::pclose(pipe);
    return text;
}

bool installed(const std::string& program) { return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0; }

} // namespace

TEST_CASE("Every generated object is readable and is who it says", "[core][phantom]")
{
    std::set<std::string> seen;
    for (const auto& object : objects()) {
        const dicom::Part10 file = parsed(object);
        CHECK(file.warnings.empty());
        CHECK(file.dataSet.textOr(tags::SOPInstanceUID) == object.sopInstanceUid);
        CHECK(file.dataSet.textOr(tags::SeriesInstanceUID) == object.seriesInstanceUid);
        CHECK(file.dataSet.textOr(tags::StudyInstanceUID) == object.studyInstanceUid);
        CHECK(isValidUid(object.sopInstanceUid));
        CHECK(seen.insert(object.sopInstanceUid).second);
        CHECK(file.dataSet.textOr(tags::IssuerOfPatientID) == "AKARI-DEMO");
        CHECK_FALSE(file.dataSet.textOr(tags::AccessionNumber).empty());
        const auto name = file.dataSet.personName(tags::PatientName);
        REQUIRE(name);
        CHECK_FALSE(name->ideographic.empty());
        CHECK_FALSE(name->phonetic.empty());
    }
    CHECK(objects().size() == 3 + 3 + 2 + 2 + 93 + 1 + 1);
}

TEST_CASE("Names and texts come back from both character sets", "[core][phantom]")
{
    std::map<std::string, std::string> names;
    for (const auto& object : objects()) {
        const dicom::Part10 file = parsed(object);
        names[file.dataSet.textOr(tags::Modality)] = file.dataSet.personName(tags::PatientName)->dicom();
        if (file.dataSet.textOr(tags::Modality) == "MR") {
            CHECK(file.dataSet.texts(tags::SpecificCharacterSet) == std::vector<std::string>{"", "ISO 2022 IR 87"});
            CHECK(file.dataSet.textOr(tags::StudyDescription) == "頭部単純MRI検査");
        }
    }
    CHECK(names["DX"] == "Yamada^Taro=山田^太郎=やまだ^たろう");
    CHECK(names["MR"] == "Suzuki^Hanako=鈴木^花子=すずき^はなこ");
    CHECK(names["US"] == "Sato^Misaki=佐藤^美咲=さとう^みさき");
}

TEST_CASE("Generation is the same on every run, whole or alone, with or without pixels", "[core][phantom]")
{
    std::vector<std::string> first;
    std::vector<std::string> again;
    const auto into = [](std::vector<std::string>& list) {
        return [&list](phantom::GeneratedObject&& object) {
            list.push_back(sha256Hex(object.part10));
            return true;
        };
    };
    const auto truth = phantom::chestCt(thin(), into(first));
    phantom::chestCt(thin(), into(again));
    CHECK(first == again);
    CHECK(first.size() == 3);
    CHECK(phantom::chestCt(thin(), {}).series.at(0).sopInstanceUids == truth.series.at(0).sopInstanceUids);
    // A sink that stops early gets the same first object.
    std::string only;
    phantom::chestCt(thin(), [&](phantom::GeneratedObject&& object) {
        only = sha256Hex(object.part10);
        return false;
    });
    CHECK(only == first.front());
}

TEST_CASE("Slices advance along the normal by their spacing, unequal to both pixel spacings", "[core][phantom]")
{
    std::map<std::string, std::vector<dicom::Part10>> bySeries;
    for (const auto& object : objects()) {
        dicom::Part10 file = parsed(object);
        if (!file.dataSet.numbers(tags::ImagePositionPatient).empty() && file.dataSet.texts(tags::ImageType).back() != "LOCALIZER") {
            bySeries[object.seriesInstanceUid].push_back(std::move(file));
        }
    }
    CHECK(bySeries.size() == 6);
    for (const auto& [uid, files] : bySeries) {
        const auto o = files[0].dataSet.numbers(tags::ImageOrientationPatient);
        REQUIRE(o.size() == 6);
        const double n[3] = {o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]};
        CHECK(std::hypot(n[0], n[1], n[2]) == Approx(1).epsilon(1e-8));
        const auto a = files[0].dataSet.numbers(tags::ImagePositionPatient);
        const auto b = files[1].dataSet.numbers(tags::ImagePositionPatient);
        const double step = (b[0] - a[0]) * n[0] + (b[1] - a[1]) * n[1] + (b[2] - a[2]) * n[2];
        const auto spacing = files[0].dataSet.numbers(tags::PixelSpacing);
        CHECK(step > 0);
        CHECK(spacing[0] != spacing[1]);
        CHECK(step != Approx(spacing[0]));
        CHECK(step != Approx(spacing[1]));
    }
}

TEST_CASE("dciodvfy finds no error in any kind of object", "[core][phantom]")
{
    if (!installed("dciodvfy")) {
        AKARI_SKIP("dciodvfy (package dicom3tools) is not installed");
    }
    const Folder folder;
    std::map<std::string, int> checked;
    for (const auto& object : objects()) {
        if (checked[object.seriesInstanceUid]++ > 1) {
            continue;
        }
        const fs::path file = folder.write("object.dcm", object.part10);
        const std::string text = outputOf("dciodvfy -new " + file.string());
        CAPTURE(text);
        CHECK(text.find("Error") == std::string::npos);
    }
    CHECK(checked.size() == 11);
}

TEST_CASE("pydicom reads the Japanese names", "[core][phantom]")
{
    const std::string python = fs::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
    if (std::system((python + " -c 'import pydicom' >/dev/null 2>&1").c_str()) != 0) {
        AKARI_SKIP("pydicom is not installed");
    }
    const Folder folder;
    for (const auto& object : objects()) {
        const std::string modality = parsed(object).dataSet.textOr(tags::Modality);
        if (modality == "MR" || modality == "DOC") {
            folder.write(modality + ".dcm", object.part10);
        }
    }
    const std::string script = "import pydicom,sys; d=pydicom.dcmread(sys.argv[1]); print(d.PatientName.ideographic, d.PatientName.phonetic, d.StudyDescription)";
    const auto read = [&](const std::string& name) {
        return outputOf("PYTHONIOENCODING=utf-8 " + python + " -c '" + script + "' " + (folder.path / name).string());
    };
    CHECK(read("MR.dcm").find("鈴木^花子 すずき^はなこ 頭部単純MRI検査") != std::string::npos);
    CHECK(read("DOC.dcm").find("山田^太郎 やまだ^たろう 胸部造影CT") != std::string::npos);
}

TEST_CASE("The request form opens in a PDF reader", "[core][phantom]")
{
    if (!installed("pdftotext") || !installed("pdftoppm")) {
        AKARI_SKIP("poppler-utils is not installed");
    }
    const Folder folder;
    const fs::path pdf = folder.write("form.pdf", phantom::requestFormPdf());
    CHECK(outputOf("pdftotext " + pdf.string() + " -").find("A2600115001") != std::string::npos);
    CHECK(outputOf("pdftoppm -r 40 -gray " + pdf.string() + " " + (folder.path / "page").string()).empty());
    REQUIRE(fs::exists(folder.path / "page-1.pgm"));
    // Black on white: some ink, mostly paper.
    std::ifstream in(folder.path / "page-1.pgm", std::ios::binary);
    const std::string page(std::istreambuf_iterator<char>(in), {});
    const auto dark = std::count_if(page.begin() + 20, page.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
    CHECK(dark > static_cast<long>(page.size()) / 200);
    CHECK(dark < static_cast<long>(page.size()) / 5);
}

TEST_CASE("Ultrasound clip states its regions in centimetres and its frame time", "[core][phantom]")
{
    for (const auto& object : objects()) {
        const dicom::Part10 file = parsed(object);
        if (file.dataSet.textOr(tags::Modality) != "US") {
            continue;
        }
        const auto& regions = file.dataSet.items(tags::SequenceOfUltrasoundRegions);
        REQUIRE(regions.size() == 2);
        CHECK(regions[0].integer(tags::PhysicalUnitsXDirection) == 3);
        CHECK(regions[0].number(tags::PhysicalDeltaX) == Approx(0.04));
        CHECK(regions[0].number(tags::PhysicalDeltaY) == Approx(0.0415));
        CHECK(file.dataSet.integer(tags::NumberOfFrames) == 40);
        CHECK(file.dataSet.number(tags::FrameTime) == Approx(33.3));
        CHECK(dicom::frameExtents(file)->size() == 40);
    }
}

TEST_CASE("Whole-body CT shows its markers where the truth says", "[core][phantom]")
{
    constexpr int kSlices = 290;
    int number = 0;
    const auto truth = phantom::wholeBodyCt(kSlices, {});
    std::vector<std::pair<phantom::Point, int>> found(truth.markers.size());
    phantom::wholeBodyCt(kSlices, [&](phantom::GeneratedObject&& object) {
        const dicom::Part10 file = parsed(object);
        const BytesView pixels = file.dataSet.bytes(tags::PixelData);
        const auto& g = truth.series.at(0);
        for (std::size_t i = 0; i + 1 < pixels.size(); i += 2) {
            if ((pixels[i] | pixels[i + 1] << 8) < 3200) {
                continue;
            }
            const auto index = static_cast<int>(i / 2);
            const phantom::Point p{g.firstPixel.x + index % g.columns * g.betweenColumns, g.firstPixel.y + index / g.columns * g.betweenRows,
                                   g.firstPixel.z + number * g.betweenSlices};
            for (std::size_t m = 0; m < truth.markers.size(); ++m) {
                const phantom::Point c = truth.markers[m];
                if (std::hypot(p.x - c.x, p.y - c.y, p.z - c.z) < truth.markerDiameterMm) {
                    found[m].first = {found[m].first.x + p.x, found[m].first.y + p.y, found[m].first.z + p.z};
                    ++found[m].second;
                }
            }
        }
        ++number;
        return true;
    });
    REQUIRE(truth.markers.size() == 3);
    for (std::size_t m = 0; m < truth.markers.size(); ++m) {
        REQUIRE(found[m].second > 100);
        const phantom::Point c = truth.markers[m];
        CHECK(found[m].first.x / found[m].second == Approx(c.x).margin(0.3));
        CHECK(found[m].first.y / found[m].second == Approx(c.y).margin(0.3));
        CHECK(found[m].first.z / found[m].second == Approx(c.z).margin(1.5));
    }
}
