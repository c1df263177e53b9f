// What travels between import and akari-unpack. Both ends are the same build on the same machine: plain structures, copied byte for byte; a
// member's name follows its structure. A job comes with two descriptors: the input, read-only by position, and a block of shared memory that
// the program fills. The program waits for an answer after every event but the last.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/Bytes.h"

namespace akari::importing {

inline constexpr std::uint32_t kUnpackMagic = 0x414B5550;
inline constexpr std::size_t kLongestName = 4096;

enum class UnpackTask : std::uint8_t { Archive, Png };

struct UnpackHello {
    std::uint32_t magic = kUnpackMagic;
    std::uint8_t confined = 0;
};

struct UnpackJob {
    std::uint32_t magic = kUnpackMagic;
    UnpackTask task = UnpackTask::Archive;
    std::uint64_t inputBytes = 0;
    std::uint64_t blockBytes = 0;
    std::uint64_t memoryBytes = 0; // beyond what is mapped at the start
    std::uint64_t cpuSeconds = 0;
};

enum class UnpackEventKind : std::uint8_t {
    Member,       // a file begins; its name follows
    Other,        // something that is no file (a link, a device); its name follows
    Data,         // `bytes` of the member lie in the block
    MemberEnd,
    MemberFailed, // `reason`; the next member may still be read
    Done,
    Failed        // `reason`
};

struct UnpackEvent {
    std::uint32_t magic = kUnpackMagic;
    UnpackEventKind kind = UnpackEventKind::Done;
    std::uint64_t bytes = 0;
    std::uint64_t consumed = 0; // of the input, so far
    std::uint8_t encrypted = 0;
    // Of a picture (Done)
    std::uint8_t channels = 0;
    std::uint8_t bits = 0;
    std::uint8_t blended = 0;
    std::array<char, 120> reason{};
};

enum class UnpackAction : std::uint8_t { Go, Skip };

struct UnpackAnswer {
    std::uint32_t magic = kUnpackMagic;
    UnpackAction action = UnpackAction::Go;
};

template <class Message> Bytes messageOf(const Message& message, std::string_view tail = {})
{
    static_assert(std::is_trivially_copyable_v<Message>);
    Bytes bytes(sizeof(Message) + tail.size());
    std::memcpy(bytes.data(), &message, sizeof(Message));
    if (!tail.empty()) {
        std::memcpy(bytes.data() + sizeof(Message), tail.data(), tail.size());
    }
    return bytes;
}

// The structure at the front, if it is one; what follows it is `tail`.
template <class Message> std::optional<Message> messageFrom(BytesView bytes, std::string* tail = nullptr)
{
    static_assert(std::is_trivially_copyable_v<Message>);
    Message message;
    if (bytes.size() < sizeof(Message) || bytes.size() > sizeof(Message) + (tail ? kLongestName : 0)) {
        return std::nullopt;
    }
    std::memcpy(&message, bytes.data(), sizeof(Message));
    if (tail) {
        *tail = asText(bytes.subspan(sizeof(Message)));
    }
    return message.magic == kUnpackMagic ? std::optional(message) : std::nullopt;
}

} // namespace akari::importing
