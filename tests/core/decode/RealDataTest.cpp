// Real files in every syntax, compared sample for sample.
#include <chrono>
#include <cstdio>

#include "tests/core/decode/DecodeSupport.h"

using namespace akari;
using namespace akari::decode;
using namespace akari::decode::test;
namespace fs = std::filesystem;

namespace {

DecodePool& sharedPool()
{
    static DecodePool pool({2, std::chrono::milliseconds(30000)});
    return pool;
}

std::int32_t sampleAt(const DecodedFrame& frame, std::size_t i)
{
    if (frame.pixels.bitsAllocated == 8) {
        return frame.samples[i];
    }
    std::int16_t value = 0;
    std::memcpy(&value, frame.samples.data() + 2 * i, 2);
    return frame.pixels.isSigned ? value : static_cast<std::uint16_t>(value);
}

int largestDifference(const DecodedFrame& a, const DecodedFrame& b)
{
    if (a.samples.size() != b.samples.size() || a.pixels.bitsAllocated != b.pixels.bitsAllocated) {
        return 1 << 30;
    }
    int largest = 0;
    for (std::size_t i = 0; i < a.pixels.samplesPerFrame(); ++i) {
        largest = std::max(largest, std::abs(sampleAt(a, i) - sampleAt(b, i)));
    }
    return largest;
}

fs::path under(const char* folder) { return *akari::test::dataFolder() / folder; }

} // namespace

TEST_CASE("One CT slice is the same in every syntax", "[core][decode][data]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    const fs::path zoo = under("08_zoo_cornerstone_CT_every_syntax");
    const auto reference = mustDecode(sharedPool(), zoo / "CTImage.dcm_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm");
    const auto difference = [&](const char* name) { return largestDifference(mustDecode(sharedPool(), zoo / name), reference); };
    for (const char* name : {"CTImage.dcm", "CTImage.dcm_LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2.dcm",
             "CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm",
             "CTImage.dcm_DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm",
             "CTImage.dcm_RLELosslessTransferSyntax_1.2.840.10008.1.2.5.dcm",
             "CTImage.dcm_JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57.dcm",
             "CTImage.dcm_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm",
             "CTImage.dcm_JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80.dcm",
             "CTImage.dcm_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm"}) {
        INFO(name);
        CHECK(difference(name) == 0);
    }
    CHECK(difference("CTImage.dcm_JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81.dcm") == 1);
    CHECK(difference("CTImage.dcm_JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91.dcm") <= 5);
}

TEST_CASE("12-bit JPEG: three processes, one picture", "[core][decode][data]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    const fs::path zoo = under("08_zoo_cornerstone_CT_every_syntax");
    const auto reference = mustDecode(sharedPool(), zoo / "CTImage.dcm_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm");
    const auto sequential = mustDecode(sharedPool(), zoo / "CTImage.dcm_JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm");
    const auto spectral = mustDecode(sharedPool(), zoo / "CTImage.dcm_JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm");
    const auto full = mustDecode(sharedPool(), zoo / "CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm");
    CHECK(largestDifference(sequential, spectral) == 0);
    CHECK(largestDifference(sequential, full) == 0);
    // These files were made from the same slice, scaled by the writer to 12 bits: -2000 became 512, 2127 became 2578.
    double largest = 0;
    for (std::size_t i = 0; i < reference.pixels.samplesPerFrame(); ++i) {
        const double expected = 512 + (sampleAt(reference, i) + 2000) * (2578.0 - 512.0) / 4127.0;
        largest = std::max(largest, std::abs(sampleAt(sequential, i) - expected));
    }
    CHECK(largest < 25);
}

TEST_CASE("HTJ2K and the NEMA samples equal their references", "[core][decode][data]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    const fs::path high = under("10_zoo_HTJ2K");
    const fs::path nema = under("11_zoo_NEMA_WG04_subset");
    const auto equal = [](const fs::path& a, const fs::path& b) { return largestDifference(mustDecode(sharedPool(), a), mustDecode(sharedPool(), b)); };
    CHECK(equal(high / "htj2k/CT1_JPH", high / "dicomp10/CT1_UNC") == 0);
    CHECK(equal(high / "htj2k/US1_JPH", high / "dicomp10/US1_UNC") == 0);
    CHECK(equal(high / "htj2k/VL1_JPH", high / "dicomp10/VL1_UNC") == 0);
    CHECK(equal(nema / "compsamples_jpegls/JLSL/CT1_JLSL", high / "dicomp10/CT1_UNC") == 0);
    CHECK(equal(nema / "compsamples_rle_20040210/RLE/CT1_RLE", high / "dicomp10/CT1_UNC") == 0);
    CHECK(equal(nema / "compsamples_rle_20040210/RLE/US1_RLE", high / "dicomp10/US1_UNC") == 0);
    CHECK(equal(nema / "compsamples_rle_20040210/RLE/VL1_RLE", high / "dicomp10/VL1_UNC") == 0);
    CHECK(equal(nema / "compsamples_j2k/J2KR/US1_J2KR", high / "dicomp10/US1_UNC") == 0);
    CHECK(equal(nema / "compsamples_j2k/J2KR/VL1_J2KR", high / "dicomp10/VL1_UNC") == 0);
    CHECK(equal(nema / "compsamples_jpegls/JLSL/MR2_JLSL", nema / "compsamples_jpeg/JPLL/MR2_JPLL") == 0);
    CHECK(equal(nema / "compsamples_j2k/J2KR/MR2_J2KR", nema / "compsamples_jpeg/JPLL/MR2_JPLL") == 0);
    CHECK(equal(high / "htj2k/MR2_JPH", nema / "compsamples_jpeg/JPLL/MR2_JPLL") == 0);
    CHECK(equal(nema / "compsamples_rle_20040210/RLE/RG3_RLE", nema / "compsamples_jpeg/JPLL/RG3_JPLL") == 0);
    CHECK(equal(high / "htj2k/RG3_JPH", nema / "compsamples_jpeg/JPLL/RG3_JPLL") == 0);
    CHECK(equal(nema / "compsamples_jpegls/JLSN/MR2_JLSN", nema / "compsamples_jpeg/JPLL/MR2_JPLL") <= 20);
}

