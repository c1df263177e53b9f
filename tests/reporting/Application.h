// The one QApplication of this test program, without a display.
#pragma once

#include <QApplication>

namespace akari::test {

inline QApplication& application()
{
    static int count = 3;
    static char name[] = "test-reporting";
    static char flag[] = "-platform";
    static char platform[] = "offscreen";
    static char* arguments[] = {name, flag, platform, nullptr};
    static auto* instance = new QApplication(count, arguments); // never deleted: static widgets and fonts outlive main()
    return *instance;
}

} // namespace akari::test
