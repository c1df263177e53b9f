// A study to be opened, asked for from outside the window: akari://open?study=UID[&archive=NAME], or a second `akari --open`.
#pragma once

#include <string>
#include <string_view>

#include "core/base/Identity.h"
#include "core/base/Result.h"
#include "core/cache/Cache.h"
#include "core/records/Records.h"

namespace akari::workspace {

struct OpenRequest {
    std::string archive;    // empty: to be found
    StudyInstanceUid study; // empty: only come to the front
};

// "open.url": anything but exactly that form. The UID has 1 to 64 digits and dots, no empty component; the archive at most 64 bytes of
// UTF-8 without control characters, percent-encoded; each key at most once, no other key, no fragment.
Result<OpenRequest> parseOpenUrl(std::string_view url);
// The same rules for what comes in parts.
Status checkOpen(const OpenRequest& request);

// Fills in the archive where none is named (the one copy in the cache, else the only archive there is) and checks a named one.
// "open.archive": no such archive here      "study.ambiguous": two have it, so it must be named
Result<OpenRequest> resolveOpen(OpenRequest request, const records::Records& records, const cache::Cache& cache);

} // namespace akari::workspace