TEST_CASE("The colour test pattern has the same colours in every syntax", "[core][decode][data]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    const fs::path zoo = under("09_zoo_Efferent_PM5644_colour");
    const auto reference = mustDecode(sharedPool(), zoo / "PM5644-960x540_RGB.dcm");
    for (const char* name : {"PM5644-960x540_JPEG-Lossless_RGB.dcm", "PM5644-960x540_JPEG2000-Lossless.dcm",
             "PM5644-960x540_RLE-Lossless.dcm", "PM5644-960x540_JPEG-LS_Lossless.dcm"}) {
        INFO(name);
        const auto frame = mustDecode(sharedPool(), zoo / name);
        REQUIRE(frame.samples.size() == reference.samples.size());
        int outside = 0;
        for (std::size_t i = 0; i < frame.samples.size(); ++i) {
            // Each file has the name of its syntax burned in here.
            const std::size_t row = i / (960 * 3);
            const std::size_t column = i / 3 % 960;
            const bool label = row >= 55 && row < 90 && column >= 425 && column < 530;
            outside += !label && frame.samples[i] != reference.samples[i] ? 1 : 0;
        }
        CHECK(outside == 0);
    }
    for (const char* name : {"PM5644-960x540_JPEG-LS_NearLossless.dcm", "PM5644-960x540_JPEG-Baseline_YBR422.dcm",
             "PM5644-960x540_JPEG-Baseline_YBRFull.dcm", "PM5644-960x540_JPEG2000-Lossy.dcm", "PM5644-960x540_JPEG2000-Lossy50.dcm"}) {
        INFO(name);
        const auto frame = mustDecode(sharedPool(), zoo / name);
        CHECK(frame.pixels.photometric == Photometric::Rgb);
        REQUIRE(frame.samples.size() == reference.samples.size());
        double sum = 0;
        for (std::size_t i = 0; i < frame.samples.size(); ++i) {
            sum += std::abs(int{frame.samples[i]} - int{reference.samples[i]});
        }
        const double mean = sum / static_cast<double>(frame.samples.size());
        std::printf("mean difference %.2f %s\n", mean, name);
        CHECK(mean < 6.0);
    }
}

TEST_CASE("A CT of 160 JPEG-LS slices", "[core][decode][data][speed]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    std::vector<Opened> slices;
    for (const auto& entry : fs::directory_iterator(under("01_ct_volume_160_LIDC0314_JPEGLS"))) {
        auto opened = open(entry.path());
        REQUIRE(opened);
        slices.push_back(std::move(*opened));
    }
    REQUIRE(slices.size() == 160);
    DecodePool pool({1, std::chrono::milliseconds(30000)});
    REQUIRE(decodeFrame(pool, slices[0]));
    const auto begin = std::chrono::steady_clock::now();
    int failed = 0;
    for (const auto& slice : slices) {
        failed += decodeFrame(pool, slice) ? 0 : 1;
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("JPEG-LS: %.0f slices a second, one worker\n", 160 / seconds);
    CHECK(failed == 0);
    CHECK(pool.workers().at(0).jobs == 161);
}

TEST_CASE("No malformed file stops the pool", "[core][decode][data]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    DecodePool pool({2, std::chrono::milliseconds(10000)});
    std::map<std::string, int> outcomes;
    for (const auto& entry : fs::recursive_directory_iterator(under("20_malformed_pwnlab_even"))) {
        if (!entry.is_regular_file()) {
            continue;
        }
        const auto opened = open(entry.path());
        if (!opened) {
            ++outcomes[opened.error().code];
            continue;
        }
        for (std::size_t f = 0; f < std::min<std::size_t>(opened->frames.size(), 3); ++f) {
            const auto frame = decodeFrame(pool, *opened, static_cast<std::int32_t>(f + 1));
            ++outcomes[frame ? "decoded" : frame.error().code];
        }
    }
    for (const auto& [code, count] : outcomes) {
        std::printf("malformed: %d %s\n", count, code.c_str());
    }
    CHECK(outcomes["decode.timeout"] == 0);
    CHECK(outcomes["decode.mismatch"] == 0);
    const auto next = decodeFrame(pool, flat(9));
    REQUIRE(next);
    CHECK(next->samples == Bytes(64 * 64, 9));
}
