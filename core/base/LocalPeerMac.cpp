#include <sys/types.h>
#include <unistd.h>

#include "core/base/LocalPeer.h"

namespace akari {

std::optional<std::uint32_t> peerUser(int descriptor)
{
    uid_t user = 0;
    gid_t group = 0;
    if (::getpeereid(descriptor, &user, &group) != 0) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(user);
}

} // namespace akari
