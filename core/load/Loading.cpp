// The loader's own loop: which frame is next, where its bytes come from, what memory it may take.
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <thread>

#include "core/load/StudySeries.h"

namespace akari::load {

using image::SliceState;

namespace {

// Near the cursor first, then every 8th for an overview, then the rest outwards.
std::int64_t distanceRank(std::int32_t index, std::int32_t cursor)
{
    const std::int64_t distance = std::abs(static_cast<std::int64_t>(index) - cursor);
    if (distance <= 4) {
        return distance;
    }
    return (index % 8 == 0 ? 100'000 : 200'000) + distance;
}

// A video is decoded on from where it is; leaping through it would decode most of it again and again.
std::int64_t videoRank(std::int32_t index, std::int32_t cursor) { return index >= cursor ? index - cursor : 1'000'000 + index; }

// Made once for each place of the eye: looking through thousands of frames for each of them takes longer than loading them.
std::vector<std::uint32_t> loadingOrder(std::size_t frames, bool video, std::int32_t cursor)
{
    std::vector<std::pair<std::int64_t, std::uint32_t>> ranked(frames);
    for (std::uint32_t i = 0; i < frames; ++i) {
        const auto index = static_cast<std::int32_t>(i);
        ranked[i] = {video ? videoRank(index, cursor) : distanceRank(index, cursor), i};
    }
    std::sort(ranked.begin(), ranked.end());
    std::vector<std::uint32_t> order(frames);
    std::transform(ranked.begin(), ranked.end(), order.begin(), [](const auto& one) { return one.second; });
    return order;
}

} // namespace

void StudyStore::pump()
{
    const unsigned most = std::max(2U, std::thread::hardware_concurrency());
    const std::lock_guard lock(m_mutex);
    while (m_pumps < most) {
        ++m_pumps;
        m_jobs->post(0, [this](StopToken stop) {
            while (!stop.stopRequested()) {
                FrameSlot* slot = nextWanted();
                if (slot == nullptr) {
                    return;
                }
                loadOne(*slot);
            }
        });
    }
}

// The best frame to load next, marked as queued; gives back this pump's place when there is none. What sync has just brought comes
// first: its bytes are in memory, and are let go when it is decoded.
StudyStore::FrameSlot* StudyStore::nextWanted()
{
    std::unique_lock lock(m_mutex);
    // Whoever waits for one frame would else queue for a decoder behind those of all the others.
    m_arrived.wait(lock, [this] { return m_asking == 0; });
    if (!m_arriving.empty()) {
        auto [slot, file] = std::move(m_arriving.front());
        m_arriving.pop_front();
        slot->arriving = std::move(file);
        return slot;
    }
    FrameSlot* slot = nextInWanted();
    if (slot == nullptr && --m_pumps == 0) {
        postTwins();
    }
    return slot;
}

StudyStore::FrameSlot* StudyStore::nextInWanted()
{
    for (auto wanted = m_wanted.rbegin(); wanted != m_wanted.rend(); ++wanted) {
        std::size_t at = 0;
        Series* series = seriesShowing(wanted->id, at);
        if (series == nullptr) {
            continue;
        }
        const Series::Shown& shown = series->shown[at];
        if (wanted->orderedFor != shown.set) {
            wanted->orderedFor = shown.set;
            wanted->order = loadingOrder(shown.slots.size(), !shown.slots.empty() && shown.slots.front()->video, wanted->cursor.value);
            wanted->next = 0;
        }
        for (; wanted->next < wanted->order.size(); ++wanted->next) {
            FrameSlot* slot = shown.slots[wanted->order[wanted->next]];
            if (!slot->queued && slot->state == SliceState::Absent && !slot->attributes.travelling && !slot->attributes.provisional) {
                slot->queued = true;
                return slot;
            }
        }
    }
    return nullptr;
}

Result<StudyStore::FilePtr> StudyStore::fileOf(const ObjectIdentity& identity)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_lastFile.first == identity) { // also the series and the version: two may share a SOP Instance UID (hazard 1)
            return m_lastFile.second;
        }
    }
    auto bytes = m_services.cache.read(identity);
    if (!bytes) {
        return fail(bytes.error());
    }
    auto file = dicom::readPart10(*bytes);
    if (!file) {
        return fail(file.error());
    }
    auto shared = std::make_shared<const dicom::Part10>(std::move(*file));
    const std::lock_guard lock(m_mutex);
    m_lastFile = {identity, shared};
    return shared;
}

