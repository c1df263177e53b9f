// The second open of slow codecs: from decoded twins, to the bit what the decoder gave, and never another frame's.
#include <chrono>
#include <cstring>
#include <thread>

#include "core/cache/FromHeader.h"
#include "core/decode/Samples.h"
#include "core/load/StudyStore.h"
#include "core/load/Twins.h"
#include "tests/core/decode/JpegXlPictures.h"
#include "tests/support/DataSets.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace std::chrono_literals;

namespace {

// One file as a study of its own in a cache on disk.
struct Study {
    test::TempFolder folder;
    std::unique_ptr<cache::Cache> cache = std::move(*cache::Cache::open(folder.path(), vault::Key(Bytes(32, 3)), false));
    load::MemoryBudget budget{std::uint64_t{512} << 20};
    ObjectIdentity identity;
    int frames = 0;

    explicit Study(const SharedBytes& bytes)
    {
        const auto file = dicom::readPart10(bytes);
        REQUIRE(file);
        const auto named = dicom::identityOf(*file, "test");
        REQUIRE(named);
        identity = *named;
        const cache::IncomingObject object = cache::incomingObject(*file, identity);
        frames = object.numberOfFrames;
        REQUIRE(cache->store({&object, 1}));
    }
    std::shared_ptr<load::StudyStore> open(decode::DecodePool& pool)
    {
        auto store = std::make_shared<load::StudyStore>(load::StudyStore::Services{*cache, pool, budget}, identity.archive, identity.study,
                                                        [](const std::string&) {});
        REQUIRE(store->addFromCache());
        return store;
    }
    bool hasTwin(int frame) const { return cache->readTwin({identity, FrameNumber{frame}, load::twinDecoding()}).has_value(); }
    bool awaitTwins() const
    {
        for (const auto end = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < end;
             std::this_thread::sleep_for(5ms)) {
            int written = 0;
            for (int frame = 1; frame <= frames; ++frame) {
                written += hasTwin(frame);
            }
            if (written == frames) {
                return true;
            }
        }
        return false;
    }
};

// Of every frame, all of them in memory afterwards.
std::vector<image::Samples> samplesOf(load::StudyStore& store)
{
    std::vector<image::Samples> all;
    for (const auto& set : store.displaySets()) {
        const auto table = store.loadAll(set->id);
        for (const auto& entry : table->entries) {
            REQUIRE(entry.slice);
            all.push_back(entry.slice->samples);
        }
    }
    REQUIRE_FALSE(all.empty());
    return all;
}

std::uint64_t jobsOf(const decode::DecodePool& pool)
{
    std::uint64_t jobs = 0;
    for (const auto& worker : pool.workers()) {
        jobs += worker.jobs;
    }
    return jobs;
}

// Decoded once with twins awaited, then opened again with a pool that must stay idle. Answers the frames of the first open.
std::vector<image::Samples> openTwice(const SharedBytes& bytes)
{
    Study study(bytes);
    std::vector<image::Samples> decoded;
    {
        decode::DecodePool pool;
        const auto store = study.open(pool);
        decoded = samplesOf(*store);
        REQUIRE(jobsOf(pool) > 0);
        REQUIRE(study.awaitTwins());
    }
    decode::DecodePool idle;
    const auto again = study.open(idle);
    CHECK(samplesOf(*again) == decoded);
    CHECK(jobsOf(idle) == 0);
    // What is asked for as it is stored comes from the object itself.
    CHECK(again->stored(again->displaySets().at(0)->id, FrameIndex{0}));
    CHECK(jobsOf(idle) == 1);
    return decoded;
}

SharedBytes fileAround(const Bytes& encoded, const decode::PixelDescription& pixels, const char* transferSyntaxUid)
{
    using namespace dicom::tags;
    dicom::DataSetBuilder b = test::smallImage();
    b.text(PhotometricInterpretation, test::vr("CS"), pixels.samplesPerPixel == 3 ? "RGB" : "MONOCHROME2");
    b.integers(Rows, test::vr("US"), {pixels.rows}).integers(Columns, test::vr("US"), {pixels.columns});
    b.integers(SamplesPerPixel, test::vr("US"), {pixels.samplesPerPixel}).integers(BitsAllocated, test::vr("US"), {pixels.bitsAllocated});
    b.integers(BitsStored, test::vr("US"), {pixels.bitsStored}).integers(HighBit, test::vr("US"), {pixels.bitsStored - 1});
    if (pixels.samplesPerPixel == 3) {
        b.integers(PlanarConfiguration, test::vr("US"), {0});
    }
    b.encapsulated(PixelData, {encoded});
    return std::make_shared<const Bytes>(dicom::writePart10(b, transferSyntaxUid, "1.2.840.10008.5.1.4.1.1.7", "1.2.3.4.5"));
}

// A slice's samples as a decoder gives them out: little-endian.
Bytes bytesOf(const image::Samples& samples)
{
    return std::visit(
        [](const auto& values) {
            Bytes bytes(values.size() * sizeof(values[0]));
            std::memcpy(bytes.data(), values.data(), bytes.size());
            return bytes;
        },
        samples);
}

} // namespace

