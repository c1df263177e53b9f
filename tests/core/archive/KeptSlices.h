// Slices of a fake archive as the cache has kept them.
#pragma once

#include "core/cache/Cache.h"
#include "tests/support/Slices.h"

namespace akari::test {

// Objects of the series that are not byte for byte those that were made.
inline std::size_t wrongIn(cache::Cache& cache, const SliceOptions& options = {})
{
    std::size_t count = 0;
    const auto objects = cache.objects("Fake", StudyInstanceUid(options.study), SeriesInstanceUid(options.series)).value();
    for (const auto& object : objects) {
        const auto bytes = cache.read(object.identity);
        count += bytes && **bytes == makeSlice(object.instanceNumber, options) ? 0 : 1;
    }
    return count;
}

} // namespace akari::test
