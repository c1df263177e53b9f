// The system's own browser.
#pragma once

#include "core/base/BrowserLauncher.h"

namespace akari::platform {

class SystemBrowser final : public BrowserLauncher {
public:
    Status open(const std::string& address) override;
};

} // namespace akari::platform
