// Which frame gets a decoder first.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/cache/FromHeader.h"
#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "core/load/StudyStore.h"
#include "tests/support/Catch.h"

using namespace akari;

TEST_CASE("Whoever waits for one frame gets the decoder before all that is loaded meanwhile", "[core][load]")
{
    using namespace dicom;
    using namespace dicom::tags;
    constexpr int kWide = 1024, kFrames = 120;
    Bytes frame(64, 0);
    frame[0] = 1;
    frame[4] = 64; // one segment, behind the header
    for (int i = 0; i < kWide * kWide / 128; ++i) {
        frame.push_back(static_cast<std::uint8_t>(-127));
        frame.push_back(7);
    }
    DataSetBuilder b;
    b.text(SOPClassUID, {'U', 'I'}, "1.2.840.10008.5.1.4.1.1.7.2").text(SOPInstanceUID, {'U', 'I'}, "1.2.3.1.1");
    b.text(StudyInstanceUID, {'U', 'I'}, "1.2.3").text(SeriesInstanceUID, {'U', 'I'}, "1.2.3.1").text(Modality, {'C', 'S'}, "OT");
    b.text(PatientID, {'L', 'O'}, "1").text(PhotometricInterpretation, {'C', 'S'}, "MONOCHROME2");
    b.text(NumberOfFrames, {'I', 'S'}, std::to_string(kFrames)).integers(PixelRepresentation, {'U', 'S'}, {0});
    b.integers(Rows, {'U', 'S'}, {kWide}).integers(Columns, {'U', 'S'}, {kWide}).integers(SamplesPerPixel, {'U', 'S'}, {1});
    b.integers(BitsAllocated, {'U', 'S'}, {8}).integers(BitsStored, {'U', 'S'}, {8}).integers(HighBit, {'U', 'S'}, {7});
    b.encapsulated(PixelData, std::vector<Bytes>(kFrames, frame));
    const auto bytes = std::make_shared<const Bytes>(writePart10(b, "1.2.840.10008.1.2.5", "1.2.840.10008.5.1.4.1.1.7.2", "1.2.3.1.1"));
    const auto file = readPart10(bytes);
    REQUIRE(file);
    const cache::IncomingObject object = cache::incomingObject(*file, *identityOf(*file, "test"));

    const auto cache = std::move(*cache::Cache::openInMemory());
    REQUIRE(cache->store({&object, 1}));
    load::MemoryBudget budget(std::uint64_t{512} << 20);
    decode::DecodePool one({1, std::chrono::milliseconds(60000)});

    // Every loader thread rests where it tells of its third frame or a later one. The asker's own telling comes while its load() still
    // counts, and lets the others go on: they must begin nothing until it has its frame.
    const auto asker = std::this_thread::get_id();
    const unsigned loaders = std::max(2U, std::thread::hardware_concurrency());
    std::mutex mutex;
    std::condition_variable moved;
    unsigned told = 0, resting = 0, begunMeanwhile = 0;
    bool asking = false;
    const auto changed = [&](const std::string&) {
        std::unique_lock lock(mutex);
        if (std::this_thread::get_id() != asker) {
            if (++told < 3) {
                return;
            }
            begunMeanwhile += asking;
            ++resting;
            moved.notify_all();
            moved.wait(lock, [&] { return asking; });
        } else if (resting == loaders) {
            asking = true;
            moved.notify_all();
            moved.wait_for(lock, std::chrono::milliseconds(500), [&] { return begunMeanwhile > 0; });
            CHECK(begunMeanwhile == 0);
        }
    };
    const auto store = std::make_shared<load::StudyStore>(load::StudyStore::Services{*cache, one, budget}, "test",
                                                          StudyInstanceUid("1.2.3"), changed);
    REQUIRE(store->addFromCache());
    const std::string id = store->displaySets().at(0)->id;
    std::thread all([&] { store->loadAll(id); });
    {
        std::unique_lock lock(mutex);
        moved.wait(lock, [&] { return resting == loaders; });
    }
    CHECK(store->load(id, FrameIndex{kFrames - 2})); // the last but one is nobody's next
    CHECK(asking);
    all.join();
    CHECK(store->table(id)->present == kFrames);
}
