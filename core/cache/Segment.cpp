#include "core/cache/Segment.h"

#include <algorithm>
#include <atomic>
#include <memory>

#include <zstd.h>

#include "core/base/JobQueue.h"
#include "core/cache/Guard.h"

namespace akari::cache {
namespace {

constexpr std::uint64_t kChunkBytes = 1024 * 1024;
constexpr int kHeaderLevel = 1; // headers of a series are nearly equal: 20 times smaller even so
constexpr std::size_t kVersionDigits = 16;

std::uint64_t chunksOf(std::uint64_t length) { return (length + kChunkBytes - 1) / kChunkBytes; }
std::uint64_t sealedLength(std::uint64_t length) { return length + chunksOf(length) * vault::kTagBytes; }

std::array<std::uint8_t, vault::kNonceBytes> nonceOf(std::uint64_t chunk)
{
    std::array<std::uint8_t, vault::kNonceBytes> nonce{};
    for (std::size_t i = 0; i < 8; ++i) {
        nonce[i] = static_cast<std::uint8_t>(chunk >> (8 * i));
    }
    return nonce;
}

// The binding, then which chunk of how many of what whole: chunks can't be moved, left out or cut.
class Associated {
public:
    Associated(BytesView binding, const Extent& extent) : m_bytes(binding.begin(), binding.end())
    {
        const Bytes whole = FieldWriter().number(static_cast<std::int64_t>(extent.length)).number(0).bytes();
        m_bytes.insert(m_bytes.end(), whole.begin(), whole.end());
    }
    BytesView of(std::uint64_t chunk)
    {
        for (std::size_t i = 0; i < 8; ++i) {
            m_bytes[m_bytes.size() - 8 + i] = static_cast<std::uint8_t>(chunk >> (8 * i));
        }
        return m_bytes;
    }

private:
    Bytes m_bytes;
};

Bytes& scratch()
{
    thread_local Bytes bytes(kChunkBytes + vault::kTagBytes); // holds sealed bytes only
    return bytes;
}

void writeExtent(const PackFile& pack, const vault::Key& key, const Extent& extent, BytesView plain, BytesView binding)
{
    Associated associated(binding, extent);
    Bytes& sealed = scratch();
    std::uint64_t position = extent.start;
    for (std::uint64_t chunk = 0; chunk < chunksOf(extent.length); ++chunk) {
        const BytesView part = plain.subspan(chunk * kChunkBytes, std::min<std::uint64_t>(kChunkBytes, plain.size() - chunk * kChunkBytes));
        vault::sealInto(sealed.data(), key, nonceOf(extent.firstChunk + chunk), part, associated.of(chunk));
        pack.write(position, BytesView(sealed).first(part.size() + vault::kTagBytes));
        position += part.size() + vault::kTagBytes;
    }
}

Bytes packHeaders(const std::vector<const IncomingObject*>& objects, const SegmentPlan& plan)
{
    Bytes block;
    block.reserve(plan.headersLength);
    for (std::size_t i = 0; i < objects.size(); ++i) {
        const BytesView header = BytesView(*objects[i]->bytes).first(plan.objects[i].headerLength);
        block.insert(block.end(), header.begin(), header.end());
    }
    Bytes packed(ZSTD_compressBound(block.size()));
    const std::size_t size = ZSTD_compress(packed.data(), packed.size(), block.data(), block.size(), kHeaderLevel);
    if (ZSTD_isError(size)) {
        throw std::runtime_error("zstd does not pack");
    }
    packed.resize(size);
    return packed;
}

} // namespace

std::string contentVersionOf(BytesView bytes) { return toHex(BytesView(sha256(bytes)).first(kVersionDigits / 2)); }

void checkVersion(const IncomingObject& object)
{
    if (!object.versionComputed && contentVersionOf(*object.bytes) != object.identity.contentVersion) {
        throw Failure({"cache.mismatch", "An object's bytes are not those that were announced; it was not stored.", "content version"});
    }
}

void checkBatch(std::span<const IncomingObject> batch)
{
    const ObjectIdentity& first = batch.front().identity;
    for (const IncomingObject& object : batch) {
        if (!object.bytes || object.bytes->empty() || object.identity.sop.empty() || object.identity.contentVersion.empty()) {
            throw Failure({"cache.malformed", "An object without bytes, UID or content version can't be stored; please report this.", ""});
        }
        const ObjectIdentity& id = object.identity;
        if (id.archive != first.archive || id.study != first.study || id.series != first.series) {
            throw Failure({"cache.mixed", "A batch holds objects of several series; nothing of it was stored.", ""});
        }
    }
}

Bytes objectBinding(const ObjectIdentity& id)
{
    return FieldWriter().text("akari object").text(id.archive).text(id.study.value).text(id.series.value).text(id.sop.value)
        .text(id.contentVersion).bytes();
}

Bytes headersBinding(const ObjectIdentity& id)
{
    return FieldWriter().text("akari headers").text(id.archive).text(id.study.value).text(id.series.value).bytes();
}

SegmentPlan planSegment(std::uint64_t start, const std::vector<const IncomingObject*>& objects)
{
    SegmentPlan plan;
    std::uint64_t position = start;
    std::uint64_t chunk = 0;
    for (const IncomingObject* object : objects) {
        ObjectPlace place;
        place.body = {position, object->bytes->size(), chunk};
        place.headerAt = plan.headersLength;
        place.headerLength = std::min<std::uint64_t>(object->headerLength, object->bytes->size());
        plan.headersLength += place.headerLength;
        position += sealedLength(place.body.length);
        chunk += chunksOf(place.body.length);
        plan.objects.push_back(place);
    }
    plan.headers = {position, 0, chunk};
    return plan;
}

void writeSegment(const PackFile& pack, const Sealing& sealing, const std::vector<const IncomingObject*>& objects, SegmentPlan& plan)
{
    const vault::Key key = sealing.segmentKey(plan.salt);
    std::atomic<bool> failed{false};
    // Item 0 is the header block: packing it is the longest single job, so it begins first.
    parallelFor(static_cast<int>(objects.size()) + 1, 1, [&](int begin, int end) {
        for (int item = begin; item < end && !failed.load(std::memory_order_relaxed); ++item) {
            try {
                if (item == 0) {
                    const Bytes packed = packHeaders(objects, plan);
                    plan.headers.length = packed.size();
                    writeExtent(pack, key, plan.headers, packed, headersBinding(objects.front()->identity));
                    continue;
                }
                const auto index = static_cast<std::size_t>(item - 1);
                const IncomingObject& object = *objects[index];
                checkVersion(object);
                writeExtent(pack, key, plan.objects[index].body, *object.bytes, objectBinding(object.identity));
            } catch (...) {
                failed = true;
                throw;
            }
        }
    });
    plan.end = plan.headers.start + sealedLength(plan.headers.length);
}

SharedBytes readExtent(const PackFile& pack, const vault::Key& segmentKey, const Extent& extent, BytesView binding)
{
    auto plain = std::make_shared<Bytes>(extent.length);
    Associated associated(binding, extent);
    Bytes& sealed = scratch();
    std::uint64_t position = extent.start;
    for (std::uint64_t chunk = 0; chunk < chunksOf(extent.length); ++chunk) {
        const std::uint64_t at = chunk * kChunkBytes;
        const std::span<std::uint8_t> part(sealed.data(), std::min(kChunkBytes, extent.length - at) + vault::kTagBytes);
        pack.read(position, part);
        if (!vault::openInto(plain->data() + at, segmentKey, nonceOf(extent.firstChunk + chunk), part, associated.of(chunk))) {
            throw Failure(damaged("chunk " + std::to_string(chunk) + " of " + std::to_string(chunksOf(extent.length))));
        }
        position += part.size();
    }
    return plain;
}

Bytes unpackHeaders(BytesView packed, std::uint64_t length)
{
    Bytes block(length);
    const std::size_t size = ZSTD_decompress(block.data(), block.size(), packed.data(), packed.size());
    if (ZSTD_isError(size) || size != length) {
        throw Failure(damaged("header block"));
    }
    return block;
}

} // namespace akari::cache
