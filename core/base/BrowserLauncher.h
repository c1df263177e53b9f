// Port: shows a web address in the system's own browser. Filled by the application.
#pragma once

#include <string>

#include "core/base/Result.h"

namespace akari {

class BrowserLauncher {
public:
    virtual ~BrowserLauncher() = default;
    // An https or loopback address. "browser.unavailable" where none can be started: the user is shown the address instead. Returns
    // at once, on any thread.
    virtual Status open(const std::string& address) = 0;
};

} // namespace akari