TEST_CASE("the second open of a slow codec needs no decoder and shows the same bits", "[core][load][hazard20]")
{
    const auto data = test::dataFolder();
    if (!data) {
        WARN("no test data");
        return;
    }
    const std::string name = GENERATE(
        "01_ct_volume_160_LIDC0314_JPEGLS/000002.dcm", "13_pydicom_data_selected/693_J2KR.dcm",
        "13_pydicom_data_selected/emri_small_jpeg_2k_lossless.dcm", "13_pydicom_data_selected/emri_small_jpeg_ls_lossless.dcm",
        "13_pydicom_data_selected/JPGLosslessP14SV1_1s_1f_8b.dcm", "09_zoo_Efferent_PM5644_colour/PM5644-960x540_JPEG-LS_Lossless.dcm",
        "09_zoo_Efferent_PM5644_colour/PM5644-960x540_JPEG-Lossless_RGB.dcm");
    CAPTURE(name);
    openTwice(test::readFile(*data / name));
}

TEST_CASE("the second open of HTJ2K needs no decoder: grey, colour, lossless or not", "[core][load][hazard20]")
{
    const auto data = test::dataFolder();
    if (!data) {
        WARN("no test data");
        return;
    }
    for (const char* name : {"10_zoo_HTJ2K/htj2k/CT1_JPH", "10_zoo_HTJ2K/htj2k/US1_JPH"}) {
        INFO(name);
        openTwice(test::readFile(*data / name));
    }
    // These two name no study of their own.
    for (const char* name : {"13_pydicom_data_selected/HTJ2KLossless_08_RGB.dcm", "13_pydicom_data_selected/HTJ2K_08_RGB.dcm"}) {
        INFO(name);
        const auto opened = decode::test::open(*data / name);
        REQUIRE(opened);
        openTwice(
            fileAround(dicom::frameBytes(opened->file, opened->frames.at(0)), opened->pixels, opened->file.transferSyntaxUid.c_str()));
    }
}

TEST_CASE("the second open of JPEG XL needs no decoder: grey, colour, lossless or not", "[core][load][hazard20]")
{
    if (!decode::test::haveTool("cjxl")) {
        AKARI_SKIP("no cjxl to make JPEG XL (package libjxl-tools)");
    }
    const auto [bits, components] = GENERATE(std::pair(8U, 1U), std::pair(12U, 1U), std::pair(8U, 3U));
    CAPTURE(bits, components);
    const decode::test::Picture picture = decode::test::pictureOf(bits, components);
    const auto exact = openTwice(fileAround(decode::test::jxlOf(picture, "-d 0 -e 3"), picture.pixels, "1.2.840.10008.1.2.4.110"));
    CHECK(bytesOf(exact.at(0)) == picture.samples);
    openTwice(fileAround(decode::test::jxlOf(picture, "-d 1 -e 3"), picture.pixels, "1.2.840.10008.1.2.4.112"));
}

TEST_CASE("a twin of another form, or one that is damaged, is decoded instead", "[core][load][hazard20]")
{
    const auto data = test::dataFolder();
    if (!data) {
        WARN("no test data");
        return;
    }
    Study study(test::readFile(*data / "01_ct_volume_160_LIDC0314_JPEGLS/000002.dcm"));
    decode::DecodePool pool;
    image::Samples decoded;
    {
        const auto store = study.open(pool);
        decoded = samplesOf(*store).at(0);
        REQUIRE(study.awaitTwins());
    }
    const cache::TwinKey key{study.identity, FrameNumber{1}, load::twinDecoding()};
    for (const Bytes& wrong : {cache::packTwin({8, 8, 1, 2, Bytes(128)}), Bytes(100, 1)}) {
        const cache::Twin twin{key, wrong};
        REQUIRE(study.cache->storeTwins({&twin, 1})); // takes the right one's place
        const std::uint64_t before = jobsOf(pool);
        const auto store = study.open(pool);
        CHECK(samplesOf(*store).at(0) == decoded);
        CHECK(jobsOf(pool) == before + 1);
        // And a right one is written again.
        for (int look = 0; look < 2000 && **study.cache->readTwin(key) == wrong; ++look) {
            std::this_thread::sleep_for(5ms);
        }
        cache::TwinImage image;
        CHECK(cache::unpackTwin(**study.cache->readTwin(key), image));
    }
}

TEST_CASE("quick codecs and native frames get no twins", "[core][load]")
{
    const auto data = test::dataFolder();
    if (!data) {
        WARN("no test data");
        return;
    }
    for (const char* name : {"emri_small_RLE.dcm", "emri_small.dcm"}) {
        const auto file = dicom::readPart10(test::readFile(*data / "13_pydicom_data_selected" / name));
        REQUIRE(file);
        CHECK_FALSE(load::hasTwins(*file));
    }
}
