// What a volume costs as planes: the memory of loading it, and the kernel beside vtkImageReslice.
#include <algorithm>
#include <map>
#include <sstream>

#include "app/cli/bench/Bench.h"
#include "app/cli/bench/Memory.h"
#include "core/base/Process.h"
#include "core/image/Resample.h"
#include "core/view/View.h"

namespace akari::cli {

namespace {

constexpr double kMegabyte = 1024 * 1024;
constexpr int kSide = 1024;
constexpr int kPlaneRuns = 20;
constexpr const char* kPlanes[] = {"axial", "coronal", "sagittal"};

std::uint64_t rawBytes(const image::SliceTable& table)
{
    std::uint64_t bytes = 0;
    for (const auto& entry : table.entries) {
        bytes += entry.slice ? entry.slice->bytes() : 0;
    }
    return bytes;
}

image::ResamplePlane planeThrough(const image::DisplaySet& set, view::PlaneKind kind, const image::Vec3& through)
{
    view::ViewportState state;
    state.plane.kind = kind;
    state.plane.through = through;
    return view::mprMapping(set, state, kSide, kSide).plane;
}

constexpr view::PlaneKind kPlaneKinds[] = {view::PlaneKind::Axial, view::PlaneKind::Coronal, view::PlaneKind::Sagittal};

// "axial 3.1 3.0 ..." a line and plane, from the peer program; it is built with the tests alone, because the product links no VTK.
Result<std::map<std::string, std::vector<double>>> peerTimes(const image::DisplaySet& set)
{
    const auto program = siblingProgram("reslice-peer");
    if (!program) {
        return fail(program.error());
    }
    const auto& first = set.frames.front();
    ChildOptions options{*program,
                         {std::to_string(first.columns), std::to_string(first.rows), std::to_string(set.frames.size()),
                          std::to_string(first.plane->spacing.betweenColumns), std::to_string(first.plane->spacing.betweenRows),
                          std::to_string(set.spacingBetweenSlices), std::to_string(kSide), std::to_string(kPlaneRuns)},
                         {}};
    const auto child = ChildProcess::start(options);
    if (!child) {
        return fail(child.error());
    }
    const auto reply = (*child)->channel().receive(std::chrono::minutes(5));
    if (!reply) {
        return fail(reply.error());
    }
    std::map<std::string, std::vector<double>> times;
    std::istringstream lines(std::string(reply->bytes.begin(), reply->bytes.end()));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string plane;
        words >> plane;
        for (double ms = 0; words >> ms;) {
            times[plane].push_back(ms);
        }
    }
    return times;
}

} // namespace

Status benchVolumeMemory(load::StudyStore& store, const image::DisplaySet& set, Json& results)
{
    const auto box = image::volumeBox(set);
    if (!box) {
        return fail("bench.volume", "The study of this benchmark is no volume.");
    }
    forgetPeakMemory();
    const auto table = store.loadAll(set.id);
    for (const auto kind : kPlaneKinds) {
        const auto drawn = image::resampleVolume(*table, planeThrough(set, kind, box->center), {}, image::Interpolation::Linear);
        if (!drawn) {
            return fail(drawn.error());
        }
    }
    const double peak = peakMemoryMegabytes();
    const double raw = static_cast<double>(rawBytes(*table)) / kMegabyte;
    if (!(peak > 0) || !(raw > 0)) {
        return fail("bench.memory", "This system does not tell a process's peak memory.");
    }
    Json result = metric("volume.peakMemory", peak, "MB", {}, "raw pixels", raw);
    result["limit"] = 1.25 * raw + 200;
    results.push_back(std::move(result));
    return {};
}

Status benchVolumeKernel(const image::SliceTable& table, Json& results)
{
    const image::DisplaySet& set = *table.displaySet;
    const auto box = image::volumeBox(set);
    if (!box) {
        return fail("bench.volume", "The study of this benchmark is no volume.");
    }
    const auto peer = peerTimes(set);
    for (std::size_t p = 0; p < std::size(kPlaneKinds); ++p) {
        std::vector<double> samples;
        for (int i = 0; i < kPlaneRuns; ++i) {
            const image::Vec3 through = box->center + image::Vec3{0.7, 0.9, 1.3} * i;
            const auto start = Clock::now();
            const auto drawn = image::resampleVolume(table, planeThrough(set, kPlaneKinds[p], through), {}, image::Interpolation::Linear);
            samples.push_back(since(start));
            if (!drawn) {
                return fail(drawn.error());
            }
        }
        const auto found = peer ? peer->find(kPlanes[p]) : std::map<std::string, std::vector<double>>::const_iterator{};
        const bool compared = peer && found != peer->end();
        Json result = metric(std::string("volume.plane.") + kPlanes[p], quantile(samples, 0.5), "ms", samples,
                             compared ? "vtkImageReslice (tests/bench/reslice-peer)" : "", compared ? quantile(found->second, 0.5) : 0);
        if (compared) {
            result["peerSamples"] = found->second;
        } else {
            result["note"] = "no peer beside it: reslice-peer is built with the tests";
        }
        results.push_back(std::move(result));
    }
    return {};
}

} // namespace akari::cli
