// Import of a large series: durable, hashed and sealed, beside what the disk and an archive need for the same files.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <thread>

#include "app/cli/bench/Bench.h"
#include "app/cli/bench/Memory.h"
#include "app/cli/bench/TempPlace.h"
#include "app/cli/demo/OrthancClient.h"
#include "core/base/FileIo.h"
#include "core/importing/Import.h"
#include "core/phantom/Phantom.h"

namespace akari::cli {

namespace {

namespace fs = std::filesystem;

constexpr int kFewer = 4; // memory is flat when that many times more need no more
constexpr int kImportRuns = 3;
constexpr int kToArchive = 400;

// Uncompressed 512 x 512 CT, on the disk (not only in its cache) before anything is timed.
Status writeSlices(Context& context, const fs::path& folder, int slices)
{
    Status done;
    int number = 0;
    phantom::wholeBodyCt(slices, [&](phantom::GeneratedObject&& object) {
        char name[16];
        std::snprintf(name, sizeof name, "IM%05d", ++number);
        done = writeAtomically(folder / name, object.part10);
        if (number % 100 == 0) {
            context.progress("making slices: " + std::to_string(number));
        }
        return done.has_value();
    });
    context.endProgress();
    return done;
}

std::vector<fs::path> filesOf(const fs::path& folder)
{
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

struct Sample {
    double perSecond = 0;
    double peakMegabytes = 0;
};

// Into a fresh cache each time; the paths are the files themselves, so that `count` of them can be taken.
Result<Sample> importOnce(const std::vector<fs::path>& files, std::size_t count)
{
    const TempPlace place;
    auto cache = cache::Cache::open(place.path / "cache", vault::Key(randomBytes(32)), false);
    if (!cache) {
        return fail(cache.error());
    }
    const std::vector<fs::path> paths(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(count));
    forgetPeakMemory();
    const SystemClock clock;
    const auto start = Clock::now();
    const auto report = importing::importPaths(**cache, paths, {}, {}, clock);
    const double seconds = since(start) / 1000;
    if (report.stopped) {
        return fail(*report.stopped);
    }
    if (report.imported != count) {
        return fail("bench.import", "The import did not take every slice; its rate would mean nothing.", std::to_string(report.imported));
    }
    return Sample{static_cast<double>(count) / seconds, peakMemoryMegabytes()};
}

// The floor: the same bytes, copied file by file and flushed each, on as many threads as there are cores.
double copyOnce(const std::vector<fs::path>& files)
{
    const TempPlace place;
    std::atomic<std::size_t> next{0};
    const auto start = Clock::now();
    const auto work = [&] {
        for (std::size_t i = next++; i < files.size(); i = next++) {
            if (const auto bytes = readWholeFile(files[i])) {
                static_cast<void>(writeAtomically(place.path / files[i].filename(), *bytes));
            }
        }
    };
    std::vector<std::thread> threads(std::max(1U, std::thread::hardware_concurrency()));
    for (auto& thread : threads) {
        thread = std::thread(work);
    }
    for (auto& thread : threads) {
        thread.join();
    }
    return static_cast<double>(files.size()) / (since(start) / 1000);
}

// The demo's Orthanc, when it is configured and answers: one POST an object, as its own tools upload. 0: no such peer.
double uploadOnce(Context& context, const std::vector<fs::path>& files)
{
    const auto workspace = context.workspace(false);
    const auto settings = workspace ? (*workspace)->records().archive("demo") : Result<records::ArchiveSettings>(fail("", ""));
    if (!settings) {
        return 0;
    }
    const std::string root = settings->url.substr(0, settings->url.rfind("/dicom-web"));
    demo::OrthancClient rest(root, settings->user, settings->password);
    const auto count = std::min<std::size_t>(files.size(), kToArchive);
    const auto start = Clock::now();
    for (std::size_t i = 0; i < count; ++i) {
        const auto bytes = readWholeFile(files[i]);
        const auto reply = bytes ? rest.post("/instances", *bytes) : Result<demo::RestReply>(fail(bytes.error()));
        if (!reply || reply->status != 200) {
            return 0;
        }
    }
    return static_cast<double>(count) / (since(start) / 1000);
}

} // namespace

Status benchImport(Context& context, Json& results, int slices)
{
    const TempPlace place;
    if (const auto written = writeSlices(context, place.path, slices); !written) {
        return written;
    }
    const auto files = filesOf(place.path);
    const auto few = importOnce(files, std::max<std::size_t>(1, files.size() / kFewer));
    if (!few) {
        return fail(few.error());
    }
    std::vector<double> rates;
    std::vector<double> peaks;
    std::vector<double> copies;
    for (int run = 0; run < kImportRuns; ++run) {
        context.progress("import " + std::to_string(run + 1) + " of " + std::to_string(kImportRuns));
        const auto sample = importOnce(files, files.size());
        if (!sample) {
            return fail(sample.error());
        }
        rates.push_back(sample->perSecond);
        peaks.push_back(sample->peakMegabytes);
        copies.push_back(copyOnce(files));
    }
    const double archive = uploadOnce(context, files);
    context.endProgress();
    results.push_back(metric("import.objects", quantile(rates, 0.5), "1/s", rates, "the same files copied and flushed one by one, one thread a core",
                             quantile(copies, 0.5)));
    results.push_back(metric("import.versusArchive", quantile(rates, 0.5), "1/s", rates,
                             archive > 0 ? "Orthanc, POST /instances on one connection" : "Orthanc: absent, no archive named demo answers", archive));
    results.push_back(metric("import.peakMemory", quantile(peaks, 0.5), "MB", peaks, "the same import of a quarter of the slices", few->peakMegabytes));
    return {};
}

} // namespace akari::cli
