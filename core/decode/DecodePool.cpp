#include "core/decode/Decode.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "core/decode/ColourJob.h"
#include "core/decode/NativeFrame.h"
#include "core/decode/Samples.h"
#include "core/decode/VideoSessions.h"
#include "core/decode/WorkerSlot.h"
#include "core/dicom/Tags.h"

namespace akari::decode {
namespace {

constexpr std::chrono::milliseconds kQueuePoll{20};

// The frame's bytes where they lie if they are one run, else joined into `joined`. Empty when a run lies outside the file.
BytesView viewOf(const dicom::Part10& file, const dicom::FrameExtent& extent, Bytes& joined)
{
    const BytesView all(*file.bytes);
    for (const auto& run : extent.runs) {
        if (run.offset > all.size() || run.length > all.size() - run.offset) {
            return {};
        }
    }
    if (extent.runs.size() == 1) {
        return all.subspan(extent.runs[0].offset, extent.runs[0].length);
    }
    joined = dicom::frameBytes(file, extent);
    return joined;
}

NativeLayout layoutOf(const dicom::Part10& file, const PixelDescription& pixels, const dicom::FrameExtent& extent, FrameNumber frame)
{
    NativeLayout layout;
    layout.bigEndian = file.dataSet.bigEndian();
    const auto* element = file.dataSet.find(dicom::tags::PixelData);
    if (element != nullptr && !file.encapsulated) {
        if (pixels.bitsAllocated == 1 || pixels.bitsAllocated == 12) {
            const std::uint64_t before = static_cast<std::uint64_t>(frame.value - 1) * pixels.samplesPerFrame();
            layout.firstBit = static_cast<unsigned>(before * pixels.bitsAllocated % 8);
        }
        layout.wordsOfBytes = element->vr.is('O', 'W');
        layout.oddStart = !extent.runs.empty() && (extent.runs[0].offset - element->offset) % 2 != 0;
    }
    return layout;
}

// A frame of bytes in big-endian words may begin and end within a word: its last sample then lies behind its extent.
dicom::FrameExtent wholeWords(const dicom::Part10& file, dicom::FrameExtent extent, const NativeLayout& layout)
{
    for (auto& run : extent.runs) {
        const std::uint64_t before = layout.oddStart ? 1 : 0;
        run.offset -= before;
        run.length += before;
        if (run.length % 2 != 0 && run.offset + run.length < file.bytes->size()) {
            ++run.length;
        }
    }
    return extent;
}

Status checkDeclared(const PixelDescription& pixels, const dicom::Part10& file)
{
    if (!file.bytes) {
        return fail("decode.failed", "The object's bytes are not there.");
    }
    if (pixels.samplesPerFrame() == 0 || decodedBytes(pixels) > kMaximumFrameBytes) {
        return fail("decode.failed", "This frame is declared larger than any picture this program shows; it was refused.",
            std::to_string(pixels.columns) + " x " + std::to_string(pixels.rows));
    }
    const bool rgb = pixels.photometric == Photometric::Rgb;
    if (pixels.samplesPerPixel == 3 && !rgb && (pixels.bitsAllocated > 16 || pixels.bitsAllocated == 1)) {
        return fail("decode.unsupported", "This frame's colours are stored at a depth this program cannot convert.");
    }
    return {};
}

} // namespace

std::uint64_t workerMemoryLimit(const PixelDescription& pixels)
{
    return (std::uint64_t{64} << 20) + 6 * decodedBytes(pixels);
}

struct DecodePool::Impl {
    PoolOptions options;
    VideoSessions videos{options.frameTimeout};
    explicit Impl(PoolOptions chosen) : options(chosen) {}

    struct Place {
        WorkerSlot slot;
        WorkerInfo info; // copy of slot.info(), protected by mutex
        bool busy = false;
    };
    mutable std::mutex mutex;
    std::condition_variable freed;
    std::vector<std::unique_ptr<Place>> places;
    StopSource closing;
    std::thread starter; // warmUp()'s; the caller's

    ~Impl()
    {
        closing.requestStop();
        if (starter.joinable()) {
            starter.join();
        }
    }

    // Places already running are taken first, so that light work starts one process.
    Place* acquire(const StopToken& stop)
    {
        std::unique_lock lock(mutex);
        while (!stop.stopRequested()) {
            Place* best = nullptr;
            for (const auto& place : places) {
                if (!place->busy && (best == nullptr || (place->slot.started() && !best->slot.started()))) {
                    best = place.get();
                }
            }
            if (best != nullptr) {
                best->busy = true;
                return best;
            }
            freed.wait_for(lock, kQueuePoll);
        }
        return nullptr;
    }

    void release(Place* place)
    {
        {
            const std::lock_guard lock(mutex);
            place->info = place->slot.info();
            place->busy = false;
        }
        freed.notify_one();
    }

