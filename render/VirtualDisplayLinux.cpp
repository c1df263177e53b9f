#include "render/VirtualDisplay.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/Bytes.h"

extern char** environ; // NOLINT: POSIX names it so

namespace akari::render {
namespace {

constexpr std::chrono::seconds kStartTimeout{5};

std::string variable(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

void append(Bytes& out, BytesView counted)
{
    out.push_back(std::uint8_t(counted.size() >> 8));
    out.push_back(std::uint8_t(counted.size()));
    out.insert(out.end(), counted.begin(), counted.end());
}

// An entry for any host and any display: the display's number is not known before the server runs.
Bytes authorityEntry()
{
    Bytes entry{0xFF, 0xFF};
    append(entry, {});
    append(entry, {});
    append(entry, asBytes("MIT-MAGIC-COOKIE-1"));
    append(entry, randomBytes(16));
    return entry;
}

bool writePrivateFile(const std::string& path, const Bytes& bytes)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        return false;
    }
    const bool written = ::write(file, bytes.data(), bytes.size()) == ssize_t(bytes.size());
    return ::close(file) == 0 && written;
}

tl::unexpected<Error> noServer(std::string detail)
{
    return fail("volume.no-x", "3D needs an X server, and Xvfb did not start one; reinstall the package xvfb.", std::move(detail));
}

} // namespace

GraphicsEnvironment graphicsEnvironment()
{
    GraphicsEnvironment environment;
    environment.display = variable("DISPLAY");
    environment.authority = variable("XAUTHORITY");
    if (environment.authority.empty() && !variable("HOME").empty()) {
        const std::string usual = variable("HOME") + "/.Xauthority";
        environment.authority = ::access(usual.c_str(), R_OK) == 0 ? usual : "";
    }
    for (char** entry = environ; entry && *entry; ++entry) {
        if (std::strncmp(*entry, "LIBGL_", 6) == 0) {
            environment.gl.emplace_back(*entry);
        }
    }
    return environment;
}

std::string defaultProgramFolders() { return variable("PATH") + ":/usr/local/bin:/usr/bin:/bin"; }

std::optional<std::filesystem::path> findProgram(const std::string& name, const std::string& folders)
{
    std::istringstream list(folders);
    for (std::string folder; std::getline(list, folder, ':');) {
        if (folder.empty() || folder.front() != '/') {
            continue; // never the working directory
        }
        const auto path = std::filesystem::path(folder) / name;
        if (::access(path.c_str(), X_OK) == 0) {
            return path;
        }
    }
    return std::nullopt;
}

Result<std::unique_ptr<VirtualDisplay>> VirtualDisplay::start(const std::string& folders)
{
    const auto program = findProgram("Xvfb", folders);
    if (!program) {
        return fail("volume.no-x", "3D needs an X server: install the package xvfb.");
    }
    std::unique_ptr<VirtualDisplay> display(new VirtualDisplay);
    std::error_code error;
    std::string pattern = (std::filesystem::temp_directory_path(error) / "akari-x-XXXXXX").string();
    if (error || !::mkdtemp(pattern.data())) {
        return noServer(std::string("mkdtemp: ") + std::strerror(errno));
    }
    display->m_folder = pattern;
    if (!writePrivateFile(display->authority(), authorityEntry())) {
        return noServer(std::string("authority: ") + std::strerror(errno));
    }
    // Descriptor 3 is the child's end of our channel; the server writes its number there.
    auto server = ChildProcess::start({*program,
                                       {"-displayfd", "3", "-nolisten", "tcp", "-noreset", "-screen", "0", "1280x1024x24", "-auth",
                                        display->authority()},
                                       {"PATH=/usr/bin:/bin"}});
    if (!server) {
        return noServer(server.error().detail);
    }
    display->m_server = std::move(*server);
    std::string number;
    while (number.find('\n') == std::string::npos) {
        const auto message = display->m_server->channel().receive(kStartTimeout);
        if (!message) {
            return noServer(message.error().code + ", " + display->m_server->ending());
        }
        number += asText(message->bytes);
    }
    number.erase(number.find('\n'));
    if (number.empty() || number.size() > 5 || number.find_first_not_of("0123456789") != std::string::npos) {
        return noServer("no display number");
    }
    display->m_display = ":" + number;
    return display;
}

VirtualDisplay::~VirtualDisplay()
{
    m_server.reset();
    std::error_code ignored;
    if (!m_folder.empty()) {
        std::filesystem::remove_all(m_folder, ignored);
    }
}

} // namespace akari::render
