#include "core/base/ManySha256.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "core/base/Sha256Rounds.h"

namespace akari {
namespace {

constexpr std::size_t kBlock = 64;

std::uint32_t turned(std::uint32_t x, int by) { return (x >> by) | (x << (32 - by)); }

std::uint32_t bigEndian(const std::uint8_t* bytes)
{
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | std::uint32_t{bytes[3]};
}

// The oracle of the others, and what runs where there is nothing better.
void compressOne(std::uint32_t* state, const std::uint8_t* const* first, std::size_t blocks)
{
    const std::uint8_t* from = *first;
    for (; blocks > 0; --blocks, from += kBlock) {
        std::uint32_t w[64];
        for (int i = 0; i < 16; ++i) {
            w[i] = bigEndian(from + 4 * i);
        }
        for (int i = 16; i < 64; ++i) {
            w[i] = w[i - 16] + (turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ (w[i - 15] >> 3)) + w[i - 7]
                   + (turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ (w[i - 2] >> 10));
        }
        std::uint32_t s[8];
        std::copy(state, state + 8, s);
        for (std::size_t i = 0; i < 64; ++i) {
            const std::uint32_t t1 = s[7] + (turned(s[4], 6) ^ turned(s[4], 11) ^ turned(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + kSha256Rounds[i] + w[i];
            const std::uint32_t t2 = (turned(s[0], 2) ^ turned(s[0], 13) ^ turned(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
            std::copy_backward(s, s + 7, s + 8);
            s[4] += t1;
            s[0] = t1 + t2;
        }
        for (int i = 0; i < 8; ++i) {
            state[i] += s[i];
        }
    }
}

// What follows the whole blocks: the rest, 0x80, zeroes and the length in bits (5.1.1).
struct Tail {
    std::uint8_t bytes[2 * kBlock] = {};
    std::size_t blocks = 1;

    explicit Tail(BytesView message)
    {
        const std::size_t rest = message.size() % kBlock;
        if (rest > 0) {
            std::memcpy(bytes, message.data() + (message.size() - rest), rest);
        }
        bytes[rest] = 0x80;
        blocks = rest + 9 > kBlock ? 2 : 1;
        const std::uint64_t bits = std::uint64_t{message.size()} * 8;
        for (std::size_t i = 0; i < 8; ++i) {
            bytes[blocks * kBlock - 1 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
        }
    }
};

struct Lane {
    const std::uint8_t* at = nullptr;
    std::size_t blocks = 0; // whole ones that are left
    const Tail* tail = nullptr;
    bool inTail = false;
    bool done = true;
};

Bytes digestOf(const std::vector<std::uint32_t>& state, std::size_t lanes, std::size_t lane)
{
    Bytes digest(32);
    for (std::size_t word = 0; word < 8; ++word) {
        for (std::size_t i = 0; i < 4; ++i) {
            digest[word * 4 + i] = static_cast<std::uint8_t>(state[word * lanes + lane] >> (24 - 8 * i));
        }
    }
    return digest;
}

} // namespace

std::vector<Bytes> sha256By(const Sha256Kernel& kernel, std::span<const BytesView> messages)
{
    const std::size_t lanes = kernel.lanes;
    const std::size_t count = std::min(messages.size(), lanes);
    std::vector<Bytes> digests(count);
    std::vector<Tail> tails;
    tails.reserve(count);
    std::vector<Lane> all(lanes);
    for (std::size_t i = 0; i < count; ++i) {
        tails.emplace_back(messages[i]);
        all[i] = {messages[i].data(), messages[i].size() / kBlock, &tails[i], false, false};
    }
    std::vector<std::uint32_t> state(8 * lanes);
    for (std::size_t i = 0; i < state.size(); ++i) {
        state[i] = kSha256Start[i / lanes];
    }
    std::vector<const std::uint8_t*> from(lanes);
    for (;;) {
        // As far as the shortest goes; a lane that has ended reads another's blocks, and nobody looks at what comes of it.
        const Lane* any = nullptr;
        std::size_t blocks = 0;
        for (std::size_t i = 0; i < count; ++i) {
            Lane& lane = all[i];
            if (!lane.done && lane.blocks == 0 && !lane.inTail) {
                lane.at = lane.tail->bytes;
                lane.blocks = lane.tail->blocks;
                lane.inTail = true;
            } else if (!lane.done && lane.blocks == 0) {
                lane.done = true;
                digests[i] = digestOf(state, lanes, i);
            }
            if (!lane.done) {
                blocks = any == nullptr ? lane.blocks : std::min(blocks, lane.blocks);
                any = &lane;
            }
        }
        if (any == nullptr) {
            return digests;
        }
        for (std::size_t i = 0; i < lanes; ++i) {
            from[i] = all[i].done ? any->at : all[i].at;
        }
        kernel.compress(state.data(), from.data(), blocks);
        for (Lane& lane : all) {
            if (!lane.done) {
                lane.at += blocks * kBlock;
                lane.blocks -= blocks;
            }
        }
    }
}

std::vector<Sha256Kernel> sha256Kernels()
{
    std::vector<Sha256Kernel> kernels;
    for (const Sha256Kernel* kernel : {sha256Avx512(), sha256Avx2()}) {
        if (kernel != nullptr) {
            kernels.push_back(*kernel);
        }
    }
    kernels.push_back({1, compressOne, "plain"});
    return kernels;
}

namespace {

const Sha256Kernel* chosenKernel()
{
    return sha256InHardware() ? nullptr : sha256Avx512() != nullptr ? sha256Avx512() : sha256Avx2();
}

// Lanes beside a long message stand idle: fewer than this share in use, and the library is quicker message by message.
constexpr std::size_t kLeastUsed = 3; // of ten

} // namespace

std::size_t sha256Lanes() { return chosenKernel() != nullptr ? chosenKernel()->lanes : 1; }

std::vector<Bytes> sha256Each(std::span<const BytesView> messages)
{
    const Sha256Kernel* kernel = chosenKernel();
    std::vector<Bytes> digests(messages.size());
    std::vector<std::size_t> order(messages.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return messages[a].size() > messages[b].size(); });
    for (std::size_t at = 0; at < order.size();) {
        std::vector<BytesView> group;
        std::uint64_t bytes = 0;
        for (std::size_t i = at; kernel != nullptr && i < order.size() && group.size() < kernel->lanes; ++i) {
            group.push_back(messages[order[i]]);
            bytes += group.back().size();
        }
        const bool worth = kernel != nullptr && bytes * 10 >= kLeastUsed * kernel->lanes * group.front().size();
        if (!worth) {
            digests[order[at]] = sha256(messages[order[at]]);
            ++at;
            continue;
        }
        auto done = sha256By(*kernel, group);
        for (Bytes& digest : done) {
            digests[order[at++]] = std::move(digest);
        }
    }
    return digests;
}

} // namespace akari
