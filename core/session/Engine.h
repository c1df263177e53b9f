// What a session works with; owned by the composition root in app/, outlives every session.
#pragma once

#include "core/archive/KnownArchives.h"
#include "core/archive/LineRates.h"
#include "core/archive/SyncScheduler.h"
#include "core/base/Clock.h"
#include "core/cache/Cache.h"
#include "core/decode/Decode.h"
#include "core/load/StudyStore.h"
#include "core/records/Records.h"
#include "core/session/StudyIndex.h"

namespace akari::session {

struct Engine {
    cache::Cache& cache;
    records::Records& records;
    decode::DecodePool& pool;
    load::MemoryBudget& budget;
    const Clock& clock;
    archive::LineRates& lines;
    image::SplitRules rules = image::builtInSplitRules(); // the data folder's, where it has some
    archive::KnownArchives* known = nullptr;              // without it nobody is signed in anywhere
    archive::Schedulers* sync = nullptr; // without it sessions speak with archives on connections of their own and put no jobs down
    std::shared_ptr<StudyIndex> index = std::make_shared<StudyIndex>(); // one for all copies of this engine
    std::chrono::milliseconds lineRetry{30'000}; // after which an open study asks again, where its archive does not answer
};

} // namespace akari::session
