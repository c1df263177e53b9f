// SHA-256 of several messages at once. Where the processor has no instructions of its own for it, one message is bound by its chain of
// additions; eight or sixteen side by side fill the vector registers and take a fraction of the time.
#pragma once

#include <span>
#include <vector>

#include "core/base/Bytes.h"

namespace akari {

// 32 bytes each, in the order given; the same as sha256() of each. Messages of much the same length gain most. Any thread.
std::vector<Bytes> sha256Each(std::span<const BytesView> messages);

// How many messages go side by side here; 1: one after another, as the processor is quicker so.
std::size_t sha256Lanes();

// One kind of lanes: FIPS 180-4 on `lanes` messages at once.
struct Sha256Kernel {
    std::size_t lanes;
    // state[word * lanes + lane]; each lane reads `blocks` blocks of 64 bytes from its pointer.
    void (*compress)(std::uint32_t* state, const std::uint8_t* const* from, std::size_t blocks);
    const char* name;
};
// Those that this processor can run, the best first; the plain one is always there. For tests and sha256Each.
std::vector<Sha256Kernel> sha256Kernels();
// By one kernel, whatever suits this processor best. At most `kernel.lanes` messages.
std::vector<Bytes> sha256By(const Sha256Kernel& kernel, std::span<const BytesView> messages);

} // namespace akari
