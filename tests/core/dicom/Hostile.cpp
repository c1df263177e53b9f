#include <chrono>
#include <cstdlib>
#include <cstring>
#include <random>

#ifdef __unix__
#include <sys/resource.h>
#endif

#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "tests/core/dicom/RawBytes.h"
#include "tests/support/Catch.h"
#include "tests/support/TestData.h"

using namespace akari;
using namespace akari::dicom;
using namespace akari::test;

namespace {

using Seconds = std::chrono::duration<double>;

// The most memory the process ever held, in MiB; 0 where that can't be known.
double peakMemory()
{
#ifdef __unix__
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
#else
    return 0;
#endif
}

std::size_t touch(const DataSet& dataSet)
{
    std::size_t count = 0;
    for (const Element& element : dataSet.elements()) {
        ++count;
        if (element.length < 65536) {
            count += dataSet.texts(element.tag).size() + dataSet.numbers(element.tag).size() + dataSet.attributeTags(element.tag).size();
            count += dataSet.personName(element.tag) ? 1 : 0;
            count += dataSet.integer(element.tag, 1) ? 1 : 0;
        }
        for (const DataSet& item : element.items) {
            count += touch(item);
        }
    }
    return count;
}

// Everything a caller might do with bytes that nobody vouches for. Returns the seconds it took.
double useAll(const SharedBytes& bytes)
{
    const auto begin = std::chrono::steady_clock::now();
    for (const bool headerOnly : {false, true}) {
        ReadLimits limits;
        limits.headerOnly = headerOnly;
        auto file = readPart10(bytes, limits);
        if (!file) {
            REQUIRE_FALSE(file.error().code.empty());
            REQUIRE_FALSE(file.error().message.empty());
            continue;
        }
        touch(file->meta);
        touch(file->dataSet);
        if (auto extents = frameExtents(*file)) {
            for (const FrameExtent& extent : *extents) {
                for (const FrameExtent::Run& run : extent.runs) {
                    REQUIRE(run.offset <= file->bytes->size());
                    REQUIRE(run.length <= file->bytes->size() - run.offset);
                }
            }
            frameBytes(*file, extents->front());
        }
        (void)identityOf(*file, "a");
    }
    return Seconds(std::chrono::steady_clock::now() - begin).count();
}

double secondsToRead(const SharedBytes& bytes)
{
    const auto begin = std::chrono::steady_clock::now();
    (void)readPart10(bytes);
    return Seconds(std::chrono::steady_clock::now() - begin).count();
}

Bytes sampleObject()
{
    DataSetBuilder code;
    code.text(tags::CodeValue, {'S', 'H'}, "T-1").text(tags::CodeMeaning, {'L', 'O'}, "Name");
    DataSetBuilder b;
    b.text(tags::SpecificCharacterSet, {'C', 'S'}, "ISO 2022 IR 100\\ISO 2022 IR 87")
        .text(tags::SOPInstanceUID, {'U', 'I'}, "1.2.3.4")
        .text(tags::StudyInstanceUID, {'U', 'I'}, "1.2.3")
        .text(tags::SeriesInstanceUID, {'U', 'I'}, "1.2.3.5")
        .text(tags::PatientName, {'P', 'N'}, "A^B=\033$B;3ED\033(B")
        .sequence(tags::ProcedureCodeSequence, {code, code})
        .decimals(tags::ImagePositionPatient, {1, 2.5, -3})
        .integers(tags::Rows, {'U', 'S'}, {4})
        .integers(tags::Columns, {'U', 'S'}, {4})
        .integers(tags::BitsAllocated, {'U', 'S'}, {8})
        .integers(tags::NumberOfFrames, {'I', 'S'}, {2})
        .raw({9, 0x1001}, {'U', 'N'}, {0xFE, 0xFF, 0x00, 0xE0, 8, 0, 0, 0, 0x10, 0, 0x20, 0, 0, 0, 0, 0})
        .raw(tags::PixelData, {'O', 'B'}, Bytes(32, 9));
    return writePart10(b, kExplicitLittle, "1.2", "1.2.3.4");
}

} // namespace

TEST_CASE("Lengths that lie are refused without memory being taken for them", "[core][dicom][hostile]")
{
    const double before = peakMemory();
    RawBytes huge = RawBytes::part10(kExplicitLittle);
    huge.explicitLong(0x10, 0x10, "OB", 0xFFFFFFF0).text(std::string(188 - huge.size() % 188, 'x'));
    auto first = readPart10(huge.shared());
    REQUIRE_FALSE(first.has_value());
    CHECK(first.error().code == "dicom.unreadable");

    RawBytes meta;
    meta.text(std::string(128, '\0')).text("DICM").explicitLong(2, 1, "OB", 0x7FFFFFFF).text("\1\2\3\4");
    REQUIRE(meta.size() == 148);
    auto second = readPart10(meta.shared());
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == "dicom.unreadable");

    RawBytes sequence = RawBytes::part10(kExplicitLittle);
    sequence.explicitLong(8, 0x1140, "SQ", 0xFFFFFFF0).item(0xFFFFFFF0).text("abcd");
    CHECK_FALSE(readPart10(sequence.shared()).has_value());
    CHECK(peakMemory() - before < 16);
}

