// Opening a study again out of the cache: uncompressed, JPEG-LS and JPEG 2000, the latter two once as they came and once with their decoded
// twins. Beside it, in the same run, the plain read of the same packs.
#include <QImage>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "app/cli/bench/Bench.h"
#include "app/cli/bench/ReopenStudies.h"
#include "app/paint/Painter.h"
#include "core/base/JobQueue.h"
#include "core/session/Viewport.h"
#include "render/PlanarScene.h"

namespace akari::cli {

namespace {

namespace fs = std::filesystem;

constexpr int kReopenRuns = 5;
constexpr int kAsked = 40; // slices asked for at random while the rest is being loaded
constexpr int kSize = 1024;

struct Times {
    double first = 0;
    double headers = 0;
    double all = 0;
    std::vector<double> asked;
};

QImage pictureAt(const session::Viewport& view)
{
    render::PlanarScene scene;
    scene.table = view.table();
    scene.state = view.state();
    scene.state.window = view.window();
    scene.width = scene.height = kSize;
    return paint::paint(render::renderPlanar(scene));
}

// The picture's middle holds more than one grey: a slice, not hatching alone.
bool painted(const QImage& image)
{
    const QRgb corner = image.pixel(kSize / 2, kSize / 2);
    for (int i = 0; i < kSize; i += 7) {
        if (image.pixel(i, kSize / 2) != corner) {
            return true;
        }
    }
    return false;
}

Result<Times> openAgain(cache::Cache& cache, const cache::StudyRecord& study, decode::DecodePool& pool)
{
    load::MemoryBudget budget(load::MemoryBudget::defaultLimit());
    Times times;
    const auto start = Clock::now();
    const auto store = std::make_shared<load::StudyStore>(load::StudyStore::Services{cache, pool, budget}, study.archive, study.study,
                                                          [](const std::string&) {});
    const auto more = store->addFirstFromCache();
    if (!more) {
        return fail(more.error());
    }
    auto sets = store->displaySets();
    if (sets.size() != 1) {
        return fail("bench.study", "The study made for this benchmark is not one display set.", std::to_string(sets.size()));
    }
    std::string id = sets.front()->id;
    session::Viewport view;
    view.bind(store, id, false);
    const auto show = [&](int index) -> Result<double> {
        const auto asked = Clock::now();
        view.showFrame(FrameIndex{index});
        if (const auto slice = store->load(id, FrameIndex{index}); !slice) {
            return fail(slice.error());
        }
        view.contentChanged();
        if (!painted(pictureAt(view))) {
            return fail("bench.blank", "A slice of the study is blank.");
        }
        return since(asked);
    };
    if (const auto shown = show(static_cast<int>(sets.front()->frames.size()) / 2); !shown) {
        return fail(shown.error());
    }
    times.first = since(start);
    if (const Status rest = *more ? store->addFromCache() : Status(); !rest) {
        return fail(rest.error());
    }
    sets = store->displaySets();
    if (sets.size() != 1) {
        return fail("bench.study", "The study made for this benchmark is not one display set.", std::to_string(sets.size()));
    }
    id = sets.front()->id;
    view.contentChanged();
    times.headers = since(start);
    const int count = static_cast<int>(sets.front()->frames.size());
    // As a reader who leaps about at once: each slice is asked for while every thread is loading.
    std::thread all([&] {
        store->loadAll(id);
        times.all = since(start);
    });
    std::minstd_rand random(static_cast<unsigned>(count));
    Status failure;
    for (int i = 0; i < kAsked && failure; ++i) {
        const auto shown = show(static_cast<int>(random() % static_cast<unsigned>(count)));
        if (shown) {
            times.asked.push_back(*shown);
        } else {
            failure = fail(shown.error());
        }
    }
    all.join();
    const auto table = store->table(id);
    if (failure && (!table || table->present != table->entries.size())) {
        failure = fail("bench.incomplete", "Not every slice could be loaded, so the time means nothing.");
    }
    return failure ? Result<Times>(std::move(times)) : Result<Times>(fail(failure.error()));
}

// Every thread reads its share of the packs: what the disk, or the system's cache of it, gives.
double plainRead(const fs::path& packs)
{
    std::vector<std::pair<fs::path, std::uint64_t>> pieces;
    constexpr std::uint64_t kPiece = 8 << 20;
    for (const auto& entry : fs::directory_iterator(packs)) {
        for (std::uint64_t at = 0; at < entry.file_size(); at += kPiece) {
            pieces.emplace_back(entry.path(), at);
        }
    }
    const auto start = Clock::now();
    parallelFor(static_cast<int>(pieces.size()), 1, [&](int begin, int end) {
        std::vector<char> buffer(kPiece);
        for (int i = begin; i < end; ++i) {
            const auto& [path, at] = pieces[static_cast<std::size_t>(i)];
            std::ifstream in(path, std::ios::binary);
            in.seekg(static_cast<std::streamoff>(at));
            in.read(buffer.data(), static_cast<std::streamsize>(kPiece));
        }
    });
    return since(start);
}

Status measure(const ReopenStudy& study, const std::string& name, int runs, Json& results)
{
    auto cache = study.open();
    if (!cache) {
        return fail(cache.error());
    }
    const auto record = (*cache)->studies();
    if (!record || record->size() != 1) {
        return fail("bench.study", "The folder of this benchmark holds something else; give another.");
    }
    decode::DecodePool pool;
    pool.warmUp(); // as the window does when it opens
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    std::vector<double> first, headers, asked, all, floor;
    for (int run = 0; run < runs; ++run) {
        const auto times = openAgain(**cache, record->front(), pool);
        if (!times) {
            return fail(times.error());
        }
        first.push_back(times->first);
        headers.push_back(times->headers);
        asked.insert(asked.end(), times->asked.begin(), times->asked.end());
        all.push_back(times->all);
        floor.push_back(plainRead(study.folder / "packs"));
    }
    const std::string plain = "the same packs read without opening them, one thread a core";
    results.push_back(metric("reopen." + name + ".firstSlice", quantile(first, 0.5), "ms", first));
    results.push_back(metric("reopen." + name + ".allHeaders", quantile(headers, 0.5), "ms", headers));
    results.push_back(metric("reopen." + name + ".anySlice.p50", quantile(asked, 0.5), "ms", {}));
    results.push_back(metric("reopen." + name + ".anySlice.max", quantile(asked, 1), "ms", asked));
    results.push_back(metric("reopen." + name + ".allInMemory", quantile(all, 0.5), "ms", all, plain, quantile(floor, 0.5)));
    return {};
}

} // namespace

Status benchReopen(Context& context, const ReopenOptions& options, Json& results)
{
    auto studies = ReopenStudies::make(context, options);
    if (!studies) {
        return fail(studies.error());
    }
    for (const ReopenStudy& study : (*studies)->studies) {
        context.progress("reopen: " + study.name);
        if (study.compressed) {
            if (auto done = study.dropTwins(); !done) {
                return done;
            }
            if (auto done = measure(study, study.name + ".withoutTwins", 1, results); !done) {
                return done;
            }
            if (auto done = study.makeTwins(); !done) {
                return done;
            }
        }
        if (auto done = measure(study, study.name, kReopenRuns, results); !done) {
            return done;
        }
    }
    context.endProgress();
    return (*studies)->missing ? Status(fail(*(*studies)->missing)) : Status();
}

} // namespace akari::cli
