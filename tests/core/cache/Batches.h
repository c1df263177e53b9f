// Made-up objects for the cache's tests. The cache does not look into the bytes, so they need not be DICOM.
#pragma once

#include <random>

#include "core/base/Bytes.h"
#include "core/cache/Cache.h"

namespace akari::cache::test {

inline const StudyInstanceUid kStudy{"1.2.840.99999.1.777"};
inline const SeriesInstanceUid kSeries{"1.2.840.99999.1.777.42"};

inline SharedBytes patternBytes(std::size_t size, unsigned seed)
{
    auto bytes = std::make_shared<Bytes>(size);
    std::minstd_rand random(seed + 1);
    for (auto& byte : *bytes) {
        byte = static_cast<std::uint8_t>(random() >> 8);
    }
    return bytes;
}

inline IncomingObject objectOf(SharedBytes bytes, int number, std::string archive = "ward", SeriesInstanceUid series = kSeries)
{
    IncomingObject object;
    object.identity = {std::move(archive), kStudy, series, SopInstanceUid(series.value + "." + std::to_string(number)),
                       sha256Hex(*bytes).substr(0, 16)};
    object.headerLength = std::min<std::uint64_t>(300, bytes->size());
    object.bytes = std::move(bytes);
    object.sopClassUid = "1.2.840.10008.5.1.4.1.1.2";
    object.modality = "CT";
    object.instanceNumber = number;
    return object;
}

// Numbers first … first + count - 1.
inline std::vector<IncomingObject> batchOf(int first, int count, std::size_t size = 2000)
{
    std::vector<IncomingObject> batch;
    for (int i = first; i < first + count; ++i) {
        batch.push_back(objectOf(patternBytes(size, static_cast<unsigned>(i)), i));
    }
    return batch;
}

inline std::string codeOf(const auto& result) { return result ? "ok" : result.error().code; }

} // namespace akari::cache::test
