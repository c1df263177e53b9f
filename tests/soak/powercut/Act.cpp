#include "tests/soak/powercut/Act.h"

#include <stdexcept>

#include "core/cache/FromHeader.h"
#include "core/dicom/DataSet.h"
#include "tests/soak/powercut/Judge.h"

namespace akari::soak {
namespace {

template <class T> T must(Result<T> result)
{
    if (!result) {
        throw std::runtime_error(result.error().code + " " + result.error().detail);
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

using Batches = std::map<std::string, std::vector<cache::IncomingObject>>; // by series

Batches batchesOf(const Expectation& expected)
{
    Batches batches;
    for (const auto& [sop, object] : expected.objects) {
        const auto file = must(dicom::readPart10(object.bytes));
        batches[object.series].push_back(cache::incomingObject(file, must(dicom::identityOf(file, expected.archive))));
    }
    return batches;
}

void storeAll(cache::Cache& cache, const Expectation& expected, const Batches& batches)
{
    const StudyInstanceUid study(expected.study);
    cache::StudyRecord record;
    record.archive = expected.archive;
    record.study = study;
    record.expected = static_cast<std::int64_t>(expected.objects.size());
    must(cache.putStudy(record));
    for (const auto& [series, batch] : batches) {
        must(cache.store(batch));
    }
    must(cache.markComplete(expected.archive, study, true, "2025-01-02T03:04:05Z"));
}

} // namespace

void act(const std::filesystem::path& manifest, const std::filesystem::path& path)
{
    const SystemClock clock;
    const Expectation expected = Expectation::read(manifest);
    const Batches batches = batchesOf(expected);
    const auto folder = must(vault::DataFolder::open({path, expected.passphrase, nullptr, false}));
    const auto records = must(records::Records::open(folder->recordsPath(), folder->recordsKey(), false, clock));
    const auto cache = must(cache::Cache::open(folder->cachePath(), folder->keys(), &folder->cacheKey(), false));
    const StudyInstanceUid study(expected.study);
    for (int round = 0; round < 2; ++round) {
        storeAll(*cache, expected, batches);
        must(cache->removeStudy(expected.archive, study));
    }
    storeAll(*cache, expected, batches);
    // A whole series, one by one: its last object takes the pack with it.
    for (const auto& object : batches.begin()->second) {
        must(cache->dropObject(object.identity));
    }
    must(cache->markComplete(expected.archive, study, false, "2025-01-02T03:04:06Z"));
    must(cache->store(batches.begin()->second));
}

} // namespace akari::soak
