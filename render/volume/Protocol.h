// What the window's side and akari-3d say to each other over one Channel: whole messages, plain structs of one machine and one build.
// The client asks, the program answers; every answer repeats job, token, generation and volume serial, and is dropped when one differs.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>

#include "core/base/Bytes.h"

namespace akari::render::volume {

inline constexpr std::uint32_t kMagic = 0x33444B41;
inline constexpr std::size_t kMaximumPoints = 16;
inline constexpr int kMaximumPictureSide = 8192;

enum class Kind : std::uint32_t { Hello = 1, Volume = 2, Draw = 3, Drawn = 4, Heartbeat = 5 };

struct Header {
    std::uint32_t magic = kMagic;
    Kind kind = Kind::Heartbeat;
};

// From akari-3d, once, when GL stands.
struct Hello {
    static constexpr Kind kKind = Kind::Hello;
    Header header{kMagic, kKind};
    std::uint32_t software = 0;             // 1: llvmpipe, softpipe, SwiftShader
    std::int32_t maximum3dTexture = 0;      // GL_MAX_3D_TEXTURE_SIZE
    std::array<char, 128> renderer{};       // GL_RENDERER
};

// To akari-3d, with one descriptor: int16 voxels, first axis fastest.
struct Volume {
    static constexpr Kind kKind = Kind::Volume;
    Header header{kMagic, kKind};
    std::uint64_t token = 0;
    std::uint64_t generation = 0;
    std::uint64_t serial = 0;               // of this volume, never repeated by one client
    std::array<std::int32_t, 3> size{};     // voxels
    std::array<double, 3> spacing{};        // mm
    std::array<double, 16> toPatient{};     // row-major; from mm along the volume's axes to patient LPS mm; rotation and shift only
};

struct TransferPoint {
    double value = 0;                       // stored int16 value
    double opacity = 0;                     // composites: along the volume's finest spacing; MIP: of the whole
    double red = 0, green = 0, blue = 0;    // 0 to 1
};

// To akari-3d. With one descriptor when `newPicture`: where interleaved 8-bit RGB goes, top row first.
struct Draw {
    static constexpr Kind kKind = Kind::Draw;
    Header header{kMagic, kKind};
    std::uint64_t job = 0;
    std::uint64_t token = 0;
    std::uint64_t generation = 0;
    std::uint64_t serial = 0;
    std::int32_t width = 0;
    std::int32_t height = 0;
    std::uint64_t pictureBytes = 0;         // size of the shared picture
    std::uint32_t newPicture = 0;
    std::uint32_t interactive = 0;
    std::uint32_t maximumIntensity = 0;     // 1: MIP, 0: composite
    std::uint32_t shaded = 0;
    double ambient = 0, diffuse = 1, specular = 0, specularPower = 10;
    std::array<double, 3> focus{};          // patient mm
    std::array<double, 3> towardsEye{};     // unit
    std::array<double, 3> up{};             // unit
    double radius = 1;                      // mm, of the sphere that holds the volume
    double parallelScale = 1;               // mm from the middle of the picture to its upper edge
    std::uint32_t points = 0;
    std::array<TransferPoint, kMaximumPoints> transfer{};
};

struct Drawn {
    static constexpr Kind kKind = Kind::Drawn;
    Header header{kMagic, kKind};
    std::uint64_t job = 0;
    std::uint64_t token = 0;
    std::uint64_t generation = 0;
    std::uint64_t serial = 0;
    std::int32_t width = 0;
    std::int32_t height = 0;
    std::uint32_t ok = 0;
    std::array<char, 256> text{};           // why not, when not ok
    double milliseconds = 0;
};

// From akari-3d while a long step makes progress; its main thread sends it, so that a hung driver stays silent.
struct Heartbeat {
    static constexpr Kind kKind = Kind::Heartbeat;
    Header header{kMagic, kKind};
};

template <class Message> BytesView asMessage(const Message& message)
{
    static_assert(std::is_trivially_copyable_v<Message>);
    return {reinterpret_cast<const std::uint8_t*>(&message), sizeof(Message)};
}

template <class Message> std::optional<Message> parse(BytesView bytes)
{
    static_assert(std::is_trivially_copyable_v<Message>);
    Message message;
    if (bytes.size() != sizeof(Message)) {
        return std::nullopt;
    }
    std::memcpy(&message, bytes.data(), sizeof(Message));
    if (message.header.magic != kMagic || message.header.kind != Message::kKind) {
        return std::nullopt;
    }
    return message;
}

template <std::size_t N> void setText(std::array<char, N>& field, std::string_view text)
{
    field.fill(0);
    std::memcpy(field.data(), text.data(), text.size() < N - 1 ? text.size() : N - 1);
}

template <std::size_t N> std::string_view getText(const std::array<char, N>& field)
{
    return {field.data(), ::strnlen(field.data(), N)};
}

} // namespace akari::render::volume
