#include "app/cli/bench/ColdStudy.h"

#include <algorithm>
#include <cstdlib>

namespace akari::cli {

Result<std::unique_ptr<ColdFolder>> ColdFolder::make(const records::ArchiveSettings& archive)
{
    auto cold = std::make_unique<ColdFolder>();
    cold->path = std::filesystem::temp_directory_path() / ("akari-bench-" + toHex(randomBytes(6)));
    workspace::Options options;
    options.folder = cold->path;
    options.passphrase = toHex(randomBytes(16));
    auto opened = workspace::Workspace::open(options);
    if (!opened) {
        return fail(opened.error());
    }
    cold->workspace = std::move(*opened);
    if (const auto put = cold->workspace->records().putArchive(archive); !put) {
        return fail(put.error());
    }
    return cold;
}

ColdFolder::~ColdFolder()
{
    workspace.reset();
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

Result<Target> targetOf(Context& context, const std::string& modality, std::int64_t least)
{
    const auto workspace = context.workspace(false);
    if (!workspace) {
        return fail(workspace.error());
    }
    const auto settings = (*workspace)->records().archive("demo");
    if (!settings) {
        return fail("bench.archive", "The benchmarks need the demo archive: run akarictl demo first.");
    }
    archive::DicomWebClient client(*settings);
    const auto studies = client.studies({});
    if (!studies) {
        return fail(studies.error());
    }
    const char* const named = std::getenv("AKARI_BENCH_STUDY");
    const archive::StudyResult* best = nullptr;
    for (const auto& study : studies->items) {
        if (named != nullptr && study.study.value == named) {
            return Target{*settings, study};
        }
        const bool fits = std::find(study.modalities.begin(), study.modalities.end(), modality) != study.modalities.end() && study.instances >= least;
        // The smallest that is large enough, the newest of equals.
        if (fits && (best == nullptr || study.instances < best->instances || (study.instances == best->instances && study.studyDate > best->studyDate))) {
            best = &study;
        }
    }
    if (best == nullptr) {
        return fail("bench.study", "The demo archive has no study large enough; start it with --large 3000.");
    }
    return Target{*settings, *best};
}

} // namespace akari::cli
