#include "core/load/StudyStore.h"

#include <algorithm>
#include <thread>

#include "core/decode/Syntax.h"
#include "core/load/StudySeries.h"

namespace akari::load {

using image::SliceState;

StudyStore::StudyStore(Services services, std::string archive, StudyInstanceUid study, std::function<void(const std::string&)> changed)
    : m_services(services), m_archive(std::move(archive)), m_study(std::move(study)),
      m_hold(m_services.cache.hold(m_archive, m_study)), m_token(BindingToken::next()), m_changed(std::move(changed)),
      m_jobs(std::make_unique<JobQueue>(std::max(2U, std::thread::hardware_concurrency())))
{
    m_services.budget.join(this, [this](std::uint64_t bytes) { return evictFor(bytes); });
}

StudyStore::~StudyStore()
{
    m_closing.requestStop();
    m_services.budget.leave(this);
    // Decodes in flight still take memory; they are joined before it is given back. They may post more meanwhile, so that the pointer stands
    // until they have ended; reset() would take it away first.
    delete m_jobs.get();
    static_cast<void>(m_jobs.release());
    m_services.budget.give(m_taken);
}

void StudyStore::add(const cache::IncomingObject& object)
{
    if (object.identity.study != m_study || object.identity.archive != m_archive) {
        return; // hazard 1: nothing of another study gets in
    }
    auto parsed = dicom::readPart10(object.bytes);
    if (!parsed) {
        const std::lock_guard lock(m_mutex);
        Series& series = seriesOf(object.identity.series);
        const bool fresh = series.objects.insert(object.identity.sop.value).second;
        series.unreadable += fresh || replaceCopy(series, object.identity, nullptr, fail(parsed.error()));
        return;
    }
    auto file = std::make_shared<const dicom::Part10>(std::move(*parsed));
    auto frames = framesIn(*file, object.identity);
    if (object.provisional && (!frames || frames->size() != 1)) {
        return; // its original will say more
    }
    {
        const std::lock_guard lock(m_mutex);
        Series& series = seriesOf(object.identity.series);
        if (!series.objects.insert(object.identity.sop.value).second) {
            if (object.provisional || !replaceCopy(series, object.identity, file, frames)) {
                return;
            }
        } else if (object.provisional) {
            frames->front().provisional = true;
            addFrames(std::move(*frames), series, file, true);
        } else if (!frames) {
            ++series.unreadable;
        } else if (frames->empty()) {
            addDocument(*file, object.identity, object.sopClassUid, object.modality);
        } else {
            addFrames(std::move(*frames), series, file, true);
        }
    }
    pump();
    m_changed("");
}

StudyStore::Series& StudyStore::seriesOf(const SeriesInstanceUid& uid)
{
    auto& series = m_series[uid];
    if (!series) {
        series = std::make_unique<Series>();
        series->uid = uid;
    }
    return *series;
}

void StudyStore::setExpected(const SeriesInstanceUid& uid, std::int64_t expected)
{
    const std::lock_guard lock(m_mutex);
    if (expected >= 0) {
        seriesOf(uid).expected = expected;
    }
}

void StudyStore::addFrames(std::vector<image::FrameAttributes> frames, Series& series, const FilePtr& file, bool arriving)
{
    const bool video = decode::syntaxOf(file->transferSyntaxUid, true) == decode::Syntax::Video;
    for (image::FrameAttributes& attributes : frames) {
        auto slot = std::make_unique<FrameSlot>();
        slot->attributes = std::move(attributes);
        slot->series = &series;
        slot->video = video;
        if (arriving) {
            slot->queued = true;
            m_arriving.emplace_back(slot.get(), file);
        }
        series.slots.push_back(std::move(slot));
        series.dirty = true;
    }
}

// Lazily: thousands of objects arrive in a second, and a list is asked for a few times in it.
void StudyStore::rebuild(Series& series)
{
    if (!series.dirty) {
        return;
    }
    series.dirty = false;
    series.shown.clear();
    std::map<std::pair<std::string_view, std::int32_t>, FrameSlot*> byFrame;
    std::vector<image::FrameAttributes> frames;
    frames.reserve(series.slots.size());
    addTravelling(series);
    for (const auto* slots : {&series.slots, &series.travelling}) {
        for (const auto& slot : *slots) {
            byFrame[{slot->attributes.identity.sop.value, slot->attributes.frame.value}] = slot.get();
            frames.push_back(slot->attributes);
        }
    }
    for (image::DisplaySet& set : image::makeDisplaySets(std::move(frames), m_services.rules, m_splits)) {
        Series::Shown shown;
        for (const auto& frame : set.frames) {
            shown.slots.push_back(byFrame.at({frame.identity.sop.value, frame.frame.value}));
        }
        shown.set = std::make_shared<const image::DisplaySet>(std::move(set));
        series.shown.push_back(std::move(shown));
    }
}

void StudyStore::setSplit(const SeriesInstanceUid& uid, std::optional<image::SplitRule> rule)
{
    {
        const std::lock_guard lock(m_mutex);
        if (rule) {
            m_splits[uid] = std::move(*rule);
        } else {
            m_splits.erase(uid);
        }
        seriesOf(uid).dirty = true;
        ++m_generation;
    }
    m_changed(uid.value);
}

image::SplitRule StudyStore::splitOf(const SeriesInstanceUid& uid) const
{
    const std::lock_guard lock(m_mutex);
    if (const auto own = m_splits.find(uid); own != m_splits.end()) {
        return own->second;
    }
    return usualSplit(uid);
}

image::SplitRule StudyStore::usualSplitOf(const SeriesInstanceUid& uid) const
{
    const std::lock_guard lock(m_mutex);
    return usualSplit(uid);
}

// With m_mutex.
image::SplitRule StudyStore::usualSplit(const SeriesInstanceUid& uid) const
{
    const auto series = m_series.find(uid);
    const bool known = series != m_series.end() && !series->second->slots.empty();
    return m_services.rules.of(known ? series->second->slots.front()->attributes.modality : std::string());
}

std::vector<std::shared_ptr<const image::DisplaySet>> StudyStore::displaySets() const
{
    auto& self = const_cast<StudyStore&>(*this);
    const std::lock_guard lock(m_mutex);
    std::vector<std::shared_ptr<const image::DisplaySet>> all;
    for (auto& [uid, series] : self.m_series) {
        self.rebuild(*series);
        for (const auto& shown : series->shown) {
            all.push_back(shown.set);
        }
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return a->frames.front().seriesNumber < b->frames.front().seriesNumber;
    });
    return all;
}