void StudyStore::loadOne(FrameSlot& slot)
{
    try {
        loadFrame(slot);
    } catch (const std::exception&) {
        finish(slot, fail("memory.frame", "This frame can't be loaded: there is not enough memory."));
    }
}

void StudyStore::loadFrame(FrameSlot& slot)
{
    // Only the thread that marked the slot as queued touches `arriving`.
    const FilePtr arriving = std::move(slot.arriving);
    if (arriving) {
        finish(slot, decodeFrame(*arriving, slot.attributes, false));
        return;
    }
    const auto file = fileOf(slot.attributes.identity);
    finish(slot, file ? decodeFrame(**file, slot.attributes, true) : Result<Loaded>(fail(file.error())));
}

// The budget's own limit, then what this study can spare, then what the others can.
bool StudyStore::takeRoom(std::uint64_t bytes)
{
    if (m_services.budget.take(bytes)) {
        return true;
    }
    evictFor(bytes);
    if (m_services.budget.take(bytes)) {
        return true;
    }
    m_services.budget.reclaim(this, bytes);
    return m_services.budget.take(bytes);
}

void StudyStore::finish(FrameSlot& slot, Result<Loaded> loaded)
{
    const std::uint64_t bytes = loaded ? loaded->slice->bytes() : 0;
    // Only the thread that marked the slot as queued decodes for it: what it is does not change meanwhile.
    const bool compared = loaded && (slot.attributes.provisional || !slot.copyHash.empty());
    const Bytes hash = compared ? hashOf(*loaded->slice) : Bytes();
    std::uint64_t replaced = 0;
    bool more = false;
    if (loaded && !takeRoom(bytes)) {
        loaded = fail("memory.budget", "The studies opened need more memory than this computer has; close another study.");
    }
    {
        const std::lock_guard lock(m_mutex);
        replaced = slot.slice ? slot.slice->bytes() : 0; // the copy
        m_taken += loaded ? bytes : 0;
        m_taken -= std::min(replaced, m_taken);
        slot.queued = false;
        slot.state = loaded ? SliceState::Present : SliceState::Failed;
        slot.slice = loaded ? loaded->slice : nullptr;
        slot.twinWanted = loaded && !slot.attributes.provisional ? loaded->twinWanted : std::nullopt;
        slot.exact = loaded && loaded->exact;
        slot.failure = loaded ? std::string() : loaded.error().message;
        slot.noRoom = !loaded && loaded.error().code.starts_with("memory.");
        if (compared) {
            compareWithCopy(slot, hash);
        }
        more = slot.original != nullptr;
        if (more) {
            takeOriginal(slot);
        }
        ++m_generation;
        for (auto& shown : slot.series->shown) {
            shown.snapshot.reset();
        }
    }
    m_services.budget.give(replaced);
    m_arrived.notify_all();
    m_changed(slot.series->uid.value);
    if (more) {
        pump();
    }
}

// Gives back the display sets that were looked at longest ago, never the one looked at last. Answers how many bytes.
std::uint64_t StudyStore::evictFor(std::uint64_t bytes)
{
    const std::lock_guard lock(m_mutex);
    std::uint64_t freed = 0;
    while (freed < bytes && m_wanted.size() > 1) {
        std::size_t at = 0;
        Series* series = seriesShowing(m_wanted.front().id, at);
        m_wanted.erase(m_wanted.begin());
        if (series == nullptr) {
            continue;
        }
        for (FrameSlot* slot : series->shown[at].slots) {
            if (slot->state == SliceState::Present) {
                freed += slot->slice->bytes();
                slot->slice.reset();
                slot->state = SliceState::Absent;
            }
        }
        series->shown[at].snapshot.reset();
    }
    m_services.budget.give(freed);
    m_taken -= std::min(freed, m_taken);
    return freed;
}

} // namespace akari::load
