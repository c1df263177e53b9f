#include "core/decode/VideoSessions.h"

#include <algorithm>
#include <thread>

#include "core/decode/Samples.h"

namespace akari::decode {
namespace {

constexpr std::size_t kOpenVideos = 2;
constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;

} // namespace

std::uint64_t videoMemoryLimit(const PixelDescription& pixels, std::uint64_t streamBytes)
{
    return 112 * kMebibyte + 24 * decodedBytes(pixels) + 3 * streamBytes;
}

std::shared_ptr<VideoSessions::Session> VideoSessions::sessionOf(const dicom::Part10& file, const dicom::FrameExtent& extent)
{
    const std::lock_guard lock(m_mutex);
    const std::uint64_t first = extent.runs.front().offset;
    const auto found = std::find_if(m_sessions.begin(), m_sessions.end(),
        [&](const auto& session) { return session->file.lock() == file.bytes && session->firstRun == first; });
    std::shared_ptr<Session> session;
    if (found != m_sessions.end()) {
        session = *found;
    } else {
        if (m_sessions.size() >= kOpenVideos) {
            m_sessions.erase(std::min_element(m_sessions.begin(), m_sessions.end(),
                [](const auto& a, const auto& b) { return a->lastUse < b->lastUse; }));
        }
        session = std::make_shared<Session>();
        session->file = file.bytes;
        session->firstRun = first;
        m_sessions.push_back(session);
    }
    session->lastUse = ++m_uses;
    return session;
}

Result<DecodedFrame> VideoSessions::decode(const dicom::Part10& file, const dicom::FrameExtent& extent, JobMessage job, const StopToken& stop)
{
    std::uint64_t size = 0;
    for (const auto& run : extent.runs) {
        size += run.length;
    }
    if (size == 0 || size > kMaximumStreamBytes || job.pixels.samplesPerPixel != 3) {
        return fail("decode.unsupported", "This video is empty, larger than a gigabyte or not in colour; it cannot be shown.", std::to_string(size) + " bytes");
    }
    job.inputBytes = size;
    job.memoryBytes = std::min(videoMemoryLimit(job.pixels, size), kLargestJobBytes);
    const auto session = sessionOf(file, extent);
    // Another thread may be decoding its way to a far picture: whoever closes the study does not wait for it.
    std::unique_lock busy(session->busy, std::defer_lock);
    while (!stop.stopRequested() && !busy.try_lock()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    if (stop.stopRequested()) {
        return fail("decode.cancelled", "Decoding was cancelled.");
    }
    // Joined only when the child has not got it: a stream is copied once, a picture costs its own bytes alone.
    const bool there = session->slot.hasStream();
    const Bytes stream = there ? Bytes{} : dicom::frameBytes(file, extent);
    if (!there && stream.empty()) {
        return fail("decode.failed", "The video's bytes lie outside the object; it cannot be shown.");
    }
    auto decoded = session->slot.run(job, stream, m_timeout, stop);
    const std::lock_guard lock(m_mutex);
    session->info = session->slot.info();
    return decoded;
}

void VideoSessions::appendWorkers(std::vector<WorkerInfo>& infos) const
{
    const std::lock_guard lock(m_mutex);
    for (const auto& session : m_sessions) {
        if (session->info.pid != 0 || session->info.jobs != 0) {
            infos.push_back(session->info);
        }
    }
}

} // namespace akari::decode
