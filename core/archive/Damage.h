// What becomes of an object that the cache holds and can't read any more.
#pragma once

#include "core/archive/JobStore.h"
#include "core/cache/Cache.h"
#include "core/records/Records.h"

namespace akari::archive {

// Whether an archive is known that objects kept under this name come from. Imported media have none.
bool canFetchAgain(const records::Records& records, const std::string& archive);

// The object leaves the index, its study is not complete any more and is queued, so that the next sync fetches this object and only it.
// One that can't be fetched again stays ("archive.none"), in a study that is not complete any more either: what is left must not pass for
// all of it. Any thread.
Status dropDamaged(cache::Cache& cache, const records::Records& records, JobStore& jobs, const ObjectIdentity& identity);

} // namespace akari::archive
