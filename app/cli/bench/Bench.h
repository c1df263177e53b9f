// What the benchmarks share. Each appends results in the contract's shape (docs/akarictl.md); a timing never fails anything.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "app/cli/Context.h"

namespace akari::cli {

using Clock = std::chrono::steady_clock;
double since(Clock::time_point start); // ms
double quantile(std::vector<double> values, double q);
// `peerValue` 0: no ratio.
Json metric(const std::string& name, double value, const std::string& unit, const std::vector<double>& samples, const std::string& peer = {},
            double peerValue = 0);

// On the archive configured as "demo".
Status benchOpen(Context& context, Json& results);
Status benchScroll(Context& context, Json& results);
Status benchPlanes(Context& context, Json& results);
Status benchVolume(Context& context, Json& results);
// The same archive behind lines of 30, 100 and 300 Mb/s with a round trip of 20 ms.
Status benchSync(Context& context, Json& results);
// On the test data's CT slices; needs gdcm-peer beside akarictl (built with the tests).
Status benchDecode(Context& context, Json& results);

// Parts of it: the process's peak memory while the set is loaded and drawn in three planes, against its raw pixels; the planes' kernel,
// against vtkImageReslice where its program lies beside this one.
Status benchVolumeMemory(load::StudyStore& store, const image::DisplaySet& set, Json& results);
Status benchVolumeKernel(const image::SliceTable& table, Json& results);
// In folders of its own under the system's temporary one (512 KiB a slice, three times over); the archive "demo" is a peer if it is there.
Status benchImport(Context& context, Json& results, int slices);

// A cache of its own with many studies: until the rows are there, what a keystroke of search costs, memory; SQLite's LIKE beside it.
Status benchWorklist(Context& context, Json& results, int studies);


// Opening again out of the cache. In a folder of its own under the system's temporary one (about 4 GB for 4 000 slices), or in a named one that is
// kept and used again.
struct ReopenOptions {
    int slices = 4000;
    std::string folder;
    std::string only; // uncompressed, jpegls or jpeg2000 alone; empty: all three
};
Status benchReopen(Context& context, const ReopenOptions& options, Json& results);

} // namespace akari::cli
