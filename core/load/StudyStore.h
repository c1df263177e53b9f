// One study in memory: display sets that grow while objects arrive, slice tables that fill, loading in the order in which the eye
// needs it. Everything comes out of the cache, or out of sync's hands on its way into the cache.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/JobQueue.h"
#include "core/cache/Cache.h"
#include "core/decode/Decode.h"
#include "core/image/SliceTable.h"
#include "core/objects/PresentationState.h"

namespace akari::load {

// One budget for every study of the process, whatever is made of it: stacks, planes, priors. Thread-safe.
class MemoryBudget {
public:
    // Gives back up to so many bytes, calling give() itself, and says how many. Called without any lock of the caller's.
    using Reclaim = std::function<std::uint64_t(std::uint64_t bytes)>;

    explicit MemoryBudget(std::uint64_t bytes) : m_limit(bytes) {}
    // From now until leave() the owner may be asked for memory that another study needs more. leave() waits for a call in progress.
    void join(const void* owner, Reclaim reclaim);
    void leave(const void* owner);
    // Asks the others for what they can spare, those that were opened first first. The caller holds no lock that they take.
    std::uint64_t reclaim(const void* forWhom, std::uint64_t bytes);
    bool take(std::uint64_t bytes);   // false when it would exceed the limit
    void give(std::uint64_t bytes);
    std::uint64_t used() const;
    std::uint64_t limit() const { return m_limit; }
    static std::uint64_t defaultLimit(); // 60 % of the machine's memory

private:
    const std::uint64_t m_limit;
    mutable std::mutex m_mutex;
    std::uint64_t m_used = 0; // protected by m_mutex
    std::mutex m_ownersMutex; // taken before a store's own mutex, never after it
    std::vector<std::pair<const void*, Reclaim>> m_owners; // protected by m_ownersMutex
};

struct SeriesProgress {
    SeriesInstanceUid series;
    std::int64_t arrived = 0;   // objects known here
    std::int64_t expected = -1; // as the archive says; -1 unknown
    std::int64_t unreadable = 0; // of those arrived: neither image nor document
    bool complete() const { return expected >= 0 && arrived >= expected; } // everything that can come has come
};

// An object without frames of its own (reports, selections, documents, plans, waveforms, …): listed, not decoded.
struct DocumentEntry {
    ObjectIdentity identity;
    std::string sopClassUid;
    std::string modality;
    std::string title; // objects::titleOf
};

using PresentationStatePtr = std::shared_ptr<const objects::PresentationState>;

// Thread-safe. `changed` is called from loader and sync threads whenever display sets or tables have changed, with the series UID,
// or "" when the list itself has; the receiver coalesces.
class StudyStore {
public:
    struct Services {
        cache::Cache& cache;
        decode::DecodePool& pool;
        MemoryBudget& budget;
        image::SplitRules rules = image::builtInSplitRules();
    };
    StudyStore(Services services, std::string archive, StudyInstanceUid study, std::function<void(const std::string&)> changed);
    ~StudyStore();

    const std::string& archive() const { return m_archive; }
    const StudyInstanceUid& study() const { return m_study; }

    // The slice in the middle of the largest series alone, so that it is on the screen before thousands of headers are read; true when there is
    // more (call addFromCache, on any thread). A small study is read whole. Blocks; a few milliseconds.
    Result<bool> addFirstFromCache();
    // Reads every header block that the cache holds. Blocks; some 20 microseconds a slice and core.
    Status addFromCache();
    // An object as sync received it, identity-checked. Its pixels are decoded from these bytes. Of a provisional one they are shown until the
    // original is decoded, and compared with it: a difference becomes a warning of the slice, which shows the original.
    void add(const cache::IncomingObject& object);
    void setExpected(const SeriesInstanceUid& series, std::int64_t expected);
    // Where slices that have not come yet will lie. Once a slice of the series is here, they have their places in its display sets,
    // absent, with FrameAttributes::travelling. Not used where two of them share a place (echoes, time, duplicates): only their headers
    // tell which display set they belong to.
    struct ExpectedSlice {
        SopInstanceUid sop;
        std::int32_t instanceNumber = 0;
        image::Vec3 position, rowDirection, columnDirection; // LPS mm, unit
    };
    void expectSlices(const SeriesInstanceUid& series, std::vector<ExpectedSlice> slices);

    std::vector<std::shared_ptr<const image::DisplaySet>> displaySets() const; // series number order
    std::shared_ptr<const image::DisplaySet> displaySet(const std::string& id) const;
    std::vector<SeriesProgress> progress() const;
    SeriesProgress progressOf(const SeriesInstanceUid& series) const;
    std::vector<DocumentEntry> documents() const;
    // The study's presentation states, newest last; those that can't be read are only documents.
    std::vector<PresentationStatePtr> presentationStates() const;
    // Those that speak of a frame of this display set.
    std::vector<PresentationStatePtr> presentationStatesFor(const image::DisplaySet& displaySet) const;

    // Where a frame of an object is shown; nullopt when it is not an image of this study.
    struct Place {
        std::string displaySetId;
        FrameIndex index;
    };
    // `series`: where it is known, for copies and careless devices give objects of two series one SOP Instance UID; empty: any.
    std::optional<Place> locate(const SopInstanceUid& sop, FrameNumber frame, const SeriesInstanceUid& series = {}) const;