    JobMessage newJob(Syntax syntax, const PixelDescription& pixels, FrameNumber frame, BindingToken token) const;
    Result<DecodedFrame> decodeInWorker(BytesView encoded, JobMessage job, const StopToken& stop);
};

JobMessage DecodePool::Impl::newJob(Syntax syntax, const PixelDescription& pixels, FrameNumber frame, BindingToken token) const
{
    static std::atomic<std::uint64_t> nextJob{1};
    JobMessage job;
    job.job = nextJob.fetch_add(1);
    job.token = token.value;
    job.frame = frame.value;
    job.syntax = syntax;
    job.pixels = pixels;
    job.outputBytes = decodedBytes(pixels);
    job.memoryBytes = workerMemoryLimit(pixels);
    job.cpuSeconds = static_cast<std::uint64_t>(options.frameTimeout.count() / 1000) + 1;
    return job;
}

Result<DecodedFrame> DecodePool::Impl::decodeInWorker(BytesView encoded, JobMessage job, const StopToken& stop)
{
    const std::uint64_t spare = job.syntax == Syntax::ColourProfile ? kMaximumProfileBytes : 0;
    if (encoded.empty() || encoded.size() > 4 * job.outputBytes + (1U << 20) + spare) {
        return fail("decode.failed", "This frame has no bytes, or far more than its rows and columns could need.",
            std::to_string(encoded.size()) + " bytes");
    }
    job.inputBytes = encoded.size();
    Place* const place = acquire(stop);
    if (place == nullptr) {
        return fail("decode.cancelled", "Decoding was cancelled.");
    }
    // Also when there is no memory for the samples: a place that is not given back is gone for good.
    const std::unique_ptr<Place, std::function<void(Place*)>> held(place, [this](Place* one) { release(one); });
    return place->slot.run(job, encoded, options.frameTimeout, stop);
}

DecodePool::DecodePool(PoolOptions options) : m_impl(std::make_unique<Impl>(options))
{
    const unsigned count = options.workers != 0 ? options.workers : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < count; ++i) {
        m_impl->places.push_back(std::make_unique<Impl::Place>());
    }
}

DecodePool::~DecodePool() = default;

void DecodePool::warmUp()
{
    if (m_impl->starter.joinable()) {
        return;
    }
    m_impl->starter = std::thread([impl = m_impl.get()] {
        if (Impl::Place* const place = impl->acquire(impl->closing.token())) {
            place->slot.warmUp();
            impl->release(place);
        }
    });
}

Result<DecodedFrame> DecodePool::decode(const dicom::Part10& file, const PixelDescription& pixels, const dicom::FrameExtent& extent,
                                        FrameNumber frame, BindingToken token, StopToken stop)
{
    if (auto declared = checkDeclared(pixels, file); !declared) {
        return fail(declared.error());
    }
    if (stop.stopRequested()) {
        return fail("decode.cancelled", "Decoding was cancelled.");
    }
    const auto syntax = syntaxOf(file.transferSyntaxUid, file.encapsulated);
    if (!syntax) {
        return fail("decode.unsupported", "This object's transfer syntax is not one this program can decode.", file.transferSyntaxUid);
    }
    if (extent.runs.empty()) {
        return fail("decode.failed", "This frame has no bytes.");
    }
    if (*syntax == Syntax::Video) {
        return m_impl->videos.decode(file, extent, m_impl->newJob(*syntax, pixels, frame, token), stop);
    }
    Bytes joined;
    const BytesView encoded = viewOf(file, extent, joined);
    if (*syntax != Syntax::Native) {
        return m_impl->decodeInWorker(encoded, m_impl->newJob(*syntax, pixels, frame, token), stop);
    }
    const NativeLayout layout = layoutOf(file, pixels, extent, frame);
    const bool words = layout.bigEndian && layout.wordsOfBytes && isPacked(pixels);
    auto samples = unpackNative(words ? viewOf(file, wholeWords(file, extent, layout), joined) : encoded, pixels, layout);
    if (!samples) {
        return fail(samples.error());
    }
    return DecodedFrame{decodedDescription(pixels), std::move(*samples), token, {}};
}

Result<Bytes> DecodePool::toSrgb(BytesView rgb, BytesView profile, FrameNumber frame, BindingToken token, StopToken stop)
{
    if (profile.empty() || profile.size() > kMaximumProfileBytes || rgb.size() < 3 || rgb.size() > kMaximumFrameBytes || rgb.size() % 3 != 0) {
        return fail("colour.profile", "This image's colour profile is empty or far too large; its colours are shown as stored.",
            std::to_string(profile.size()) + " bytes");
    }
    PixelDescription pixels;
    pixels.rows = 1;
    pixels.columns = static_cast<std::uint32_t>(rgb.size() / 3);
    pixels.samplesPerPixel = 3;
    pixels.bitsAllocated = pixels.bitsStored = 8;
    pixels.highBit = 7;
    pixels.photometric = Photometric::Rgb;
    auto converted = m_impl->decodeInWorker(colourJobInput(profile, rgb), m_impl->newJob(Syntax::ColourProfile, pixels, frame, token), stop);
    if (!converted) {
        return fail(converted.error());
    }
    return std::move(converted->samples);
}

std::vector<WorkerInfo> DecodePool::workers() const
{
    std::vector<WorkerInfo> infos;
    const std::lock_guard lock(m_impl->mutex);
    for (const auto& place : m_impl->places) {
        if (place->info.pid != 0 || place->info.jobs != 0) {
            infos.push_back(place->info);
        }
    }
    m_impl->videos.appendWorkers(infos);
    return infos;
}

} // namespace akari::decode
