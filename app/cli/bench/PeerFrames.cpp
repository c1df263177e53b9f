#include "app/cli/bench/PeerFrames.h"

#include <chrono>
#include <cstdlib>

#include "core/base/Process.h"

namespace akari::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::minutes kPatience{5};

fs::path sourceFolder()
{
    if (const char* named = std::getenv("AKARI_BENCH_FRAMES")) {
        return named;
    }
    const char* data = std::getenv("AKARI_TESTDATA");
    return data != nullptr ? fs::path(data) / "01_ct_volume_160_LIDC0314_JPEGLS" : fs::path();
}

} // namespace

Result<Json> askPeer(std::vector<std::string> arguments)
{
    const auto program = siblingProgram("gdcm-peer");
    if (!program) {
        return fail(program.error());
    }
    ChildOptions options;
    options.program = *program;
    options.arguments = std::move(arguments);
    auto child = ChildProcess::start(options);
    if (!child) {
        return fail(child.error());
    }
    const auto answer = (*child)->channel().receive(kPatience);
    if (!answer) {
        return fail("bench.peer", "gdcm-peer gave no answer.", (*child)->ending());
    }
    Json json = Json::parse(asText(answer->bytes), nullptr, false);
    if (!json.is_object() || json.value("frames", 0) < 1) {
        return fail("bench.peer", "gdcm-peer could not read these frames.");
    }
    return json;
}

Status prepareFrames(const fs::path& folder, int frames)
{
    const fs::path source = sourceFolder();
    if (source.empty() || !fs::is_directory(source)) {
        return fail("bench.frames",
                    "There are no frames to decode; name a folder of CT slices in AKARI_BENCH_FRAMES, or the test data in AKARI_TESTDATA.");
    }
    if (const auto prepared = askPeer({"prepare", fs::absolute(source).string(), folder.string(), std::to_string(frames)}); !prepared) {
        return fail(prepared.error());
    }
    return {};
}

} // namespace akari::cli