StudyStore::Series* StudyStore::seriesShowing(const std::string& id, std::size_t& at)
{
    for (auto& [uid, series] : m_series) {
        rebuild(*series);
        for (at = 0; at < series->shown.size(); ++at) {
            if (series->shown[at].set->id == id) {
                return series.get();
            }
        }
    }
    return nullptr;
}

std::shared_ptr<const image::DisplaySet> StudyStore::displaySet(const std::string& id) const
{
    const std::lock_guard lock(m_mutex);
    std::size_t at = 0;
    const Series* series = const_cast<StudyStore&>(*this).seriesShowing(id, at);
    return series == nullptr ? nullptr : series->shown[at].set;
}

std::vector<SeriesProgress> StudyStore::progress() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<SeriesProgress> all;
    for (const auto& [uid, series] : m_series) {
        all.push_back({uid, static_cast<std::int64_t>(series->objects.size()), series->expected, series->unreadable});
    }
    return all;
}

SeriesProgress StudyStore::progressOf(const SeriesInstanceUid& uid) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_series.find(uid);
    if (found == m_series.end()) {
        return {uid, 0, -1, 0};
    }
    return {uid, static_cast<std::int64_t>(found->second->objects.size()), found->second->expected, found->second->unreadable};
}

std::vector<DocumentEntry> StudyStore::documents() const
{
    const std::lock_guard lock(m_mutex);
    return m_documents;
}

std::optional<StudyStore::Place> StudyStore::locate(const SopInstanceUid& sop, FrameNumber frame, const SeriesInstanceUid& wanted) const
{
    auto& self = const_cast<StudyStore&>(*this);
    const std::lock_guard lock(m_mutex);
    for (auto& [uid, series] : self.m_series) {
        if ((!wanted.empty() && uid != wanted) || !series->objects.contains(sop.value)) {
            continue;
        }
        self.rebuild(*series);
        for (const auto& shown : series->shown) {
            for (std::size_t i = 0; i < shown.set->frames.size(); ++i) {
                const auto& candidate = shown.set->frames[i];
                if (candidate.identity.sop == sop && candidate.frame == frame) {
                    return Place{shown.set->id, FrameIndex{static_cast<std::int32_t>(i)}};
                }
            }
        }
    }
    return std::nullopt;
}

