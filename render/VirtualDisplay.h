// Where akari-3d draws: the session's X server, or an invisible one of our own (Xvfb), reachable by us alone.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/Process.h"

namespace akari::render {

// What akari-3d may know of this process's environment: DISPLAY, XAUTHORITY and LIBGL_*.
struct GraphicsEnvironment {
    std::string display;            // empty: none
    std::string authority;          // path, may be empty
    std::vector<std::string> gl;    // "LIBGL_...=..."
};
GraphicsEnvironment graphicsEnvironment();

// The first executable `name` in a list of folders separated by colons; nullopt when there is none.
std::optional<std::filesystem::path> findProgram(const std::string& name, const std::string& folders);
std::string defaultProgramFolders(); // PATH, then the usual places

// An Xvfb on a free display, killed with its owner, with a cookie of its own in a private folder.
class VirtualDisplay {
public:
    // "volume.no-x" when there is no Xvfb in `folders` or it does not come up.
    static Result<std::unique_ptr<VirtualDisplay>> start(const std::string& folders);
    ~VirtualDisplay();
    VirtualDisplay(const VirtualDisplay&) = delete;
    VirtualDisplay& operator=(const VirtualDisplay&) = delete;

    bool running() { return m_server && m_server->running(); }
    const std::string& display() const { return m_display; }               // ":5"
    std::string authority() const { return (m_folder / "authority").string(); }

private:
    VirtualDisplay() = default;
    std::filesystem::path m_folder;
    std::unique_ptr<ChildProcess> m_server;
    std::string m_display;
};

} // namespace akari::render
