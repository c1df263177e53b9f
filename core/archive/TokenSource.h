// Port: who gives the bearer token of an archive that people sign in to. Thread-safe.
#pragma once

#include <string>

#include "core/base/JobQueue.h"
#include "core/base/Result.h"

namespace akari::archive {

class TokenSource {
public:
    virtual ~TokenSource() = default;
    // Good for the next request. "archive.login" where somebody has to sign in first; may block on the provider.
    virtual Result<std::string> token(const StopToken& stop) = 0;
    // The archive answered 401 to `refused`: the token that took its place, or why there is none.
    virtual Result<std::string> tokenAfter(const std::string& refused, const StopToken& stop) = 0;
};

} // namespace akari::archive
