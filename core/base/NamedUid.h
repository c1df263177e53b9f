#pragma once

#include <string>
#include <string_view>

namespace akari {

// A "2.25." UID of a name: the same name gives the same UID, always.
std::string uidOfName(std::string_view name);

} // namespace akari