image::SliceTablePtr StudyStore::table(const std::string& id) const
{
    const std::lock_guard lock(m_mutex);
    std::size_t at = 0;
    Series* series = const_cast<StudyStore&>(*this).seriesShowing(id, at);
    if (series == nullptr) {
        return nullptr;
    }
    Series::Shown& shown = series->shown[at];
    if (!shown.snapshot) {
        auto table = std::make_shared<image::SliceTable>();
        table->displaySet = shown.set;
        table->token = m_token;
        table->generation = m_generation;
        table->entries.resize(shown.slots.size());
        for (std::size_t i = 0; i < shown.slots.size(); ++i) {
            const FrameSlot& slot = *shown.slots[i];
            table->entries[i] = {slot.state, slot.slice, slot.failure};
            table->present += slot.state == SliceState::Present;
            table->failed += slot.state == SliceState::Failed;
        }
        shown.snapshot = std::move(table);
    }
    return shown.snapshot;
}

void StudyStore::want(const std::string& id, FrameIndex cursor)
{
    {
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_wanted, [&](const auto& wanted) { return wanted.id == id; });
        m_wanted.push_back({id, cursor, nullptr, {}, 0});
        std::size_t at = 0;
        if (Series* series = seriesShowing(id, at); series != nullptr && m_services.budget.used() < m_services.budget.limit() / 2) {
            for (FrameSlot* slot : series->shown[at].slots) {
                if (slot->noRoom) {
                    slot->noRoom = false;
                    slot->state = SliceState::Absent;
                    series->shown[at].snapshot.reset();
                }
            }
        }
    }
    pump();
}

std::optional<ObjectIdentity> StudyStore::wanted() const
{
    const std::lock_guard lock(m_mutex);
    if (m_wanted.empty()) {
        return std::nullopt;
    }
    std::size_t at = 0;
    const Wanted& last = m_wanted.back();
    const Series* series = const_cast<StudyStore&>(*this).seriesShowing(last.id, at);
    const auto index = static_cast<std::size_t>(std::max(0, last.cursor.value));
    if (series == nullptr || index >= series->shown[at].set->frames.size()) {
        return std::nullopt;
    }
    return series->shown[at].set->frames[index].identity;
}

Result<std::shared_ptr<const image::Slice>> StudyStore::load(const std::string& id, FrameIndex index)
{
    FrameSlot* slot = nullptr;
    bool mine = false;
    {
        const std::lock_guard lock(m_mutex);
        std::size_t at = 0;
        Series* series = seriesShowing(id, at);
        if (series == nullptr || index.value < 0 || static_cast<std::size_t>(index.value) >= series->shown[at].slots.size()) {
            return fail("load.index", "There is no such slice in this series.", "index " + std::to_string(index.value));
        }
        slot = series->shown[at].slots[static_cast<std::size_t>(index.value)];
        if (slot->attributes.travelling || (slot->attributes.provisional && slot->state == SliceState::Absent && !slot->queued)) {
            return fail("load.travelling", "This slice has not arrived yet.");
        }
        mine = slot->state == SliceState::Absent && !slot->queued;
        slot->queued = slot->queued || mine;
        m_asking += mine;
    }
    if (mine) {
        loadOne(*slot);
    }
    std::unique_lock lock(m_mutex);
    if (mine && --m_asking == 0) {
        m_arrived.notify_all();
    }
    m_arrived.wait(lock, [&] { return !slot->queued; });
    if (slot->state == SliceState::Present) {
        return slot->slice;
    }
    return fail("load.failed", slot->failure.empty() ? "This frame is not in memory." : slot->failure);
}

image::SliceTablePtr StudyStore::loadAll(const std::string& id, StopToken stop)
{
    want(id, FrameIndex{0});
    for (;;) {
        std::unique_lock lock(m_mutex);
        std::size_t at = 0;
        const Series* series = seriesShowing(id, at);
        const auto loads = [](const FrameSlot* slot) {
            const bool comesLater = slot->attributes.travelling || (slot->attributes.provisional && !slot->queued);
            return slot->state == SliceState::Absent && !comesLater;
        };
        // A table for each frame that comes would take longer than the frame.
        const bool done = series == nullptr || std::none_of(series->shown[at].slots.begin(), series->shown[at].slots.end(), loads);
        if (done || stop.stopRequested()) {
            break;
        }
        m_arrived.wait_for(lock, std::chrono::milliseconds(20));
    }
    return table(id);
}

} // namespace akari::load