    // A snapshot for drawing; null when there is no such display set. Every object in it belongs to this study (hazard 1).
    image::SliceTablePtr table(const std::string& displaySetId) const;

    // How a series is split into display sets: by a rule of the reader's own in this session, else (nullopt) by its modality's.
    // Frames keep their pixels; the sets get new ids, and locate() finds a frame again.
    void setSplit(const SeriesInstanceUid& series, std::optional<image::SplitRule> rule);
    image::SplitRule splitOf(const SeriesInstanceUid& series) const;
    image::SplitRule usualSplitOf(const SeriesInstanceUid& series) const; // its modality's
    // Where the eye is: this display set is loaded around `cursor` first. Every 8th next, then the rest.
    void want(const std::string& displaySetId, FrameIndex cursor);
    // The frame that was wanted last, whether or not it has come.
    std::optional<ObjectIdentity> wanted() const;
    // Blocks until the frame is present or failed, or `stop`. For akarictl and statistics.
    Result<std::shared_ptr<const image::Slice>> load(const std::string& displaySetId, FrameIndex index);
    // The frame as it is stored: decoded, before palette, colour profile and overlays. Not kept.
    Result<decode::DecodedFrame> stored(const std::string& displaySetId, FrameIndex index);
    // Blocks until the whole display set is present or failed.
    image::SliceTablePtr loadAll(const std::string& displaySetId, StopToken stop = {});

private:
    struct FrameSlot;
    struct Series;
    struct Loaded;
    struct Wanted;
    using FilePtr = std::shared_ptr<const dicom::Part10>;

    Series& seriesOf(const SeriesInstanceUid& uid);
    image::SplitRule usualSplit(const SeriesInstanceUid& uid) const;
    Status addMiddleOf(const cache::SeriesRecord& record);
    void addFrames(std::vector<image::FrameAttributes> frames, Series& series, const FilePtr& file, bool arriving);
    bool replaceCopy(Series& series, const ObjectIdentity& identity, const FilePtr& file, const Result<std::vector<image::FrameAttributes>>& frames);
    void takeOriginal(FrameSlot& slot);
    void compareWithCopy(FrameSlot& slot, const Bytes& hash);
    void rebuild(Series& series);
    void addTravelling(Series& series);
    Series* seriesShowing(const std::string& displaySetId, std::size_t& at);
    void pump();
    FrameSlot* nextWanted();
    FrameSlot* nextInWanted();
    void loadOne(FrameSlot& slot);
    void loadFrame(FrameSlot& slot);
    Result<Loaded> decodeFrame(const dicom::Part10& file, const image::FrameAttributes& attributes, bool lookForTwin);
    Result<decode::DecodedFrame> decodePixels(const dicom::Part10& file, FrameNumber frame, bool wholeContainers);
    std::optional<decode::DecodedFrame> fromTwin(const ObjectIdentity& identity, FrameNumber frame, const decode::PixelDescription& pixels);
    void writeTwins(StopToken stop);
    void postTwins();
    struct TwinJob;
    std::vector<TwinJob> takeTwinJobs();
    Result<Bytes> samplesOf(const TwinJob& job);
    void addDocument(const dicom::Part10& file, const ObjectIdentity& identity, const std::string& sopClassUid, const std::string& modality);
    Result<FilePtr> fileOf(const ObjectIdentity& identity);
    void finish(FrameSlot& slot, Result<Loaded> loaded);
    std::uint64_t evictFor(std::uint64_t bytes);
    bool takeRoom(std::uint64_t bytes);

    // Constant after construction.
    Services m_services;
    const std::string m_archive;
    const StudyInstanceUid m_study;
    const cache::Hold m_hold; // what is open is not evicted
    const BindingToken m_token;
    std::function<void(const std::string&)> m_changed;

    // Protected by m_mutex.
    mutable std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::map<SeriesInstanceUid, std::unique_ptr<Series>> m_series;
    std::map<SeriesInstanceUid, image::SplitRule> m_splits;   // the reader's own
    std::deque<std::pair<FrameSlot*, FilePtr>> m_arriving;    // received from sync, not decoded yet
    std::vector<DocumentEntry> m_documents;
    std::vector<PresentationStatePtr> m_presentations;
    std::vector<Wanted> m_wanted; // most recent last
    std::pair<ObjectIdentity, FilePtr> m_lastFile;            // of a multi-frame object
    std::uint64_t m_generation = 0;
    std::uint64_t m_taken = 0;
    unsigned m_pumps = 0;
    unsigned m_asking = 0; // load() calls that decode; the pumps begin nothing meanwhile
    bool m_writingTwins = false;
    bool m_noTwins = false; // the cache has no room for them

    StopSource m_closing;             // decoding ends when the study is closed
    std::unique_ptr<JobQueue> m_jobs; // joined first
};

// Turns a decoded frame into a slice that only its overlays in spare bits and its colour profile are missing from. "load.samples" when form and
// attributes contradict each other, "load.palette".
Result<std::shared_ptr<image::Slice>> makeSlice(const image::FrameAttributes& attributes, decode::DecodedFrame frame,
                                                const dicom::Part10& file);

} // namespace akari::load
