// A video comes through the same slices as everything else.
#include "core/load/StudyStore.h"
#include "tests/support/Catch.h"
#include "tests/support/TestData.h"

using namespace akari;

TEST_CASE("A video's pictures are slices, from whatever place they are wanted", "[core][load][data]")
{
    const auto data = akari::test::dataFolder();
    if (!data) {
        AKARI_SKIP("no test data");
    }
    const auto bytes = akari::test::readFile(*data / "22_derived" / "video_h264_HP41_4.102.dcm");
    const auto file = dicom::readPart10(bytes);
    REQUIRE(file);
    cache::IncomingObject object;
    object.identity = *dicom::identityOf(*file, "test");
    object.bytes = bytes;
    object.headerLength = file->pixelDataOffset;
    object.numberOfFrames = 84;
    object.modality = "ES";
    auto cache = std::move(*cache::Cache::openInMemory());
    REQUIRE(cache->store({&object, 1}));
    decode::DecodePool pool;
    load::MemoryBudget budget{std::uint64_t{512} << 20};
    load::StudyStore store({*cache, pool, budget}, "test", object.identity.study, [](const std::string&) {});
    REQUIRE(store.addFromCache());
    const auto place = store.locate(object.identity.sop, FrameNumber{60});
    REQUIRE(place);
    store.want(place->displaySetId, place->index);
    const auto table = store.loadAll(place->displaySetId);
    REQUIRE(table);
    REQUIRE(table->entries.size() == 84);
    for (const auto& entry : table->entries) {
        REQUIRE(entry.slice);
        CHECK(entry.slice->rgb);
        CHECK(entry.slice->bytes() >= 640 * 480 * 3);
    }
    // One process has decoded them all, each once and none again for want of order.
    REQUIRE(pool.workers().size() == 1);
    CHECK(pool.workers().at(0).jobs <= 90);
}
