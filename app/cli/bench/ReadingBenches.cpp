// Opening, scrolling, planes and 3D of studies on the archive configured as "demo".
#include <QImage>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "app/cli/bench/Bench.h"
#include "app/cli/bench/ColdStudy.h"
#include "app/paint/Painter.h"
#include "core/session/ReadingSession.h"
#include "render/PlanarScene.h"
#include "render/VolumeScene.h"

namespace akari::cli {

namespace {

QImage picture(const session::Viewport& view, int size)
{
    render::PlanarScene scene;
    scene.table = view.table();
    scene.state = view.state();
    scene.state.window = view.window();
    scene.width = scene.height = size;
    return paint::paint(render::renderPlanar(scene));
}

// The pixels on the picture are the slice's own, not hatching: the time counts only then.
bool shows(const QImage& image)
{
    std::vector<int> seen(256, 0);
    for (int y = image.height() / 4; y < image.height() * 3 / 4; y += 16) {
        for (int x = image.width() / 4; x < image.width() * 3 / 4; x += 16) {
            ++seen[static_cast<std::size_t>(qGray(image.pixel(x, y)))];
        }
    }
    return std::count_if(seen.begin(), seen.end(), [](int n) { return n > 0; }) > 12;
}

struct OpenTimes {
    double first = 0, scrollable = 0, sealed = 0, floor = 0;
};

Result<OpenTimes> openOnce(const Target& target)
{
    auto cold = ColdFolder::make(target.archive);
    if (!cold) {
        return fail(cold.error());
    }
    OpenTimes times;
    const auto start = Clock::now();
    session::ReadingSession session((*cold)->workspace->engine(), target.archive.name, target.study.study, [] {});
    session::Viewport view;
    bool bound = false;
    while (since(start) < 120000) {
        if (!bound) {
            for (const auto& set : session.store()->displaySets()) {
                if (set->modality == "CT") {
                    view.bind(session.store(), set->id, false);
                    bound = true;
                    break;
                }
            }
        }
        if (bound && times.first == 0) {
            view.contentChanged();
            const auto table = view.table();
            const auto at = static_cast<std::size_t>(view.index().value);
            if (table && at < table->entries.size() && table->entries[at].slice && shows(picture(view, 1024))) {
                times.first = since(start);
            }
        }
        if (bound && times.scrollable == 0) {
            view.contentChanged();
            const auto set = view.displaySet();
            const auto progress = session.store()->progressOf(set->series);
            const auto table = view.table();
            if (progress.complete() && table && table->complete()) {
                times.scrollable = since(start);
            }
        }
        const auto state = session.syncState();
        if (!state.running && times.scrollable > 0) {
            times.sealed = since(start);
            if (!state.complete) {
                return fail("bench.incomplete", "The study did not arrive whole, so its time means nothing.");
            }
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    archive::DicomWebClient client(target.archive);
    const auto series = client.series(target.study.study);
    const auto floorStart = Clock::now();
    for (const auto& one : series ? series->items : std::vector<archive::SeriesResult>{}) {
        static_cast<void>(client.retrieveSeries(target.study.study, one.series, [](SharedBytes) {}));
    }
    times.floor = since(floorStart);
    return times;
}

} // namespace

Status benchOpen(Context& context, Json& results)
{
    const auto target = targetOf(context, "CT", 200);
    if (!target) {
        return fail(target.error());
    }
    std::vector<double> first, scrollable, sealed, floor;
    for (int run = 0; run < 5; ++run) {
        const auto times = openOnce(*target);
        if (!times) {
            return fail(times.error());
        }
        first.push_back(times->first);
        scrollable.push_back(times->scrollable);
        sealed.push_back(times->sealed);
        floor.push_back(times->floor);
    }
    const std::string peer = "the same series by the same client, bytes thrown away";
    results.push_back(metric("open.firstPicture", quantile(first, 0.5), "ms", first));
    results.push_back(metric("open.allScrollable", quantile(scrollable, 0.5), "ms", scrollable, peer, quantile(floor, 0.5)));
    results.push_back(metric("open.allSealed", quantile(sealed, 0.5), "ms", sealed, peer, quantile(floor, 0.5)));
    return {};
}

Result<std::shared_ptr<load::StudyStore>> synced(Context& context, const Target& target)
{
    auto& workspace = **context.workspace(true);
    archive::DicomWebClient client(target.archive);
    const auto report = archive::syncStudy(client, workspace.cache(), target.study.study, {}, {}, workspace.clock());
    if (!report) {
        return fail(report.error());
    }
    return storeOf(workspace, target.archive.name, target.study.study);
}

std::shared_ptr<const image::DisplaySet> largest(const load::StudyStore& store)
{
    std::shared_ptr<const image::DisplaySet> best;
    for (const auto& set : store.displaySets()) {
        if (!best || set->frames.size() > best->frames.size()) {
            best = set;
        }
    }
    return best;
}

Status benchScroll(Context& context, Json& results)
{
    const auto target = targetOf(context, "CT", 200);
    const auto store = target ? synced(context, *target) : Result<std::shared_ptr<load::StudyStore>>(fail(target.error()));
    if (!store) {
        return fail(store.error());
    }
    const auto set = largest(**store);
    (*store)->loadAll(set->id);
    session::Viewport view;
    view.bind(*store, set->id, false);
    std::vector<double> samples;
    std::uint64_t pixels = 0;
    for (int i = 0; i < 300; ++i) {
        const auto start = Clock::now();
        view.showFrame(FrameIndex{i % view.count()});
        const QImage shown = picture(view, 1024);
        samples.push_back(since(start));
        pixels += static_cast<std::uint64_t>(qGray(shown.pixel(512, 512)));
    }
    results.push_back(metric("scroll.1024.p50", quantile(samples, 0.5), "ms", samples));
    results.push_back(metric("scroll.1024.p95", quantile(samples, 0.95), "ms", {static_cast<double>(pixels)}));
    return {};
}

Status benchPlanes(Context& context, Json& results)
{
    const auto target = targetOf(context, "CT", 2000);
    const auto store = target ? synced(context, *target) : Result<std::shared_ptr<load::StudyStore>>(fail(target.error()));
    if (!store) {
        return fail(store.error());
    }
    const auto set = largest(**store);
    const auto loadStart = Clock::now();
    const auto table = (*store)->loadAll(set->id);
    results.push_back(metric("large.load", since(loadStart), "ms", {static_cast<double>(set->frames.size())}));
    const auto box = image::volumeBox(*set);
    if (!box) {
        return fail("bench.volume", "The large study is no volume.");
    }
    const std::pair<const char*, view::PlaneKind> planes[] = {
        {"axial", view::PlaneKind::Axial}, {"coronal", view::PlaneKind::Coronal}, {"sagittal", view::PlaneKind::Sagittal}};
    for (const auto& [name, kind] : planes) {
        std::vector<double> samples;
        for (int i = 0; i < 40; ++i) {
            render::PlanarScene scene;
            scene.table = table;
            scene.state.displaySetId = set->id;
            scene.state.plane.kind = kind;
            scene.state.plane.through = box->center;
            scene.state.plane.through.x += i;
            scene.state.plane.through.y += i;
            scene.state.plane.through.z += i;
            scene.width = scene.height = 1024;
            const auto start = Clock::now();
            const QImage shown = paint::paint(render::renderPlanar(scene));
            samples.push_back(since(start));
            if (!shows(shown) && i == 0) {
                return fail("bench.blank", std::string("The ") + name + " plane of the large study is blank.");
            }
        }
        results.push_back(metric(std::string("large.") + name, quantile(samples, 0.5), "ms", samples));
    }
    return {};
}

Status benchVolume(Context& context, Json& results)
{
    const auto target = targetOf(context, "CT", 200);
    const auto store = target ? synced(context, *target) : Result<std::shared_ptr<load::StudyStore>>(fail(target.error()));
    if (!store) {
        return fail(store.error());
    }
    const auto set = largest(**store);
    if (const auto measured = benchVolumeMemory(**store, *set, results); !measured) {
        return measured;
    }
    render::VolumeScene scene;
    scene.table = (*store)->loadAll(set->id);
    if (const auto measured = benchVolumeKernel(*scene.table, results); !measured) {
        return measured;
    }
    render::VolumeRenderer renderer;
    std::vector<double> samples;
    const auto start = Clock::now();
    const auto first = renderer.draw(scene);
    if (!first.failure.empty()) {
        return fail("volume.failed", first.failure);
    }
    results.push_back(metric("volume.first", since(start), "ms", {}));
    scene.interactive = true;
    for (int i = 0; i < 20; ++i) {
        scene.azimuth += 3;
        const auto turn = Clock::now();
        static_cast<void>(renderer.draw(scene));
        samples.push_back(since(turn));
    }
    results.push_back(metric("volume.interactive", quantile(samples, 0.5), "ms", samples));
    return {};
}

} // namespace akari::cli
