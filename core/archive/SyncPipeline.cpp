#include "core/archive/SyncPipeline.h"

#include <algorithm>

#include "core/archive/ClientImpl.h"
#include "core/base/ManySha256.h"
#include "core/cache/FromHeader.h"
#include "core/dicom/HashedIdentity.h"
#include "core/dicom/Tags.h"

namespace akari::archive {
namespace {

namespace tags = dicom::tags;

constexpr std::uint64_t kMostUnderway = 96 << 20; // bytes: a run stays under 300 MB with what sealing and libcurl need
constexpr unsigned kMostCheckers = 4;
// A slow line's objects are safe at once, one by one, and on a fast one sealing waits for a batch that is worth its flush: at most a fifth
// of the time is spent on it.
constexpr std::chrono::steady_clock::duration kLongestBatch = std::chrono::milliseconds(250);
constexpr int kWaitPerSeal = 4;

} // namespace

SyncPipeline::SyncPipeline(cache::Cache& cache, const SyncOptions& options, const SyncEvents& events, std::string archive)
    : m_cache(cache), m_options(options), m_events(events), m_archive(std::move(archive)), m_sealer([this] { sealLoop(); })
{
    for (unsigned i = 0; i < std::clamp(std::thread::hardware_concurrency(), 1U, kMostCheckers); ++i) {
        m_checkers.emplace_back([this] { checkLoop(); });
    }
}

SyncPipeline::~SyncPipeline()
{
    finish();
}

void SyncPipeline::beginSeries(const SeriesInstanceUid& series, std::set<std::string> held, std::int64_t expected, bool again)
{
    const std::lock_guard lock(m_mutex);
    SeriesState& state = m_series[series.value];
    state.stored = static_cast<std::int64_t>(held.size());
    state.held = held;
    state.present = again ? std::set<std::string>() : std::move(held);
    state.expected = expected;
}

void SyncPipeline::push(dicom::Part10 object) { enqueue(std::move(object), false); }
void SyncPipeline::pushProvisional(dicom::Part10 object) { enqueue(std::move(object), true); }

void SyncPipeline::enqueue(dicom::Part10 object, bool provisional)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_underway < kMostUnderway || m_outcome.storeError; });
    const std::uint64_t size = sourceOf(object)->size();
    m_underway += size;
    m_outcome.bytes += size;
    m_unchecked.push_back({std::move(object), provisional});
    m_changed.notify_all();
}

void SyncPipeline::drainChecks()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_unchecked.empty() && m_taken == m_checked; });
    if (!m_batch.empty()) {
        m_unsealed.push_back(std::exchange(m_batch, {}));
        m_changed.notify_all();
    }
}

void SyncPipeline::finish()
{
    drainChecks();
    {
        std::unique_lock lock(m_mutex);
        if (m_finished) {
            return;
        }
        m_finished = true;
        m_changed.wait(lock, [&] { return m_unsealed.empty() && !m_sealing; });
        m_finishing = true;
        m_changed.notify_all();
    }
    for (std::thread& checker : m_checkers) {
        checker.join();
    }
    m_sealer.join();
}

std::set<std::string> SyncPipeline::present(const SeriesInstanceUid& series)
{
    const std::lock_guard lock(m_mutex);
    return m_series[series.value].present;
}

std::set<std::string> SyncPipeline::rejected(const SeriesInstanceUid& series)
{
    const std::lock_guard lock(m_mutex);
    return m_series[series.value].rejected;
}

bool SyncPipeline::isPresent(const SeriesInstanceUid& series, const SopInstanceUid& sop) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_series.find(series.value);
    return found != m_series.end() && found->second.present.contains(sop.value);
}

std::set<std::string> SyncPipeline::provisional(const SeriesInstanceUid& series) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_series.find(series.value);
    return found == m_series.end() ? std::set<std::string>() : found->second.provisional;
}

bool SyncPipeline::storing() const
{
    const std::lock_guard lock(m_mutex);
    return !m_outcome.storeError;
}

std::uint64_t SyncPipeline::received() const
{
    const std::lock_guard lock(m_mutex);
    return m_outcome.bytes;
}

// Hashing is most of the work: other cores do it meanwhile, and what waits goes side by side.
void SyncPipeline::checkLoop()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [&] { return m_finishing || !m_unchecked.empty(); });
        if (m_unchecked.empty()) {
            return;
        }
        const auto count = std::min(m_unchecked.size(), sha256Lanes());
        const std::uint64_t turn = m_taken;
        m_taken += count;
        std::vector<Unchecked> objects;
        for (std::size_t i = 0; i < count; ++i) {
            objects.push_back(std::move(m_unchecked.front()));
            m_unchecked.pop_front();
        }
        lock.unlock();
        const auto identities = identitiesOf(objects);
        lock.lock();
        m_changed.wait(lock, [&] { return m_checked == turn; });
        lock.unlock();
        for (std::size_t i = 0; i < count; ++i) {
            check(objects[i], identities[i]);
        }
        objects.clear();
        lock.lock();
        m_checked += count;
        m_changed.notify_all();
    }
}

std::vector<Result<ObjectIdentity>> SyncPipeline::identitiesOf(const std::vector<Unchecked>& objects) const
{
    std::vector<SharedBytes> sources;
    std::vector<BytesView> messages;
    for (const Unchecked& object : objects) {
        messages.emplace_back(*sources.emplace_back(sourceOf(object.file)));
    }
    const std::vector<Bytes> hashes = sha256Each(messages);
    std::vector<Result<ObjectIdentity>> identities;
    for (std::size_t i = 0; i < objects.size(); ++i) {
        identities.push_back(dicom::identityOf(objects[i].file, m_archive, hashes[i]));
    }
    return identities;
}

