// A study of the demo archive that nothing of is here yet.
#pragma once

#include <filesystem>

#include "app/cli/bench/Bench.h"
#include "core/archive/DicomWeb.h"

namespace akari::cli {

// A data folder of its own for one cold run, gone afterwards.
struct ColdFolder {
    std::filesystem::path path;
    std::unique_ptr<workspace::Workspace> workspace;

    static Result<std::unique_ptr<ColdFolder>> make(const records::ArchiveSettings& archive);
    ~ColdFolder();
};

struct Target {
    records::ArchiveSettings archive;
    archive::StudyResult study;
};

// AKARI_BENCH_STUDY, where the archive has it; else the smallest study of the modality with at least `least` objects in the archive configured as "demo". "bench.archive", "bench.study".
Result<Target> targetOf(Context& context, const std::string& modality, std::int64_t least);

} // namespace akari::cli
