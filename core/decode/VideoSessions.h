// Open videos: for each one an akari-video process that has the stream and knows where it is. A few are kept, the one asked longest ago goes.
// Thread-safe; pictures of one video are decoded one after another, of two videos side by side.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "core/decode/WorkerSlot.h"

namespace akari::decode {

// Streams larger than this are refused before anything is allocated.
inline constexpr std::uint64_t kMaximumStreamBytes = std::uint64_t{1} << 30;

// What akari-video may map beyond what it maps after its start: the stream itself and its packets, the pictures that the codec refers to (24 bytes
// a declared sample is some 16 pictures), and 48 MB of pictures kept.
std::uint64_t videoMemoryLimit(const PixelDescription& pixels, std::uint64_t streamBytes);

class VideoSessions {
public:
    explicit VideoSessions(std::chrono::milliseconds timeout) : m_timeout(timeout) {}

    // Picture `job.frame` of the video in `file`. Errors as DecodePool says.
    Result<DecodedFrame> decode(const dicom::Part10& file, const dicom::FrameExtent& extent, JobMessage job, const StopToken& stop);
    void appendWorkers(std::vector<WorkerInfo>& infos) const;

private:
    struct Session {
        std::mutex busy; // held while a picture is decoded
        WorkerSlot slot{WorkerKind{"akari-video", true}};
        // Protected by the sessions' mutex.
        std::weak_ptr<const Bytes> file;
        std::uint64_t firstRun = 0;
        std::uint64_t lastUse = 0;
        WorkerInfo info;
    };
    std::shared_ptr<Session> sessionOf(const dicom::Part10& file, const dicom::FrameExtent& extent);

    const std::chrono::milliseconds m_timeout;
    mutable std::mutex m_mutex;
    std::vector<std::shared_ptr<Session>> m_sessions;
    std::uint64_t m_uses = 0;
};

} // namespace akari::decode
