// Decoding: ours through its worker against GDCM, OpenJPEG and OpenJPH called directly by gdcm-peer (built with the tests), turn by turn on
// the same frames, so that what else the machine does hits both. In each round both sides go over all frames for 200 ms at least, after a
// first time that warms them; the best pass of all rounds counts.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "app/cli/bench/Bench.h"
#include "app/cli/bench/PeerFrames.h"
#include "core/base/FileIo.h"
#include "core/decode/Decode.h"

namespace akari::cli {

namespace {

namespace fs = std::filesystem;
using decode::DecodePool;

constexpr int kFrames = 12;
constexpr int kRounds = 5;
constexpr double kLeastMilliseconds = 200; // of passes a round, here as in gdcm-peer

struct Frame {
    dicom::Part10 file;
    decode::PixelDescription pixels;
    dicom::FrameExtent extent;
};

Result<Frame> openFrame(const fs::path& path)
{
    auto bytes = readWholeFile(path);
    if (!bytes) {
        return fail(bytes.error());
    }
    auto file = dicom::readPart10(std::make_shared<const Bytes>(std::move(*bytes)));
    if (!file) {
        return fail(file.error());
    }
    const auto pixels = decode::describePixels(file->dataSet);
    const auto extents = dicom::frameExtents(*file);
    if (!pixels || !extents) {
        return fail(pixels ? extents.error() : pixels.error());
    }
    return Frame{std::move(*file), *pixels, extents->front()};
}

// A bare codestream of the same picture as `twin`.
Result<Frame> bareFrame(const fs::path& path, const Frame& twin)
{
    auto bytes = readWholeFile(path);
    if (!bytes) {
        return fail(bytes.error());
    }
    Frame frame;
    frame.pixels = twin.pixels;
    frame.extent.runs = {{0, bytes->size()}};
    frame.file.bytes = std::make_shared<const Bytes>(std::move(*bytes));
    frame.file.transferSyntaxUid = "1.2.840.10008.1.2.4.201";
    frame.file.encapsulated = true;
    return frame;
}

struct Folder {
    fs::path path = fs::temp_directory_path() / ("akari-bench-" + toHex(randomBytes(6)));
    ~Folder()
    {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

// Milliseconds for every frame once, on as many threads as the pool has workers.
Result<double> decodeAll(DecodePool& pool, const std::vector<Frame>& frames, unsigned threads)
{
    std::atomic<std::size_t> next{0};
    std::atomic<bool> failed{false};
    const auto work = [&] {
        for (std::size_t i = next++; i < frames.size(); i = next++) {
            const Frame& frame = frames[i];
            failed = failed || !pool.decode(frame.file, frame.pixels, frame.extent, FrameNumber{1}, BindingToken{1});
        }
    };
    const auto start = Clock::now();
    std::vector<std::thread> others;
    for (unsigned i = 1; i < threads; ++i) {
        others.emplace_back(work);
    }
    work();
    for (auto& other : others) {
        other.join();
    }
    const double spent = since(start);
    return failed ? Result<double>(fail("bench.decode", "A frame of the benchmark could not be decoded.")) : Result<double>(spent);
}

struct Pass {
    double milliseconds = 0;
    double inDecoders = 0; // of these, summed over the workers
};

double decoderMilliseconds(const DecodePool& pool)
{
    double sum = 0;
    for (const auto& worker : pool.workers()) {
        sum += static_cast<double>(worker.decodeNanoseconds) / 1e6;
    }
    return sum;
}

// The best of a round's passes.
Result<Pass> bestPass(DecodePool& pool, const std::vector<Frame>& frames, unsigned threads)
{
    Pass best;
    for (double spent = 0; spent < kLeastMilliseconds;) {
        const double before = decoderMilliseconds(pool);
        const auto pass = decodeAll(pool, frames, threads);
        if (!pass) {
            return fail(pass.error());
        }
        if (spent == 0 || *pass < best.milliseconds) {
            best = {*pass, decoderMilliseconds(pool) - before};
        }
        spent += *pass;
    }
    return best;
}

struct Kind {
    const char* folder;
    const char* metric;
    const char* peer;     // command of gdcm-peer
    const char* peerName;
};

constexpr Kind kKinds[] = {{"jpegls", "decode.jpegls", "gdcm", "gdcm"}, {"rle", "decode.rle", "gdcm", "gdcm"},
    {"jpeg70", "decode.jpeg70", "gdcm", "gdcm"}, {"jpeg2000", "decode.jpeg2000", "openjpeg", "OpenJPEG alone"},
    {"htj2k", "decode.htj2k", "openjph", "OpenJPH alone"}};

Result<std::vector<Frame>> framesOf(const fs::path& folder, const std::string& kind)
{
    std::vector<Frame> frames;
    for (int i = 0; i < kFrames; ++i) {
        const std::string number = std::to_string(i);
        const bool bare = kind == "htj2k";
        auto frame = openFrame(folder / (bare ? "jpeg2000" : kind) / (number + ".dcm"));
        if (frame && bare) {
            frame = bareFrame(folder / kind / (number + ".j2c"), *frame);
        }
        if (!frame) {
            return fail(frame.error());
        }
        frames.push_back(std::move(*frame));
    }
    return frames;
}

double rate(double milliseconds, double frames) { return milliseconds > 0 ? 1000 * frames / milliseconds : 0; }

Status benchKind(const Kind& kind, const fs::path& folder, Json& results)
{
    const auto frames = framesOf(folder, kind.folder);
    if (!frames) {
        return fail(frames.error());
    }
    DecodePool pool({1, std::chrono::milliseconds(60000)});
    if (const auto warm = decodeAll(pool, *frames, 1); !warm) {
        return fail(warm.error());
    }
    std::vector<double> ours, theirs, hops;
    for (int round = 0; round < kRounds; ++round) {
        const auto spent = bestPass(pool, *frames, 1);
        const auto peer = askPeer({kind.peer, (folder / kind.folder).string()});
        if (!spent || !peer) {
            return fail(spent ? peer.error() : spent.error());
        }
        ours.push_back(rate(spent->milliseconds, kFrames));
        theirs.push_back(rate((*peer)["ms"].get<double>(), (*peer)["frames"].get<double>()));
        hops.push_back((spent->milliseconds - spent->inDecoders) / kFrames);
    }
    const double best = *std::max_element(ours.begin(), ours.end());
    results.push_back(metric(kind.metric, best, "frames/s", ours, kind.peerName, *std::max_element(theirs.begin(), theirs.end())));
    results.push_back(metric(std::string(kind.metric) + ".hop", *std::min_element(hops.begin(), hops.end()), "ms/frame", hops));
    return {};
}

// One worker against two, on the slowest codec.
Status benchTwoCores(const fs::path& folder, Json& results)
{
    const auto frames = framesOf(folder, "jpeg2000");
    if (!frames) {
        return fail(frames.error());
    }
    DecodePool one({1, std::chrono::milliseconds(60000)});
    DecodePool two({2, std::chrono::milliseconds(60000)});
    std::vector<double> alone, together;
    for (int round = 0; round <= kRounds; ++round) {
        const auto single = bestPass(one, *frames, 1);
        const auto both = bestPass(two, *frames, 2);
        if (!single || !both) {
            return fail(single ? both.error() : single.error());
        }
        if (round > 0) {
            alone.push_back(rate(single->milliseconds, kFrames));
            together.push_back(rate(both->milliseconds, kFrames));
        }
    }
    results.push_back(metric("decode.two-cores", *std::max_element(together.begin(), together.end()), "frames/s", together, "one core",
        *std::max_element(alone.begin(), alone.end())));
    return {};
}

} // namespace

Status benchDecode(Context&, Json& results)
{
    const Folder folder;
    if (const auto prepared = prepareFrames(folder.path, kFrames); !prepared) {
        return prepared;
    }
    for (const Kind& kind : kKinds) {
        if (auto done = benchKind(kind, folder.path, results); !done) {
            return done;
        }
    }
    return benchTwoCores(folder.path, results);
}

} // namespace akari::cli
