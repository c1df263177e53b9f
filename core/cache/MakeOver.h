// From one key for the whole cache to one per archive.
#pragma once

#include "core/cache/Connection.h"
#include "core/cache/Sealing.h"

namespace akari::cache {

// Every row anew under its archive's key, every segment's key sealed under it; the packs stay as they are. One transaction: a kill leaves
// the cache of before. Throws (Guard.h).
void makeOver(Connection& connection, const Sealing& before, const Sealing& after);

} // namespace akari::cache
