#include "core/base/Log.h"

#include <atomic>
#include <memory>
#include <string>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace akari::log {
namespace {

std::atomic<Level> g_level{Level::Warning};

spdlog::logger& logger()
{
    // Never destroyed: threads may still log when statics go.
    static spdlog::logger* const instance = [] {
        auto* made = new spdlog::logger("akari", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
        made->set_level(spdlog::level::trace);
        made->flush_on(spdlog::level::trace);
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum levelOf(Level level)
{
    switch (level) {
    case Level::Debug: return spdlog::level::debug;
    case Level::Info: return spdlog::level::info;
    case Level::Warning: return spdlog::level::warn;
    case Level::Error: break;
    }
    return spdlog::level::err;
}

} // namespace

void setLevel(Level wanted) { g_level.store(wanted, std::memory_order_relaxed); }
Level level() { return g_level.load(std::memory_order_relaxed); }

void write(Level importance, std::string_view room, std::string_view message)
{
    if (importance < level()) {
        return;
    }
    try {
        std::string line(room);
        line += ": ";
        line += message;
        for (char& character : line) {
            // A server's or a file's text must not forge lines or move the terminal's cursor.
            if (static_cast<unsigned char>(character) < 0x20 || character == 0x7f) {
                character = ' ';
            }
        }
        logger().log(levelOf(importance), line);
    } catch (...) {
        // A log that can't be written is no reason to stop.
    }
}

} // namespace akari::log
