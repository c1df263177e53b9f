// Objects and codestreams that end early, at 200 places each: an error, or the very same picture. Never a part of one.
#include <array>
#include <cstdio>
#include <regex>

#include "tests/core/decode/DecodeSupport.h"

using namespace akari;
using namespace akari::decode;
using namespace akari::decode::test;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPlaces = 200;

// Twelve syntaxes.
const std::vector<const char*> kFiles{"12_pydicom_core/test_files/MR_small_implicit.dcm",
    "08_zoo_cornerstone_CT_every_syntax/CTImage.dcm_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm",
    "08_zoo_cornerstone_CT_every_syntax/CTImage.dcm_LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2.dcm",
    "08_zoo_cornerstone_CT_every_syntax/CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm",
    "08_zoo_cornerstone_CT_every_syntax/CTImage.dcm_DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm",
    "08_zoo_cornerstone_CT_every_syntax/CTImage.dcm_RLELosslessTransferSyntax_1.2.840.10008.1.2.5.dcm",
    "08_zoo_cornerstone_CT_every_syntax/CTImage.dcm_JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm",
    "08_zoo_cornerstone_CT_every_syntax/CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm",
    "08_zoo_cornerstone_CT_every_syntax/CTImage.dcm_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm",
    "08_zoo_cornerstone_CT_every_syntax/CTImage.dcm_JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80.dcm",
    "08_zoo_cornerstone_CT_every_syntax/CTImage.dcm_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm",
    "09_zoo_Efferent_PM5644_colour/PM5644-960x540_JPEG-Baseline_YBR422.dcm", "10_zoo_HTJ2K/htj2k/CT1_JPH",
    "22_derived/video_mpeg2_MPML_4.100.dcm"};

std::vector<fs::path> files()
{
    std::vector<fs::path> found;
    for (const char* name : kFiles) {
        const fs::path path = *akari::test::dataFolder() / name;
        if (fs::exists(path)) {
            found.push_back(path);
        }
    }
    return found;
}

std::size_t placeOf(std::size_t k, std::size_t size) { return size * k / kPlaces + (k * 7919) % (size / kPlaces + 1); }

struct Tally {
    std::size_t refused = 0, same = 0, wrong = 0, unnamed = 0;
};

} // namespace

