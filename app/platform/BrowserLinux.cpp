#include "app/platform/Browser.h"

#include <QProcess>
#include <QStandardPaths>

namespace akari::platform {

Status SystemBrowser::open(const std::string& address)
{
    const QString program = QStandardPaths::findExecutable(QStringLiteral("xdg-open"));
    if (program.isEmpty() || !QProcess::startDetached(program, {QString::fromStdString(address)})) {
        return fail("browser.unavailable", "No browser could be started; open the address yourself.");
    }
    return {};
}

} // namespace akari::platform
