#include "core/load/Twins.h"

#include <algorithm>
#include <cstring>

#include "core/base/Log.h"
#include "core/decode/Samples.h"
#include "core/decode/Syntax.h"
#include "core/load/StudySeries.h"

namespace akari::load {

using image::SliceState;

namespace {

constexpr std::size_t kFramesAtOnce = 8; // some 20 ms, then whoever waits for a frame goes first
constexpr std::uint64_t kMostFrameBytes = std::uint64_t{64} << 20;

template <class T> Bytes bytesOf(const std::vector<T>& values)
{
    Bytes bytes(values.size() * sizeof(T));
    if (!bytes.empty()) {
        std::memcpy(bytes.data(), values.data(), bytes.size());
    }
    return bytes;
}

// The decoder's samples out of a slice that holds them unchanged; nothing where the form is another.
std::optional<Bytes> samplesIn(const image::Slice& slice, const decode::PixelDescription& pixels)
{
    const unsigned size = decode::containerBytes(pixels);
    if (const auto* wide = std::get_if<std::vector<std::int16_t>>(&slice.samples); wide != nullptr && size == 1 && pixels.isSigned) {
        Bytes bytes(wide->size());
        std::transform(wide->begin(), wide->end(), bytes.begin(), [](std::int16_t value) { return static_cast<std::uint8_t>(value); });
        return bytes;
    }
    return std::visit(
        [&](const auto& values) -> std::optional<Bytes> {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if (std::is_floating_point_v<T> || sizeof(T) != size) {
                return std::nullopt;
            }
            return bytesOf(values);
        },
        slice.samples);
}

} // namespace

bool hasTwins(const dicom::Part10& file)
{
    const auto syntax = decode::syntaxOf(file.transferSyntaxUid, file.encapsulated);
    if (!file.encapsulated || !syntax) {
        return false;
    }
    switch (*syntax) {
    case decode::Syntax::Jpeg:
        return file.transferSyntaxUid == "1.2.840.10008.1.2.4.70" || file.transferSyntaxUid == "1.2.840.10008.1.2.4.57";
    case decode::Syntax::JpegLs:
    case decode::Syntax::Jpeg2000:
    case decode::Syntax::HighThroughput2000:
    case decode::Syntax::JpegXl: return true;
    default: return false;
    }
}

const std::string& twinDecoding()
{
    static const std::string decoding = "akari " AKARI_VERSION " 1"; // the number grows when decoding answers otherwise within a version
    return decoding;
}

std::optional<decode::DecodedFrame> StudyStore::fromTwin(const ObjectIdentity& identity, FrameNumber frame,
                                                         const decode::PixelDescription& pixels)
{
    if (identity.contentVersion.empty()) {
        return std::nullopt;
    }
    const auto packed = m_services.cache.readTwin({identity, frame, twinDecoding()});
    cache::TwinImage image;
    if (!packed || !cache::unpackTwin(**packed, image)) {
        return std::nullopt;
    }
    if (image.rows != pixels.rows || image.columns != pixels.columns || image.samplesPerPixel != pixels.samplesPerPixel ||
        image.bytesPerSample != decode::containerBytes(pixels)) {
        log::warning("load", "a decoded twin has another form than its header says; the frame is decoded instead");
        return std::nullopt;
    }
    return decode::DecodedFrame{decode::decodedDescription(pixels), std::move(image.samples), m_token, {}};
}

struct StudyStore::TwinJob {
    FrameSlot* slot = nullptr; // its attributes never change
    std::shared_ptr<const image::Slice> slice;
    decode::PixelDescription pixels;
    bool exact = false;
};

// With m_mutex, when no frame is wanted.
void StudyStore::postTwins()
{
    if (m_writingTwins || m_noTwins || m_closing.token().stopRequested() || !m_services.cache.keepsTwins()) {
        return;
    }
    m_writingTwins = true;
    m_jobs->post(-1, [this](StopToken stop) { writeTwins(stop); });
}

// Of display sets that are in memory whole; nothing while a frame is being loaded.
std::vector<StudyStore::TwinJob> StudyStore::takeTwinJobs()
{
    const std::lock_guard lock(m_mutex);
    std::vector<TwinJob> jobs;
    for (auto& [uid, series] : m_series) {
        for (const Series::Shown& shown : series->shown) {
            const auto present = [](const FrameSlot* slot) { return slot->state == SliceState::Present; };
            if (m_pumps > 0 || !std::all_of(shown.slots.begin(), shown.slots.end(), present)) {
                continue;
            }
            for (FrameSlot* slot : shown.slots) {
                if (slot->twinWanted && jobs.size() < kFramesAtOnce) {
                    jobs.push_back({slot, slot->slice, *slot->twinWanted, slot->exact});
                    slot->twinWanted.reset();
                }
            }
        }
        if (!jobs.empty()) {
            break; // one batch is of one series
        }
    }
    m_writingTwins = !jobs.empty();
    return jobs;
}

Result<Bytes> StudyStore::samplesOf(const TwinJob& job)
{
    if (job.exact) {
        if (auto samples = samplesIn(*job.slice, job.pixels)) {
            return std::move(*samples);
        }
    }
    // Colours that went through a palette or a profile can't be taken back: decoded once more.
    const image::FrameAttributes& attributes = job.slot->attributes;
    const auto file = fileOf(attributes.identity);
    if (!file) {
        return fail(file.error());
    }
    auto decoded = decodePixels(**file, attributes.frame, false);
    return decoded ? Result<Bytes>(std::move(decoded->samples)) : Result<Bytes>(fail(decoded.error()));
}

void StudyStore::writeTwins(StopToken stop)
{
    for (auto jobs = takeTwinJobs(); !jobs.empty(); jobs = takeTwinJobs()) {
        std::vector<cache::Twin> twins;
        for (const TwinJob& job : jobs) {
            const ObjectIdentity& identity = job.slot->attributes.identity;
            if (stop.stopRequested()) {
                return;
            }
            // The picture that is kept is the one its slot is of; anything else is a mistake of this program.
            if (job.slice->attributes.identity != identity || job.slice->attributes.frame != job.slot->attributes.frame) {
                log::error("load", "a slice is not of its slot's frame; no twin is written");
                continue;
            }
            auto samples = samplesOf(job);
            if (!samples || samples->size() > kMostFrameBytes || identity.contentVersion.empty()) {
                continue;
            }
            Bytes packed = cache::packTwin({job.pixels.rows, job.pixels.columns, job.pixels.samplesPerPixel,
                                            static_cast<std::uint16_t>(decode::containerBytes(job.pixels)), std::move(*samples)});
            if (!packed.empty()) {
                twins.push_back({{identity, job.slot->attributes.frame, twinDecoding()}, std::move(packed)});
            }
        }
        if (const Status stored = m_services.cache.storeTwins(twins); !stored && stored.error().code != "cache.busy") {
            const std::lock_guard lock(m_mutex);
            m_noTwins = true;
            m_writingTwins = false;
            return;
        }
    }
}

} // namespace akari::load
