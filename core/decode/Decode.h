// Pixels out of frames. Native (uncompressed) frames are unpacked in-process by our own code; videos go to an akari-video process each;
// everything else goes to pooled akari-worker processes, one frame a job, limits and identity echoed (DESIGN decision 5, hazards 1 and 5).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/Bytes.h"
#include "core/base/Identity.h"
#include "core/base/JobQueue.h"
#include "core/base/Result.h"
#include "core/dicom/DataSet.h"

namespace akari::decode {

enum class Photometric : std::uint8_t { Monochrome1, Monochrome2, Rgb, PaletteColor, YbrFull, YbrFull422, YbrPartial422, YbrPartial420, YbrIct, YbrRct, Xyb, Other };

// The image pixel module (PS3.3 C.7.6.3) as numbers, checked against each other.
struct PixelDescription {
    std::uint32_t rows = 0;
    std::uint32_t columns = 0;
    std::uint16_t samplesPerPixel = 1;
    std::uint16_t bitsAllocated = 16; // 1, 8, 12 (two samples in three bytes), 16, 32, 64
    std::uint16_t bitsStored = 16;
    std::uint16_t highBit = 15;
    bool isSigned = false;
    bool isFloat = false;
    std::uint16_t planarConfiguration = 0;
    Photometric photometric = Photometric::Monochrome2;
    std::int32_t numberOfFrames = 1;

    std::uint64_t samplesPerFrame() const { return std::uint64_t{rows} * columns * samplesPerPixel; }
    bool operator==(const PixelDescription&) const = default;
};
// "pixels.description" when rows, columns, bits or samples are absent, zero, over 65 535 or contradict each other.
Result<PixelDescription> describePixels(const dicom::DataSet& dataSet);

// One decoded frame: samples little-endian, interleaved (planar configuration 0), bitsAllocated 8, 16, 32 or 64, sign-extended or
// masked to bitsStored with highBit = bitsStored - 1. YBR of any kind has become RGB.
struct DecodedFrame {
    PixelDescription pixels;
    Bytes samples;
    BindingToken token;
    std::string inputHash; // keyedHash() of the encoded bytes under this job's own key, 32 hex digits, as the worker echoed it; empty for native frames
};

struct WorkerInfo {
    std::int64_t pid = 0; // 0: ended, the next job starts another
    std::uint64_t addressSpaceLimit = 0; // bytes, as the running worker reported from getrlimit for its latest job
    std::uint64_t cpuSecondsLimit = 0;
    std::uint64_t peakResident = 0; // bytes, the highest in the life of this process, as it reported from getrusage with its latest job
    std::uint64_t jobs = 0;
    std::uint64_t decodeNanoseconds = 0; // in the decoders, of all jobs: what is beyond it is the price of the second process
    bool seccomp = false;
};

struct PoolOptions {
    unsigned workers = 0;                          // 0: one a core
    std::chrono::milliseconds frameTimeout{20000};
};

// Decoding of every transfer syntax. Thread-safe; decode() blocks its caller. Workers start on first need. Of a video, `extent` is the whole
// stream (dicom::frameExtents gives it for every frame) and `frame` says which picture.
// Errors: "decode.failed" (the decoder said no: reason in detail), "decode.died" (worker ended; it is replaced), "decode.timeout",
// "decode.unsupported" (transfer syntax), "decode.mismatch" (the reply is not the answer to this job), "decode.cancelled" (the stop token),
// "program.missing".
class DecodePool {
public:
    explicit DecodePool(PoolOptions options = {});
    ~DecodePool();

    // Starts one worker on a thread of its own, so that the first compressed frame does not wait for a process. Returns at once; why it
    // could not start is said at that frame. Once is enough.
    void warmUp();

    Result<DecodedFrame> decode(const dicom::Part10& file, const PixelDescription& pixels, const dicom::FrameExtent& extent,
                                FrameNumber frame, BindingToken token, StopToken stop = {});
    // RGB triples of 8 bits through an ICC profile to sRGB, perceptually (PS3.3 C.11.15). The profile is read by a worker alone, under the
    // same limits as a frame; `rgb` keeps its size. Further errors: "colour.profile" (larger than kMaximumProfileBytes).
    Result<Bytes> toSrgb(BytesView rgb, BytesView profile, FrameNumber frame, BindingToken token, StopToken stop = {});
    std::vector<WorkerInfo> workers() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

// Frames declared larger than this are refused before anything is allocated.
inline constexpr std::uint64_t kMaximumFrameBytes = std::uint64_t{1} << 30;
// ICC profiles larger than this are refused: those of cameras and scanners take some kilobytes.
inline constexpr std::uint64_t kMaximumProfileBytes = std::uint64_t{4} << 20;

// What a worker may map for one job, beyond what it maps right after its start (libraries, stacks): 64 MB + 6 x the declared frame.
std::uint64_t workerMemoryLimit(const PixelDescription& pixels);

} // namespace akari::decode
