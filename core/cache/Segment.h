// One batch in a pack: the objects' chunks, then the header block's. Layout: docs/cache-format.md.
#pragma once

#include <string_view>
#include <vector>

#include "core/cache/Cache.h"
#include "core/cache/PackFile.h"
#include "core/cache/Sealing.h"

namespace akari::cache {

// A run of chunks. The identity it is bound to is not in it: who reads must know whose bytes they ask for.
struct Extent {
    std::uint64_t start = 0;      // position in the pack
    std::uint64_t length = 0;     // of the plain bytes
    std::uint64_t firstChunk = 0; // number in the segment, the nonce
};

// Where an object and its header lie, and what else its row says.
struct ObjectPlace {
    Extent body;
    std::uint64_t headerAt = 0;     // in the unpacked header block of the segment
    std::uint64_t headerLength = 0;
};

struct SegmentPlan {
    Bytes salt;                      // Sealing::freshSalt
    std::vector<ObjectPlace> objects;
    Extent headers;                  // length: of the packed (zstd) block; known after writing
    std::uint64_t headersLength = 0; // unpacked
    std::uint64_t end = 0;           // position in the pack after the segment; known after writing
};

// The first 16 hex digits of the SHA-256.
std::string contentVersionOf(BytesView bytes);

// Refuses what can't be stored: "cache.malformed", "cache.mixed". The batch is not empty.
void checkBatch(std::span<const IncomingObject> batch);
// "cache.mismatch" where the bytes are not of the content version that was announced.
void checkVersion(const IncomingObject& object);

// What chunks are bound to.
Bytes objectBinding(const ObjectIdentity& identity);
Bytes headersBinding(const ObjectIdentity& anyOfSeries);

// Decides every position, so that threads can seal and write without waiting for each other. The salt is the caller's.
SegmentPlan planSegment(std::uint64_t start, const std::vector<const IncomingObject*>& objects);
// Seals and writes on all threads; every object's SHA-256 is compared with its content version ("cache.mismatch"). Does not flush.
void writeSegment(const PackFile& pack, const Sealing& sealing, const std::vector<const IncomingObject*>& objects, SegmentPlan& plan);

// `identity` as for the writing. Throws Failure("cache.damaged").
SharedBytes readExtent(const PackFile& pack, const vault::Key& segmentKey, const Extent& extent, BytesView binding);
Bytes unpackHeaders(BytesView packed, std::uint64_t length);

} // namespace akari::cache
