// The Independent JPEG Group's library in GDCM's three builds: one for each width of its sample type. Each is included by one source
// file alone, as their types have the same names.
#pragma once

#include <cstddef>
#include <cstdint>

namespace akari::decode::worker::ijg {

inline constexpr std::size_t kMessageBytes = 200;

struct Target {
    std::uint8_t* samples;
    std::uint32_t rows;
    std::uint32_t columns;
    unsigned components;
    unsigned bytesPerSample;
};

// Decodes without any colour conversion. False, with a reason in `message`, when the library found the bytes damaged, warnings included
// that mean invented pixels.
bool decode8(const std::uint8_t* bytes, std::size_t size, const Target& target, char* message);
bool decode12(const std::uint8_t* bytes, std::size_t size, const Target& target, char* message);
bool decode16(const std::uint8_t* bytes, std::size_t size, const Target& target, char* message);

} // namespace akari::decode::worker::ijg
