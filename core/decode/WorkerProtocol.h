// What travels between the pool and one decoder program (akari-worker, akari-video) over their channel. Both ends are the same build on the same machine: plain
// structures, copied byte for byte. Two blocks of shared memory hold the encoded bytes and the zeroed place for the samples; a job
// comes with the descriptors of those that are new, input first.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <type_traits>

#include "core/base/KeyedHash.h"
#include "core/decode/Decode.h"
#include "core/decode/Syntax.h"

namespace akari::decode {

inline constexpr std::uint32_t kProtocolMagic = 0x414B4A33;

// Sent once by the worker when it is ready for jobs, behind its filter.
struct HelloMessage {
    std::uint32_t magic = kProtocolMagic;
    std::uint8_t seccomp = 0;
    std::uint64_t baselineBytes = 0; // mapped right after start-up
};

struct JobMessage {
    std::uint32_t magic = kProtocolMagic;
    std::uint64_t job = 0;
    std::uint64_t token = 0;
    std::int32_t frame = 1;
    Syntax syntax = Syntax::Native;
    PixelDescription pixels;
    HashKey hashKey{};             // drawn anew for each input
    std::uint64_t inputBytes = 0;
    std::uint64_t outputBytes = 0;
    std::uint64_t inputBlock = 0;  // bytes of a new block that comes with this job, 0: the one of the last job
    std::uint64_t outputBlock = 0;
    std::uint64_t memoryBytes = 0; // beyond the baseline
    std::uint64_t cpuSeconds = 0;  // for this job
};

enum class ReplyStatus : std::uint8_t { Decoded, Failed, Unsupported, Unfinished };

// What the largest frame may map beyond the baseline; no job's limit is higher.
inline constexpr std::uint64_t kLargestJobBytes = (std::uint64_t{64} << 20) + 6 * kMaximumFrameBytes;

struct ReplyMessage {
    std::uint32_t magic = kProtocolMagic;
    std::uint64_t job = 0;
    std::uint64_t token = 0;
    std::int32_t frame = 0;
    std::uint32_t rows = 0;
    std::uint32_t columns = 0;
    std::uint16_t samplesPerPixel = 0;
    std::uint16_t containerBits = 0;
    KeyedHash inputHash{};
    ReplyStatus status = ReplyStatus::Failed;
    std::array<char, 160> reason{};
    std::uint64_t addressSpaceLimit = 0;
    std::uint64_t cpuSecondsLimit = 0;
    std::uint64_t peakResident = 0;
    std::uint64_t decodeNanoseconds = 0; // of this job, in the decoder alone
    std::uint8_t last = 0; // decoders left so much memory mapped that this process takes no further job
};

template <class Message> Bytes toBytes(const Message& message)
{
    static_assert(std::is_trivially_copyable_v<Message>);
    Bytes bytes(sizeof(Message));
    std::memcpy(bytes.data(), &message, sizeof(Message));
    return bytes;
}

template <class Message> std::optional<Message> fromBytes(BytesView bytes)
{
    static_assert(std::is_trivially_copyable_v<Message>);
    Message message;
    if (bytes.size() != sizeof(Message)) {
        return std::nullopt;
    }
    std::memcpy(&message, bytes.data(), sizeof(Message));
    return message.magic == kProtocolMagic ? std::optional(message) : std::nullopt;
}

template <std::size_t Size> void putText(std::array<char, Size>& to, const std::string& text)
{
    to.fill('\0');
    std::memcpy(to.data(), text.data(), std::min(text.size(), Size - 1));
}
// What the other side wrote, whatever it wrote: stops at the array's end, printable ASCII only.
template <std::size_t Size> std::string getText(const std::array<char, Size>& from)
{
    std::string text;
    for (const char c : from) {
        if (c == '\0') {
            break;
        }
        text.push_back(c >= ' ' && c <= '~' ? c : '?');
    }
    return text;
}

// "decode.mismatch", naming the field, unless the reply answers exactly this job about exactly these bytes.
Status checkReply(const JobMessage& job, const ReplyMessage& reply, const KeyedHash& inputHash);

} // namespace akari::decode
