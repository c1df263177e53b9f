// Private to the room: files as they lie, and whether they changed meanwhile. Platform part in InputFilePosix.cpp.
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari::importing {

enum class Node : std::uint8_t { Regular, Folder, Special };

// Links are followed. identity tells folders apart, whatever path leads to them.
struct NodeFacts {
    Node kind = Node::Special;
    struct Identity {
        std::uint64_t device = 0;
        std::uint64_t number = 0;
        auto operator<=>(const Identity&) const = default;
    } identity;
};
Result<NodeFacts> factsOf(const std::filesystem::path& path);

// A regular file, open for reading. Never waits for a pipe or a device.
class InputFile {
public:
    static Result<InputFile> open(const std::filesystem::path& path);
    InputFile(InputFile&& other) noexcept;
    InputFile& operator=(InputFile&&) = delete;
    ~InputFile();

    std::uint64_t size() const { return m_size; }
    int descriptor() const { return m_descriptor; }
    // Fills `into` from `position` on; "import.changed" when the file ends before.
    Status read(std::uint64_t position, std::span<std::uint8_t> into) const;
    // "import.changed" when size or time of change are no longer what they were when it was opened.
    Status unchanged() const;

private:
    InputFile() = default;
    int m_descriptor = -1;
    std::uint64_t m_size = 0;
    std::int64_t m_changedSeconds = 0;
    std::int64_t m_changedNanoseconds = 0;
};

// Valid UTF-8 for screen and JSON; bytes that are none become \xHH.
std::string shownPath(const std::filesystem::path& path);
std::string shownName(std::string_view bytes);

} // namespace akari::importing
