// One Part 10 file in a store of its own, for tests of what a loaded frame looks like.
#pragma once

#include <filesystem>

#include "core/dicom/Tags.h"
#include "core/load/StudyStore.h"
#include "tests/support/Catch.h"
#include "tests/support/TestData.h"

namespace akari::test {

struct LoadedFile {
    std::unique_ptr<cache::Cache> cache = std::move(*cache::Cache::openInMemory());
    decode::DecodePool pool{decode::PoolOptions{1, std::chrono::milliseconds(20000)}};
    load::MemoryBudget budget{std::uint64_t{512} << 20};
    std::shared_ptr<load::StudyStore> store;
    ObjectIdentity identity;

    // Later files must be of the same study.
    void add(const SharedBytes& bytes)
    {
        const auto file = dicom::readPart10(bytes);
        REQUIRE(file);
        auto named = dicom::identityOf(*file, "file:test");
        REQUIRE(named);
        cache::IncomingObject object;
        object.identity = *named;
        object.bytes = bytes;
        object.headerLength = file->pixelDataOffset > 0 ? file->pixelDataOffset : bytes->size();
        object.sopClassUid = file->dataSet.textOr(dicom::tags::SOPClassUID);
        object.modality = file->dataSet.textOr(dicom::tags::Modality);
        object.numberOfFrames = static_cast<std::int32_t>(file->dataSet.integer(dicom::tags::NumberOfFrames).value_or(1));
        REQUIRE(cache->store({&object, 1}));
        if (!store) {
            identity = *named;
            store = std::make_shared<load::StudyStore>(load::StudyStore::Services{*cache, pool, budget}, named->archive, named->study,
                                                       [](const std::string&) {});
        }
        REQUIRE(store->addFromCache());
    }
    explicit LoadedFile(const SharedBytes& bytes) { add(bytes); }
    explicit LoadedFile(const std::filesystem::path& path) { add(readFile(path)); }

    Result<std::shared_ptr<const image::Slice>> frame(int number = 1)
    {
        const auto place = store->locate(identity.sop, FrameNumber{number});
        REQUIRE(place);
        return store->load(place->displaySetId, place->index);
    }
    Result<decode::DecodedFrame> stored(int number = 1)
    {
        const auto place = store->locate(identity.sop, FrameNumber{number});
        REQUIRE(place);
        return store->stored(place->displaySetId, place->index);
    }
};

} // namespace akari::test
