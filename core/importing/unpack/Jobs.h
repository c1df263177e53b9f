// What akari-unpack does with the one input it is handed.
#pragma once

#include <functional>
#include <span>

#include "core/importing/UnpackProtocol.h"

namespace akari::importing::unpack {

// The input, read by position only: the filter lets nothing else through.
class Input {
public:
    Input(int descriptor, std::uint64_t size) : m_descriptor(descriptor), m_size(size) {}
    std::uint64_t size() const { return m_size; }
    // Bytes read, fewer than asked for at the end only; -1 when reading fails.
    std::int64_t read(std::uint64_t position, std::span<std::uint8_t> into);
    std::uint64_t consumed() const { return m_consumed; } // bytes read so far, whatever their place

private:
    int m_descriptor;
    std::uint64_t m_size;
    std::uint64_t m_consumed = 0;
};

// Sends an event and waits for the answer; false when the other side is gone.
using Tell = std::function<bool(UnpackEvent event, std::string_view name, UnpackAction& answer)>;

// Each returns the last event, Done or Failed. `block` is where data goes.
UnpackEvent unpackArchive(Input& input, std::span<std::uint8_t> block, const Tell& tell);
// Fills the block with interleaved samples, 8 bits or 16 bits little-endian, grey or RGB; it must have exactly that size.
UnpackEvent decodePng(Input& input, std::span<std::uint8_t> block);

// Touches what the libraries load late, before the filter closes.
void warmUp();

UnpackEvent failedEvent(UnpackEventKind kind, std::string_view reason);

} // namespace akari::importing::unpack
