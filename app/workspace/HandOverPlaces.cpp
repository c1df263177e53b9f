#include "app/workspace/HandOver.h"

#include <cstdlib>

namespace akari::workspace {

std::vector<std::filesystem::path> handOverPlaces(const std::filesystem::path& dataFolder)
{
    namespace fs = std::filesystem;
    std::error_code failed;
    fs::path folder = fs::weakly_canonical(dataFolder, failed);
    if (failed) {
        folder = fs::absolute(dataFolder, failed);
    }
    std::vector<fs::path> places;
    if (fs::path inside = folder / "hand-over"; inside.native().size() <= longestSocketPath()) {
        places.push_back(std::move(inside));
    }
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    if (runtime != nullptr && *runtime == '/') {
        fs::path outside = fs::path(runtime) / "akari" / ("hand-over-" + sha256Hex(asBytes(folder.native())).substr(0, 16));
        if (outside.native().size() <= longestSocketPath()) {
            places.push_back(std::move(outside));
        }
    }
    return places;
}

} // namespace akari::workspace
