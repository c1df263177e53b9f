// Frames of the benchmarks in several transfer syntaxes, made by gdcm-peer (built with the tests) out of CT slices of the test data.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/cli/bench/Bench.h"

namespace akari::cli {

// What gdcm-peer answers to a command: milliseconds and frames. "bench.peer", "program.missing".
Result<Json> askPeer(std::vector<std::string> arguments);
// Folders jpegls, rle, jpeg70, jpeg2000 (0.dcm, 1.dcm, …) and htj2k in `folder`. "bench.frames" where there are no slices to take.
Status prepareFrames(const std::filesystem::path& folder, int frames);

} // namespace akari::cli