TEST_CASE("A large file of nothing but headers is read in bounded time and memory", "[core][dicom][hostile]")
{
    const double before = peakMemory();
    RawBytes items = RawBytes::part10(kExplicitLittle);
    items.explicitLong(8, 0x1140, "SQ", 0xFFFFFFFF);
    for (int k = 0; k < 1'000'000; ++k) {
        items.item(0);
    }
    items.sequenceEnd();
    CHECK(secondsToRead(items.shared()) < 20);
    RawBytes zeros = RawBytes::part10(kExplicitLittle);
    zeros.text(std::string(4'000'000, '\0')).text("x");
    CHECK(secondsToRead(zeros.shared()) < 20);
    RawBytes nested = RawBytes::part10(kExplicitLittle);
    for (int k = 0; k < 100'000; ++k) {
        nested.explicitLong(8, 0x1140, "SQ", 0xFFFFFFFF).item(0xFFFFFFFF);
    }
    CHECK(secondsToRead(nested.shared()) < 1);
    CHECK(peakMemory() - before < 400);
}

TEST_CASE("Nothing that is cut off crashes or hangs", "[core][dicom][hostile][data]")
{
    const auto folder = dataFolder();
    if (!folder) {
        AKARI_SKIP("no test data");
    }
    const std::vector<const char*> paths = {
        "12_pydicom_core/test_files/rtplan.dcm",
        "12_pydicom_core/charset_files/chrH32.dcm",
        "12_pydicom_core/test_files/image_dfl.dcm",
        "12_pydicom_core/test_files/SC_rgb_jpeg_dcmtk.dcm",
        "12_pydicom_core/test_files/ExplVR_BigEnd.dcm",
        "12_pydicom_core/test_files/reportsi.dcm",
        "12_pydicom_core/test_files/MR_small_RLE.dcm",
        "14_fo_dicom_selected/HasFragmentSequence.dcm",
        "14_fo_dicom_selected/GH364.dcm",
        "17_seg_sr_sm_highdicom/sm_image_numbers.dcm",
    };
    std::mt19937 random(20);
    int files = 0;
    for (const char* path : paths) {
        if (!std::filesystem::exists(*folder / path)) {
            WARN(path << " is not there");
            continue;
        }
        INFO(path);
        ++files;
        const SharedBytes whole = loadFile(*folder / path);
        REQUIRE(readPart10(whole).has_value());
        for (int k = 0; k < 200; ++k) {
            // Half of the cuts in the first kilobytes, where the headers are.
            const std::size_t reach = k % 2 == 0 ? whole->size() : std::min<std::size_t>(whole->size(), 4096);
            const std::size_t cut = std::uniform_int_distribution<std::size_t>(0, reach - 1)(random);
            const auto part = std::make_shared<const Bytes>(whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(cut));
            REQUIRE(useAll(part) < 1);
        }
    }
    CHECK(files >= 8);
}

TEST_CASE("The malformed collection is read or refused, quickly and in little memory", "[core][dicom][hostile][data]")
{
    const auto folder = dataFolder();
    if (!folder) {
        AKARI_SKIP("no test data");
    }
    const double before = peakMemory();
    double slowest = 0;
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder / "20_malformed_pwnlab_even")) {
        if (entry.is_regular_file()) {
            ++files;
            slowest = std::max(slowest, useAll(loadFile(entry.path())));
        }
    }
    CHECK(files == 300);
    CHECK(slowest < 1);
    CHECK(peakMemory() - before < 128);
}

TEST_CASE("Mutated objects never crash the reader", "[core][dicom][hostile]")
{
    std::vector<Bytes> seeds = {sampleObject()};
    if (const auto folder = dataFolder()) {
        for (const char* path : {"12_pydicom_core/test_files/rtplan.dcm", "12_pydicom_core/charset_files/chrH32.dcm",
                                 "12_pydicom_core/test_files/reportsi.dcm", "12_pydicom_core/test_files/nested_priv_SQ.dcm",
                                 "12_pydicom_core/test_files/MR_small_RLE.dcm"}) {
            seeds.push_back(*loadFile(*folder / path));
        }
    }
    std::mt19937 random(4711);
    const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
    constexpr std::uint32_t kTelling[] = {0, 1, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFE, 0x7FFFFFFF, 0x80000000, 0xE000FFFE, 0xE00DFFFE, 0xE0DDFFFE, 0x51530000};
    // AKARI_FUZZ_ROUNDS asks for more than the few seconds of every day.
    const char* asked = std::getenv("AKARI_FUZZ_ROUNDS");
    const int rounds = asked ? std::atoi(asked) : 2000;
    double slowest = 0;
    for (int round = 0; round < rounds; ++round) {
        Bytes bytes = seeds[below(seeds.size())];
        const std::size_t reach = std::min<std::size_t>(bytes.size(), 3000);
        for (std::size_t change = 0, changes = 1 + below(6); change < changes; ++change) {
            const std::size_t at = 128 + below(reach - 136);
            switch (below(4)) {
            case 0:
                bytes[at] = static_cast<std::uint8_t>(below(256));
                break;
            case 1: {
                const std::uint32_t value = kTelling[below(std::size(kTelling))];
                std::memcpy(bytes.data() + at, &value, 4);
                break;
            }
            case 2:
                bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin() + static_cast<std::ptrdiff_t>(at + 1 + below(4)));
                break;
            default: {
                const Bytes copy(bytes.begin() + static_cast<std::ptrdiff_t>(128 + below(100)), bytes.begin() + static_cast<std::ptrdiff_t>(228 + below(50)));
                bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), copy.begin(), copy.end());
                break;
            }
            }
            if (bytes.size() < reach) {
                bytes.resize(reach);
            }
        }
        slowest = std::max(slowest, useAll(std::make_shared<const Bytes>(std::move(bytes))));
    }
    CHECK(slowest < 1);
}
