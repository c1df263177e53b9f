// The log of the program's own doings. No patient data, no UID, no path that a patient's name may be in: name things by keyed hash.
#pragma once

#include <string_view>

namespace akari::log {

enum class Level { Debug, Info, Warning, Error };
void setLevel(Level level);                         // default Warning; goes to stderr
Level level();
void write(Level level, std::string_view room, std::string_view message);

inline void debug(std::string_view room, std::string_view message) { write(Level::Debug, room, message); }
inline void info(std::string_view room, std::string_view message) { write(Level::Info, room, message); }
inline void warning(std::string_view room, std::string_view message) { write(Level::Warning, room, message); }
inline void error(std::string_view room, std::string_view message) { write(Level::Error, room, message); }

} // namespace akari::log
