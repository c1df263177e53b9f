#include "core/decode/ColourJob.h"

namespace akari::decode {

namespace {

constexpr std::size_t kLengthBytes = 8;

} // namespace

Bytes colourJobInput(BytesView profile, BytesView rgb)
{
    Bytes input;
    input.reserve(kLengthBytes + profile.size() + rgb.size());
    for (std::size_t i = 0; i < kLengthBytes; ++i) {
        input.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(profile.size()) >> (8 * i)));
    }
    input.insert(input.end(), profile.begin(), profile.end());
    input.insert(input.end(), rgb.begin(), rgb.end());
    return input;
}

std::optional<ColourJobParts> colourJobParts(BytesView input)
{
    if (input.size() < kLengthBytes) {
        return std::nullopt;
    }
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < kLengthBytes; ++i) {
        length |= static_cast<std::uint64_t>(input[i]) << (8 * i);
    }
    const BytesView rest = input.subspan(kLengthBytes);
    if (length > rest.size()) {
        return std::nullopt;
    }
    return ColourJobParts{rest.first(static_cast<std::size_t>(length)), rest.subspan(static_cast<std::size_t>(length))};
}

} // namespace akari::decode
