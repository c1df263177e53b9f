#include "app/platform/Browser.h"

#include <QProcess>

namespace akari::platform {

Status SystemBrowser::open(const std::string& address)
{
    if (!QProcess::startDetached(QStringLiteral("/usr/bin/open"), {QString::fromStdString(address)})) {
        return fail("browser.unavailable", "No browser could be started; open the address yourself.");
    }
    return {};
}

} // namespace akari::platform
