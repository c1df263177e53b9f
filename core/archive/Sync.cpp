#include "core/archive/Sync.h"

#include "core/archive/ClientImpl.h"
#include "core/archive/StreamMeter.h"
#include "core/archive/StudySync.h"
#include "core/dicom/Tags.h"

namespace akari::archive {
namespace {

namespace tags = dicom::tags;

bool isDocument(const std::string& modality)
{
    static const std::set<std::string> kDocuments{"SR", "KO", "PR", "DOC", "RTPLAN", "RTRECORD", "REG", "FID", "AU", "PLAN", "ASMT"};
    return kDocuments.contains(modality);
}

// A series of which more than this is here already is completed object by object: its stream would bring all of it again.
constexpr std::size_t kStreamWhileHeldBelow = 50; // one in so many

constexpr std::chrono::milliseconds kLookAtEye{30};

constexpr std::chrono::milliseconds kMiddleAhead{250}; // at most

constexpr std::int64_t kListedAtOnce = 400; // instances: their list costs the archive half a second at worst
constexpr unsigned kWhileListing = 3; // connections
constexpr double kWorthListing = 3;         // seconds of a stream that is still to come

constexpr std::uint64_t kEnoughToTell = 4 << 20; // bytes, of a line's rate

constexpr std::size_t kSmall = 64 << 10; // bytes: not worth a transcode

// Uncompressed grey slices whose transcode shows all that the original shows: overlays in spare bits would be lost.
bool isWorthCopy(const dicom::Part10& original)
{
    const dicom::DataSet& d = original.dataSet;
    bool overlays = false;
    for (std::uint16_t group = 0x6000; group <= 0x601E; group += 2) {
        overlays = overlays || d.has({group, 0x0010});
    }
    const auto bits = d.integer(tags::BitsAllocated).value_or(0);
    const bool grey = d.textOr(tags::PhotometricInterpretation).starts_with("MONOCHROME") && (bits == 8 || bits == 16);
    const bool single = d.integer(tags::NumberOfFrames).value_or(1) == 1 && original.pixelDataOffset > 0;
    return grey && single && !overlays && !original.encapsulated && sourceOf(original)->size() >= kSmall;
}

// Series that are scrolled through slice by slice, and long enough for a reader to wait for.
bool hasPlaces(const SeriesResult& series)
{
    static const std::set<std::string> kSliced{"CT", "MR", "PT", "NM"};
    return kSliced.contains(series.modality) && series.instances >= 8;
}

} // namespace

Result<SyncReport> StudySync::run()
{
    fetchFirst();
    if (const Status listed = list(); !listed) {
        return fail(listed.error());
    }
    fetchMiddle();
    const auto known = m_options.lines ? m_options.lines->of(archiveName()) : std::nullopt;
    m_report.homeLine = known && *known < kHomeLineBelow;
    m_rateKnown = known.has_value();
    auto series = m_series.begin();
    while (series != m_series.end() && !m_report.homeLine && awaitTurn()) {
        fetchSeries(*series);
        // A series whose stream was given up goes on with those that follow it: the eye may be on any of them.
        series += m_report.homeLine ? 0 : 1;
    }
    if (m_report.homeLine && !ended()) {
        fetchOneByOne(series);
    }
    joinFirst();
    m_pipeline.finish();
    conclude();
    return std::move(m_report);
}

// The instance under the eye has a connection of its own and does not wait for the lists, only for the patient's identity.
void StudySync::fetchFirst()
{
    if (m_options.firstSeries.empty() || m_options.firstInstance.empty()) {
        return;
    }
    m_first = std::thread([this, listed = m_listedPromise.get_future().share()] {
        auto object = m_client.retrieveObject(m_study, m_options.firstSeries, m_options.firstInstance, m_stop);
        listed.wait();
        // Failing is no problem yet: the stream brings it too.
        if (object && m_isListed.load()) {
            m_pipeline.push(std::move(*object));
        }
    });
}

// Of a long series an archive needs some hundred milliseconds before its stream begins or its list is there, and answers nothing else
// meanwhile. Until then one slice of it can be looked at: it is asked for ahead of both.
void StudySync::fetchMiddle()
{
    if (m_first.joinable() || m_series.empty()) {
        return;
    }
    const SeriesResult& series = m_series.front();
    if (series.instances < kListedAtOnce || !hasPlaces(series) || !m_held[series.series.value].empty()) {
        return;
    }
    std::promise<void> came;
    auto ahead = came.get_future();
    m_first = std::thread([this, &series, came = std::move(came)]() mutable {
        auto object = m_client.retrieveMiddle(m_study, series.series, series.instances, m_stop);
        came.set_value();
        if (object) {
            m_pipeline.push(std::move(*object));
        }
    });
    static_cast<void>(ahead.wait_for(kMiddleAhead));
}

void StudySync::joinFirst()
{
    if (m_first.joinable()) {
        m_first.join();
    }
}

Status StudySync::list()
{
    if (!awaitTurn()) {
        return fail("stopped", "The transfer was stopped.");
    }
    auto series = std::async(std::launch::async, [this] { return retrying([this] { return m_client.series(m_study, -1, m_stop); }); });
    StudyQuery query;
    query.study = m_study;
    const auto studies = retrying([&] { return m_client.studies(query, m_stop); });
    const auto listed = series.get();
    if (!studies) {
        return fail(studies.error());
    }
    if (studies->items.empty()) {
        return fail("archive.notfound", "The archive does not have this study.");
    }
    if (!listed) {
        return fail(listed.error());
    }
    m_found = studies->items.front();
    m_series = listed->items;
    m_report.moreThanListed = listed->incomplete || (m_found.series >= 0 && static_cast<std::int64_t>(m_series.size()) < m_found.series);
    const auto rank = [&](const SeriesResult& one) { return one.series == m_options.firstSeries ? 0 : isDocument(one.modality) ? 2 : 1; };
    std::stable_sort(m_series.begin(), m_series.end(), [&](const SeriesResult& a, const SeriesResult& b) {
        return std::pair(rank(a), a.number) < std::pair(rank(b), b.number);
    });
    if (const Status put = m_cache.putStudy(recordOf(archiveName(), m_found)); !put) {
        problem(put.error());
    }
    for (const SeriesResult& one : m_series) {
        openSeries(one);
    }
    if (m_events.listed) {
        m_events.listed(m_found, m_series);
    }
    m_pipeline.setPatient({m_found.patientId, m_found.issuerOfPatientId});
    m_isListed.store(true);
    m_listedPromise.set_value();
    m_listedPromise = {};
    return {};
}

void StudySync::openSeries(const SeriesResult& series)
{
    const auto known = m_cache.objects(archiveName(), m_study, series.series);
    auto& held = m_held[series.series.value];
    if (known) {
        for (const cache::ObjectRecord& object : *known) {
            held.insert(object.identity.sop.value);
        }
    }
    m_pipeline.beginSeries(series.series, held, series.instances, m_options.again);
    if (m_options.again) {
        held.clear();
    }
    cache::SeriesRecord record;
    record.series = series.series;
    record.modality = series.modality;
    record.seriesNumber = series.number;
    record.description = series.description;
    record.expected = series.instances;
    if (const Status put = m_cache.putSeries(archiveName(), m_study, record); !put) {
        problem(put.error());
    }
}

bool StudySync::heldWhole(const SeriesResult& series)
{
    if (series.instances < 0 || m_held[series.series.value].size() != static_cast<std::size_t>(series.instances)) {
        return false;
    }
    if (m_events.sealed) {
        m_events.sealed(series.series, series.instances, series.instances);
    }
    return true;
}

void StudySync::fetchSeries(const SeriesResult& series)
{
    if (heldWhole(series)) {
        return;
    }
    const std::size_t held = m_held[series.series.value].size();
    const auto expected = static_cast<std::size_t>(std::max<std::int64_t>(0, series.instances));
    // What is missing of a series that is here in part is fetched one by one; else the series comes as a stream.
    const bool few = series.instances >= 0 && held > 0 && (held * kStreamWhileHeldBelow > expected || expected - held <= 32);
    m_someListed = false;
    m_firstPage.clear();
    if (hasUseForList(series) && series.instances <= kListedAtOnce) {
        beginList(series);
    }
    std::atomic<bool> streamed{few};
    std::thread eye([&] { followEye(series, streamed); });
    const bool whole = !few && stream(series);
    streamed = true;
    eye.join();
    if (m_listing.valid()) {
        m_listing.get();
    }
    m_pipeline.drainChecks();
    if (m_report.homeLine) {
        return;
    }
    const std::size_t present = m_pipeline.present(series.series).size();
    if (!ended() && !(whole && series.instances >= 0 && present == expected)) {
        fetchMissing(series);
    }
}

// A stream has an order of its own; what the reader looks at meanwhile, and has not come, is asked for beside it. Few: the stream brings it
// again.
void StudySync::followEye(const SeriesResult& series, const std::atomic<bool>& done)
{
    std::set<std::string> asked;
    const auto most = static_cast<std::size_t>(std::max<std::int64_t>(1, series.instances / kStreamWhileHeldBelow / 2));
    while (m_options.eye && !done && !ended() && asked.size() < most) {
        std::this_thread::sleep_for(kLookAtEye);
        const auto eye = m_options.eye();
        if (!eye || eye->sop.empty() || done || m_pipeline.isPresent(eye->series, eye->sop) || !asked.insert(eye->sop.value).second) {
            continue;
        }
        if (auto object = m_client.retrieveObject(m_study, eye->series, eye->sop, m_stop)) {
            m_pipeline.push(std::move(*object));
        }
    }
}

// So that a stack has its length and its gaps before its slices, and a stream that proves slow can be given up without waiting.
bool StudySync::hasUseForList(const SeriesResult& series) const
{
    return (m_events.placed && hasPlaces(series)) || (!m_rateKnown && series.instances >= 32);
}

// Beside the stream. Without it nothing is lost.
void StudySync::beginList(const SeriesResult& series)
{
    m_listing = std::async(std::launch::async, [this, &series] {
        place(series);
        m_someListed = true;
    });
}

void StudySync::place(const SeriesResult& series)
{
    auto listed = m_client.instances(m_study, series.series, series.instances, m_stop);
    if (listed && !m_stop.stopRequested()) {
        keepList(series, std::move(*listed));
    }
}

void StudySync::keepList(const SeriesResult& series, Found<InstanceResult> list)
{
    if (m_events.placed && hasPlaces(series)) {
        m_events.placed(series.series, list.items);
    }
    m_lists[series.series.value] = std::move(list);
}

// Enough to go on with one by one while the rest is listed.
void StudySync::beginFirstPage(const SeriesResult& series)
{
    m_listing = std::async(std::launch::async, [this, &series] {
        StopSource enough;
        const auto keep = [&](const std::vector<InstanceResult>& page) {
            m_firstPage = page;
            enough.requestStop();
        };
        auto all = m_client.instances(m_study, series.series, series.instances, keep, enough.token().joinedWith(m_stop));
        if (all && !m_stop.stopRequested()) {
            keepList(series, std::move(*all)); // it fitted into that page
        }
        m_someListed = true;
    });
}

// What place() has brought already, else asked for now; `page` gets it in parts.
Result<Found<InstanceResult>> StudySync::listOf(const SeriesResult& series, const DicomWebClient::InstancePage& page)
{
    const auto known = m_lists.find(series.series.value);
    if (known != m_lists.end()) {
        return known->second;
    }
    auto listed = retrying([&] { return m_client.instances(m_study, series.series, series.instances, page, m_whilePatient); });
    if (listed && m_events.placed && hasPlaces(series)) {
        m_events.placed(series.series, listed->items);
    }
    return listed;
}

// A long list costs an archive seconds of the same processors that send the stream, so it is asked for when the stream's first objects
// have shown that there is time for it.
void StudySync::judgeLine(const SeriesResult& series, const StreamMeter& meter)
{
    if (!meter.bitsPerSecond() || m_listing.valid() || !hasUseForList(series)) {
        return;
    }
    if (*meter.bitsPerSecond() < kHomeLineBelow) {
        beginFirstPage(series);
        return;
    }
    const double came = static_cast<double>(meter.objects()) * meter.bytesPerObject();
    const double left = static_cast<double>(series.instances - meter.objects()) * meter.bytesPerObject() * 8 / *meter.bitsPerSecond();
    // The first megabyte may pass for a fast line, and a whole list that was begun then keeps a slow one waiting.
    if (came > static_cast<double>(kEnoughToTell) && left > kWorthListing) {
        beginList(series);
    }
}

// Whether the archive closed the stream in order. A stream that shows a slow line is given up once a list or its first page is there (until
// then what it brings is as good as anything): the rest comes in the order for the eye. One that is in a more urgent transfer's way is given
// up at once.
bool StudySync::stream(const SeriesResult& series)
{
    const Lanes::Lane lane = m_options.lanes ? m_options.lanes->enter(m_options.priority, m_stop) : Lanes::Lane();
    bool any = false;
    bool yielded = false;
    StreamMeter meter;
    StopSource enough;
    const auto report = retrying([&]() -> Result<DicomWebClient::StreamReport> {
        auto done = m_client.retrieveSeriesObjects(
            m_study, series.series,
            [&](dicom::Part10 object) {
                any = true;
                meter.arrived(sourceOf(object)->size());
                m_pipeline.push(std::move(object));
                judgeLine(series, meter);
                const bool slow = meter.bitsPerSecond() && *meter.bitsPerSecond() < kHomeLineBelow;
                yielded = yielded || mustYield();
                if (((yielded || (slow && m_someListed)) && meter.objects() + 16 < series.instances) || ended()) {
                    enough.requestStop();
                }
            },
            enough.token().joinedWith(m_stop));
        const bool givenUp = enough.token().stopRequested();
        m_report.homeLine = givenUp && !yielded && !ended();
        // What came before the cut is kept, and the rest asked for by name.
        if (!done && any && (isWorthRetrying(done.error()) || givenUp)) {
            return DicomWebClient::StreamReport{};
        }
        return done;
    });
    if (m_options.lines && meter.bitsPerSecond()) {
        m_options.lines->note(archiveName(), *meter.bitsPerSecond());
    }
    if (!report) {
        problem(report.error());
        return false;
    }
    if (report->foreign > 0) {
        problem({"archive.mismatch",
                 "The archive mixed objects of another series into its answer; they were thrown away and the right ones fetched.",
                 std::to_string(report->foreign) + " objects"});
    }
    return report->closed;
}

std::unique_ptr<InstanceFetcher> StudySync::makeFetcher()
{
    return std::make_unique<InstanceFetcher>(
        m_options.connections, [this](const WantedInstance& wanted) { fetchInstance(wanted); }, m_options.eye, m_options.lanes,
        m_options.priority, m_stop);
}

void StudySync::fetchMissing(const SeriesResult& series)
{
    const auto fetcher = makeFetcher();
    queueMissing(series, *fetcher);
    fetcher->finish();
    m_pipeline.drainChecks();
}

// Their lists are asked for while the first instances travel.
void StudySync::fetchAll(std::vector<SeriesResult>::const_iterator from)
{
    const auto fetcher = makeFetcher();
    for (; from != m_series.end() && awaitTurn(); ++from) {
        if (!heldWhole(*from)) {
            queueMissing(*from, *fetcher);
        }
    }
    fetcher->finish();
    m_pipeline.drainChecks();
}

// Every series from here on.
void StudySync::fetchOneByOne(std::vector<SeriesResult>::const_iterator from)
{
    const auto began = std::chrono::steady_clock::now();
    const std::uint64_t before = m_pipeline.received();
    m_copiesFirst = m_options.losslessFirst;
    fetchAll(from);
    if (std::exchange(m_copiesFirst, false) && !ended()) {
        fetchAll(from);
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
    const std::uint64_t bytes = m_pipeline.received() - before;
    // The line may have become another one; a short run says little.
    if (m_options.lines && bytes > kEnoughToTell && taken.count() > 0.5) {
        m_options.lines->note(archiveName(), static_cast<double>(bytes) * 8 / taken.count());
    }
}

void StudySync::queueMissing(const SeriesResult& series, InstanceFetcher& fetcher)
{
    if (!m_firstPage.empty()) {
        queue(series, std::exchange(m_firstPage, {}), fetcher); // of this series: it is the one whose stream was given up
    }
    // A long list is work for the archive, and what it names is needed soonest: fewer retrievals are in its way meanwhile.
    fetcher.useAtMost(series.instances > kListedAtOnce && !m_lists.contains(series.series.value) ? kWhileListing : 0);
    const auto listed = patiently([&] { return listOf(series, [&](const std::vector<InstanceResult>& page) { queue(series, page, fetcher); }); });
    fetcher.useAtMost(0);
    if (!listed) {
        const std::lock_guard lock(m_problemMutex);
        problem(listed.error());
        m_allListed = false;
        return;
    }
    m_report.moreThanListed = m_report.moreThanListed || listed->incomplete;
    auto& all = m_instances[series.series.value];
    all.clear();
    for (const InstanceResult& one : listed->items) {
        all.push_back(one.sop);
    }
    queue(series, listed->items, fetcher);
    m_lists[series.series.value] = *listed;
}

void StudySync::queue(const SeriesResult& series, const std::vector<InstanceResult>& listed, InstanceFetcher& fetcher)
{
    const std::set<std::string> present = m_pipeline.present(series.series);
    const std::set<std::string> rejected = m_pipeline.rejected(series.series);
    std::vector<SopInstanceUid> missing;
    for (const InstanceResult& one : listed) {
        if (!present.contains(one.sop.value) && !rejected.contains(one.sop.value)) {
            missing.push_back(one.sop);
        }
    }
    fetcher.add(series.series, listed, missing);
}

void StudySync::fetchInstance(const WantedInstance& wanted)
{
    if (!m_pipeline.storing() || ended() || givenUp()) {
        return;
    }
    if (!m_copiesFirst || !fetchCopy(wanted)) {
        fetchOriginal(wanted);
    }
}

void StudySync::fetchOriginal(const WantedInstance& wanted)
{
    auto object = patiently([&] { return m_client.retrieveObject(m_study, wanted.series, wanted.sop, m_whilePatient); });
    if (!object) {
        const std::lock_guard lock(m_problemMutex);
        problem(object.error());
        return;
    }
    {
        const std::lock_guard lock(m_copiesMutex);
        m_worthCopies.try_emplace(wanted.series.value, isWorthCopy(*object));
    }
    m_pipeline.push(std::move(*object));
}

// Whether something came lately, by its own account of when it was last asked.
bool StudySync::isPatient()
{
    const std::lock_guard lock(m_patienceMutex);
    const auto now = std::chrono::steady_clock::now();
    if (const std::uint64_t received = m_pipeline.received(); received != m_receivedThen) {
        m_receivedThen = received;
        m_lastReceived = now;
    }
    return !ended() && !givenUp() && now - m_lastReceived < m_options.patience;
}

// Whether a lossless transcode came, or failed to for a reason that the original need not wait for now: it comes in the next pass.
bool StudySync::fetchCopy(const WantedInstance& wanted)
{
    {
        const std::lock_guard lock(m_copiesMutex);
        const auto known = m_worthCopies.find(wanted.series.value);
        if (known == m_worthCopies.end() || !known->second) {
            return false; // the first original says what the others are
        }
    }
    auto copy = m_client.retrieveTranscoded(m_study, wanted.series, wanted.sop, m_stop); // not tried twice: its original comes
    if (!copy && copy.error().code == "archive.notranscode") {
        const std::lock_guard lock(m_copiesMutex);
        m_worthCopies[wanted.series.value] = false;
        return false;
    }
    if (copy) {
        m_pipeline.pushProvisional(std::move(*copy));
    }
    return true;
}

Result<SyncReport> syncStudy(DicomWebClient& client, cache::Cache& cache, const StudyInstanceUid& study, const SyncOptions& options,
                             const SyncEvents& events, const Clock& clock, StopToken stop)
{
    const cache::Hold arriving = cache.hold(client.settings().name, study); // what travels is not evicted
    return StudySync(client, cache, study, options, events, clock, std::move(stop)).run();
}

Result<std::vector<StudyResult>> priorsOf(DicomWebClient& client, const StudyResult& current, StopToken stop)
{
    std::vector<StudyResult> priors;
    if (current.patientId.empty()) {
        return priors; // the empty ID is everybody's
    }
    StudyQuery query;
    query.patientId = current.patientId;
    auto found = client.studies(query, std::move(stop));
    if (!found) {
        return fail(found.error());
    }
    for (StudyResult& study : found->items) {
        const bool sameIssuer =
            study.issuerOfPatientId.empty() || current.issuerOfPatientId.empty() || study.issuerOfPatientId == current.issuerOfPatientId;
        if (sameIssuer && study.study != current.study) {
            priors.push_back(std::move(study));
        }
    }
    std::stable_sort(priors.begin(), priors.end(), [](const StudyResult& a, const StudyResult& b) {
        return std::pair(a.studyDate, a.studyTime) > std::pair(b.studyDate, b.studyTime);
    });
    return priors;
}

} // namespace akari::archive
