#include "core/importing/InputFile.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace akari::importing {
namespace {

tl::unexpected<Error> unreadable(int systemError)
{
    return fail("file.unreadable", "A file or folder can't be read; check that it exists and that you may read it.", std::strerror(systemError));
}

tl::unexpected<Error> changed()
{
    return fail("import.changed", "The file changed while it was read; import it again when whoever writes it has finished.");
}

} // namespace

Result<NodeFacts> factsOf(const std::filesystem::path& path)
{
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) {
        return unreadable(errno);
    }
    NodeFacts node;
    node.kind = S_ISREG(facts.st_mode) ? Node::Regular : S_ISDIR(facts.st_mode) ? Node::Folder : Node::Special;
    node.identity = {facts.st_dev, facts.st_ino};
    return node;
}

Result<InputFile> InputFile::open(const std::filesystem::path& path)
{
    InputFile file;
    file.m_descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat facts {};
    if (file.m_descriptor < 0 || ::fstat(file.m_descriptor, &facts) != 0) {
        return unreadable(errno);
    }
    if (!S_ISREG(facts.st_mode)) {
        return fail("import.special", "This is a device, pipe or socket, no file; it was left out.");
    }
    file.m_size = static_cast<std::uint64_t>(facts.st_size);
    file.m_changedSeconds = facts.st_mtim.tv_sec;
    file.m_changedNanoseconds = facts.st_mtim.tv_nsec;
    return file;
}

InputFile::InputFile(InputFile&& other) noexcept
    : m_descriptor(other.m_descriptor), m_size(other.m_size), m_changedSeconds(other.m_changedSeconds),
      m_changedNanoseconds(other.m_changedNanoseconds)
{
    other.m_descriptor = -1;
}

InputFile::~InputFile()
{
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

Status InputFile::read(std::uint64_t position, std::span<std::uint8_t> into) const
{
    while (!into.empty()) {
        const ssize_t got = ::pread(m_descriptor, into.data(), into.size(), static_cast<off_t>(position));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return unreadable(errno);
        }
        if (got == 0) {
            return changed();
        }
        position += static_cast<std::uint64_t>(got);
        into = into.subspan(static_cast<std::size_t>(got));
    }
    return {};
}

Status InputFile::unchanged() const
{
    struct stat facts {};
    if (::fstat(m_descriptor, &facts) != 0) {
        return unreadable(errno);
    }
    const bool same = static_cast<std::uint64_t>(facts.st_size) == m_size && facts.st_mtim.tv_sec == m_changedSeconds
        && facts.st_mtim.tv_nsec == m_changedNanoseconds;
    return same ? Status() : changed();
}

} // namespace akari::importing