// The first object that names a patient says who it is where the archive's list did not.
bool SyncPipeline::belongsToPatient(const dicom::DataSet& header)
{
    const std::string id = header.textOr(tags::PatientID);
    const std::string issuer = header.textOr(tags::IssuerOfPatientID);
    if (m_patient.id.empty()) {
        m_patient.id = id;
    }
    if (m_patient.issuer.empty()) {
        m_patient.issuer = issuer;
    }
    return id == m_patient.id && (issuer.empty() || issuer == m_patient.issuer);
}

// What is not shown is no loss: the original comes as well.
void SyncPipeline::checkProvisional(const dicom::Part10& object, const Result<ObjectIdentity>& identity, bool mine)
{
    bool fresh = false;
    {
        const std::lock_guard lock(m_mutex);
        if (mine) {
            SeriesState& state = m_series[identity->series.value];
            fresh = !state.present.contains(identity->sop.value) && state.provisional.insert(identity->sop.value).second;
        } else {
            ++(identity ? m_outcome.mismatched : m_outcome.unreadable);
        }
        m_underway -= sourceOf(object)->size();
        m_changed.notify_all();
    }
    if (!fresh || !m_events.received) {
        return;
    }
    cache::IncomingObject whole = cache::incomingObject(object, *identity);
    whole.identity.contentVersion.clear();
    whole.provisional = true;
    m_events.received(whole);
}

void SyncPipeline::check(const Unchecked& unchecked, const Result<ObjectIdentity>& identity)
{
    const dicom::Part10& object = unchecked.file;
    const bool mine = identity && belongsToPatient(object.dataSet);
    if (unchecked.provisional) {
        checkProvisional(object, identity, mine);
        return;
    }
    bool fresh = false;
    {
        const std::lock_guard lock(m_mutex);
        const std::string series = object.dataSet.textOr(tags::SeriesInstanceUID);
        SeriesState& state = m_series[series];
        if (mine) {
            fresh = state.present.insert(identity->sop.value).second || state.held.contains(identity->sop.value);
            state.held.erase(identity->sop.value); // of what is held a second copy is compared once
            if (!m_outcome.firstHeader) {
                m_outcome.firstHeader = object.dataSet;
            }
        } else {
            state.rejected.insert(object.dataSet.textOr(tags::SOPInstanceUID));
            ++(identity ? m_outcome.mismatched : m_outcome.unreadable);
        }
        if (!fresh) {
            m_underway -= sourceOf(object)->size();
        }
    }
    if (!fresh) {
        return;
    }
    cache::IncomingObject whole = cache::incomingObject(object, *identity);
    whole.versionComputed = true;
    if (m_events.received) {
        m_events.received(whole);
    }
    toSealing(std::move(whole));
}

void SyncPipeline::toSealing(cache::IncomingObject object)
{
    const std::lock_guard lock(m_mutex);
    if (!m_batch.empty() && m_batch.front().identity.series != object.identity.series) {
        m_unsealed.push_back(std::exchange(m_batch, {}));
    }
    if (m_batch.empty()) {
        m_batchBegan = std::chrono::steady_clock::now();
    }
    m_batch.push_back(std::move(object));
    if (m_batch.size() >= m_options.batchObjects) {
        m_unsealed.push_back(std::exchange(m_batch, {}));
    }
    m_changed.notify_all();
}

// Few and large objects: nobody may wait for a full batch. Nor may what came a while ago be lost with the program.
bool SyncPipeline::batchIsDue() const
{
    return !m_batch.empty() && (m_underway >= kMostUnderway || std::chrono::steady_clock::now() >= batchDue());
}

std::chrono::steady_clock::time_point SyncPipeline::batchDue() const
{
    return m_batchBegan + std::min(kLongestBatch, kWaitPerSeal * m_sealTook);
}

void SyncPipeline::sealLoop()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        while (!m_finishing && m_unsealed.empty() && !batchIsDue()) {
            m_batch.empty() ? m_changed.wait(lock) : static_cast<void>(m_changed.wait_until(lock, batchDue()));
        }
        if (m_unsealed.empty() && !m_batch.empty()) {
            m_unsealed.push_back(std::exchange(m_batch, {}));
        }
        if (m_unsealed.empty()) {
            return;
        }
        m_sealing = true;
        std::uint64_t bytes = 0;
        const auto began = std::chrono::steady_clock::now();
        {
            const std::vector<cache::IncomingObject> batch = std::move(m_unsealed.front());
            m_unsealed.pop_front();
            lock.unlock();
            for (const auto& object : batch) {
                bytes += object.bytes->size();
            }
            seal(batch);
        }
        lock.lock();
        m_sealTook = std::chrono::steady_clock::now() - began;
        m_underway -= bytes;
        m_sealing = false;
        m_changed.notify_all();
    }
}

void SyncPipeline::seal(const std::vector<cache::IncomingObject>& batch)
{
    if (!storing()) {
        return; // after a full disk what comes is shown and not kept
    }
    const auto report = m_cache.store(batch);
    const SeriesInstanceUid series = batch.front().identity.series;
    std::int64_t stored = 0;
    std::int64_t expected = -1;
    {
        const std::lock_guard lock(m_mutex);
        if (!report) {
            m_outcome.storeError = report.error();
            m_changed.notify_all();
            return;
        }
        SeriesState& state = m_series[series.value];
        // What is changed was counted when its first version came.
        state.stored += static_cast<std::int64_t>(report->stored - std::min(report->stored, report->changed.size()));
        m_outcome.changed.insert(m_outcome.changed.end(), report->changed.begin(), report->changed.end());
        stored = state.stored;
        expected = state.expected;
    }
    if (m_events.sealed) {
        m_events.sealed(series, stored, expected);
    }
}

} // namespace akari::archive
