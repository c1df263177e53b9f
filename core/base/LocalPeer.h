// Private to the room: who is at the other end of a local socket.
#pragma once

#include <cstdint>
#include <optional>

namespace akari {

// The effective user id of the process that connected (or listened).
std::optional<std::uint32_t> peerUser(int descriptor);

} // namespace akari
