#include <chrono>
#include <set>

#include "core/dicom/Tags.h"
#include "tests/core/dicom/RawBytes.h"
#include "tests/support/Catch.h"
#include "tests/support/TestData.h"

using namespace akari;
using namespace akari::dicom;
using namespace akari::test;

TEST_CASE("Every real object is read, but for those known to be broken", "[core][dicom][data]")
{
    const auto folder = dataFolder();
    if (!folder) {
        AKARI_SKIP("no test data");
    }
    // A byte too many in front; cut in the middle of a sequence.
    const std::set<std::string> broken = {"no_meta.dcm", "rtplan_truncated.dcm"};
    int read = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder)) {
        const std::string path = entry.path().string();
        if (!entry.is_regular_file() || path.find("20_malformed") != std::string::npos || path.find("LICENSES") != std::string::npos ||
            entry.path().extension() == ".md" || entry.path().extension() == ".txt") {
            continue;
        }
        INFO(entry.path().filename().string());
        auto file = readPart10(loadFile(entry.path()));
        INFO((file ? "" : file.error().message + " " + file.error().detail));
        CHECK(file.has_value() != broken.contains(entry.path().filename().string()));
        read += file ? 1 : 0;
    }
    CHECK(read >= 1000);
}

TEST_CASE("Known odd files come out right", "[core][dicom][data]")
{
    const auto folder = dataFolder();
    if (!folder) {
        AKARI_SKIP("no test data");
    }
    const auto read = [&](const char* path) {
        auto file = readPart10(loadFile(*folder / path));
        INFO(path);
        REQUIRE(file.has_value());
        return std::move(*file);
    };
    const Part10 implicitMeta = read("11_zoo_NEMA_WG04_subset/dicom-ts-issues/54-implicit-file-meta-info.dcm");
    CHECK_FALSE(implicitMeta.meta.elements().empty());
    const Part10 overlong = read("12_pydicom_core/test_files/dicomdirtests/DICOMDIR-nooffset");
    CHECK(overlong.dataSet.items({0x0004, 0x1220}).size() == 52); // as pydicom reads it
    CHECK(warned(overlong, "item.overlong"));
    CHECK(implicitMeta.transferSyntaxUid == kImplicitLittle);
    const Part10 wrongSyntax = read("11_zoo_NEMA_WG04_subset/dicom-ts-issues/20-wrong-transfer-syntax.dcm");
    CHECK(warned(wrongSyntax, "pixels.encapsulation"));
    const Part10 bare = read("13_pydicom_data_selected/JLSN_RGB_ILV0.dcm");
    CHECK(bare.transferSyntaxUid == "1.2.840.10008.1.2.4.81");
    CHECK(frameExtents(bare)->size() == 1);
    const Part10 deflated = read("12_pydicom_core/test_files/image_dfl.dcm");
    CHECK(frameExtents(deflated)->front().runs.front().length == 512 * 512);
    const Part10 big = read("12_pydicom_core/test_files/ExplVR_BigEnd.dcm");
    CHECK(big.dataSet.bigEndian());
    CHECK(big.dataSet.integer(tags::Rows).has_value());
    const Part10 cut = read("12_pydicom_core/test_files/MR_truncated.dcm");
    CHECK(frameExtents(cut).error().code == "pixels.short");
}

TEST_CASE("Headers of 300 CT slices are read, and how fast", "[core][dicom][data][speed]")
{
    const auto folder = dataFolder();
    if (!folder) {
        AKARI_SKIP("no test data");
    }
    std::vector<SharedBytes> files;
    for (const auto& entry : std::filesystem::directory_iterator(*folder / "02_ct_head_gantry_tilt_GE")) {
        files.push_back(loadFile(entry.path()));
    }
    REQUIRE(files.size() > 20);
    double best = 1e9;
    for (int round = 0; round < 5; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        std::size_t elements = 0;
        for (std::size_t k = 0; k < 300; ++k) {
            auto file = readPart10(files[k % files.size()]);
            elements += file ? file->dataSet.elements().size() : 0;
        }
        best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
        CHECK(elements > 300 * 30);
    }
    std::printf("300 CT headers: %.1f ms\n", best);
}
