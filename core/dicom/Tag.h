#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace akari::dicom {

struct Tag {
    std::uint16_t group = 0;
    std::uint16_t element = 0;
    constexpr Tag() = default;
    constexpr Tag(std::uint16_t g, std::uint16_t e) : group(g), element(e) {}
    constexpr auto operator<=>(const Tag&) const = default;
    constexpr std::uint32_t key() const { return (std::uint32_t{group} << 16) | element; }
    std::string text() const; // "(0010,0010)"
};

// Two letters, PS3.5 6.2.
struct Vr {
    char code[2] = {'U', 'N'};
    constexpr Vr() = default;
    constexpr Vr(char a, char b) : code{a, b} {}
    constexpr bool operator==(const Vr&) const = default;
    constexpr bool is(char a, char b) const { return code[0] == a && code[1] == b; }
};

} // namespace akari::dicom
