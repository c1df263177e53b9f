#include "app/platform/Browser.h"

#include <QProcess>

namespace akari::platform {

Status SystemBrowser::open(const std::string& address)
{
    if (!QProcess::startDetached(QStringLiteral("rundll32"), {QStringLiteral("url.dll,FileProtocolHandler"), QString::fromStdString(address)})) {
        return fail("browser.unavailable", "No browser could be started; open the address yourself.");
    }
    return {};
}

} // namespace akari::platform
