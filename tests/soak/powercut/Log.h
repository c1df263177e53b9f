// What RecordPosix.c wrote down of a run, and what the run was told by the program meanwhile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari::soak {

enum class Kind : std::uint32_t {
    Create = 1,
    Write,
    Truncate,
    Rename,
    Unlink,
    MakeFolder,
    RemoveFolder,
    Sync,
    SyncFolder,
    Link,         // a second name
    Output = 11,  // the running program's standard output is `offset` bytes long by now
    Unknown = 12, // a call that this model does not know: the log is of no use
    Mark = 13     // by the driver, after a command: `data` is JSON
};

struct Operation {
    Kind kind = Kind::Unknown;
    std::string path;         // relative to the recorded folder
    std::string second;       // a rename's or a link's target
    std::uint64_t node = 0;   // the file's number on disk; reused after its removal
    std::uint64_t offset = 0; // a truncation's length
    BytesView data;           // points into the log
    bool changes() const { return (kind >= Kind::Create && kind <= Kind::RemoveFolder) || kind == Kind::Link; }
};

// From operation `from` on, the program had said that this is kept.
struct Acknowledgement {
    std::size_t from = 0;
    nlohmann::json what;
};

struct Log {
    Bytes bytes; // what operations point into
    std::vector<Operation> operations;
    std::vector<Acknowledgement> acknowledgements;

    // Throws std::runtime_error where the log is no log, is cut, or has a call that the model does not know.
    static Log read(const std::filesystem::path& file);
};

} // namespace akari::soak
