#include "core/archive/SyncPipeline.h"

#include <condition_variable>
#include <mutex>

#include "tests/support/Catch.h"
#include "tests/support/Slices.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

TEST_CASE("On a slow line each object is on the disk before the next one comes", "[core][archive]")
{
    constexpr int kCount = 80;
    const TempFolder temp;
    const auto cache = cache::Cache::open(temp.path(), vault::Key(Bytes(32, 5)), false).value();
    std::mutex mutex;
    std::condition_variable moved;
    std::int64_t sealed = 0;
    SyncEvents events;
    events.sealed = [&](const SeriesInstanceUid&, std::int64_t stored, std::int64_t) {
        const std::lock_guard lock(mutex);
        sealed = stored;
        moved.notify_all();
    };
    const SyncOptions options;
    SyncPipeline pipeline(*cache, options, events, "Fake");
    pipeline.beginSeries(SeriesInstanceUid(SliceOptions().series), {}, kCount, false);
    const auto start = std::chrono::steady_clock::now();
    for (int number = 1; number <= kCount; ++number) {
        pipeline.push(dicom::readPart10(std::make_shared<const Bytes>(makeSlice(number, {}))).value());
        std::unique_lock lock(mutex);
        REQUIRE(moved.wait_for(lock, std::chrono::seconds(20), [&] { return sealed == number; }));
    }
    pipeline.finish();
    // Held back for a quarter of a second each, as a batch of a fast line may be, they would take 20.
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}
