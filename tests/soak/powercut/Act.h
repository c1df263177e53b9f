// What the cache does and akarictl has no command for, to be recorded: a study removed and stored again, objects dropped.
#pragma once

#include <filesystem>

namespace akari::soak {

// Makes the data folder. Throws std::runtime_error where anything fails.
void act(const std::filesystem::path& manifest, const std::filesystem::path& folder);

} // namespace akari::soak
