#include <sys/socket.h>

#include "core/base/LocalPeer.h"

namespace akari {

std::optional<std::uint32_t> peerUser(int descriptor)
{
    ucred peer{};
    socklen_t length = sizeof peer;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || length != sizeof peer) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(peer.uid);
}

} // namespace akari