TEST_CASE("An object cut off at 200 places is an error that says where, or the same picture", "[core][decode][data]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    const auto found = files();
    REQUIRE(found.size() >= 10);
    const std::regex place("\\([0-9A-Fa-f]{4},[0-9A-Fa-f]{4}\\).*[0-9]");
    const std::regex tag("\\([0-9A-Fa-f]{4},[0-9A-Fa-f]{4}\\)");
    DecodePool pool({2, std::chrono::milliseconds(20000)});
    for (const fs::path& path : found) {
        INFO(path.filename().string());
        const Bytes whole = *akari::test::readFile(path);
        const auto opened = open(path);
        REQUIRE(opened);
        const auto reference = decodeFrame(pool, *opened);
        REQUIRE(reference);
        Tally tally;
        std::string unnamed;
        for (std::size_t k = 0; k < kPlaces; ++k) {
            const std::size_t size = placeOf(k, whole.size() - 1);
            const auto cut = openBytes(std::make_shared<const Bytes>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
            if (!cut) {
                ++tally.refused;
                // What is absent has a tag but no offset.
                const bool absent = cut.error().code == "pixels.description" && std::regex_search(cut.error().detail, tag);
                // And what ends before the dataset has begun is no DICOM at all.
                if (size > 256 && !absent && !std::regex_search(cut.error().detail, place)) {
                    ++tally.unnamed;
                    unnamed = std::to_string(size) + " " + reasonOf(cut.error());
                }
                continue;
            }
            const auto frame = decodeFrame(pool, *cut);
            (!frame ? tally.refused : frame->samples == reference->samples ? tally.same : tally.wrong) += 1;
        }
        std::printf("cut objects: %zu refused (%zu without a place: %s), %zu whole, %zu wrong  %s\n", tally.refused, tally.unnamed,
            unnamed.c_str(), tally.same, tally.wrong, path.filename().c_str());
        CHECK(tally.wrong == 0);
        CHECK(tally.refused > kPlaces / 2);
        CHECK(tally.unnamed == 0);
    }
}

TEST_CASE("A codestream cut off at 200 places inside a whole object is an error, or the same picture", "[core][decode][data]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    DecodePool pool({2, std::chrono::milliseconds(20000)});
    for (const fs::path& path : files()) {
        const auto opened = open(path);
        REQUIRE(opened);
        if (!opened->file.encapsulated || opened->frames.size() > 1) {
            continue;
        }
        INFO(path.filename().string());
        const auto reference = decodeFrame(pool, *opened);
        REQUIRE(reference);
        const Bytes whole = dicom::frameBytes(opened->file, opened->frames.front());
        Tally tally;
        std::size_t wrongAt = 0;
        for (std::size_t k = 0; k < kPlaces; ++k) {
            const std::size_t size = placeOf(k, whole.size() - 1);
            const auto frame = decodeFrame(pool, made(opened->file.transferSyntaxUid, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), opened->pixels));
            const bool wrong = frame && frame->samples != reference->samples;
            wrongAt = wrong ? size : wrongAt;
            (!frame ? tally.refused : wrong ? tally.wrong : tally.same) += 1;
        }
        std::printf("cut codestreams: %zu refused, %zu whole, %zu wrong (at %zu of %zu)  %s\n", tally.refused, tally.same, tally.wrong, wrongAt,
            whole.size(), path.filename().c_str());
        CHECK(tally.wrong == 0);
        CHECK(tally.refused > kPlaces * 9 / 10);
    }
}

TEST_CASE("Packets missing inside a JPEG 2000 tile that says it is whole are noticed", "[core][decode][data]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    DecodePool pool({2, std::chrono::milliseconds(20000)});
    for (const char* name : {"08_zoo_cornerstone_CT_every_syntax/CTImage.dcm_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm",
             "10_zoo_HTJ2K/htj2k/CT1_JPH", "11_zoo_NEMA_WG04_subset/compsamples_j2k/J2KR/US1_J2KR"}) {
        INFO(name);
        const auto opened = open(*akari::test::dataFolder() / name);
        REQUIRE(opened);
        const auto reference = decodeFrame(pool, *opened);
        INFO((reference ? "" : reasonOf(reference.error())));
        REQUIRE(reference);
        const Bytes whole = dicom::frameBytes(opened->file, opened->frames.front());
        // The last tile-part: its length is made to fit what is left of it.
        const std::array<std::uint8_t, 4> start{0xFF, 0x90, 0x00, 0x0A};
        const auto part = std::find_end(whole.begin(), whole.end(), start.begin(), start.end());
        REQUIRE(part != whole.end());
        const auto begin = static_cast<std::size_t>(part - whole.begin());
        Tally tally;
        for (std::size_t k = 1; k < kPlaces; ++k) {
            const std::size_t size = begin + 16 + placeOf(k, whole.size() - begin - 20);
            Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(std::min(size, whole.size() - 4)));
            const std::size_t length = cut.size() - begin;
            for (std::size_t i = 0; i < 4; ++i) {
                cut[begin + 6 + i] = static_cast<std::uint8_t>(length >> (24 - 8 * i));
            }
            cut.insert(cut.end(), {0xFF, 0xD9});
            const auto frame = decodeFrame(pool, made(opened->file.transferSyntaxUid, cut, opened->pixels));
            (!frame ? tally.refused : frame->samples == reference->samples ? tally.same : tally.wrong) += 1;
        }
        std::printf("missing packets: %zu refused, %zu whole, %zu wrong  %s\n", tally.refused, tally.same, tally.wrong, name);
        CHECK(tally.wrong == 0);
        CHECK(tally.refused > kPlaces * 9 / 10);
    }
}
