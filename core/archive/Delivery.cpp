#include "core/archive/Delivery.h"

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "core/archive/Proof.h"
#include "core/archive/Retry.h"
#include "core/dicom/Tags.h"

namespace akari::archive {
namespace {

using records::DeliveryState;
using records::OutboxItem;

// What one try came to.
struct Outcome {
    DeliveryState state = DeliveryState::Queued;
    std::string code;
    std::string reason;
};

// The time of a moment to come, as records write it.
class MomentClock final : public Clock {
public:
    explicit MomentClock(std::chrono::system_clock::time_point moment) : m_moment(moment) {}
    std::chrono::system_clock::time_point now() const override { return m_moment; }
    int utcOffsetMinutes() const override { return 0; }

private:
    std::chrono::system_clock::time_point m_moment;
};

constexpr std::chrono::seconds kFirstPause{30};
constexpr std::chrono::seconds kLongestPause{3600};

// After the try that makes it `attempts`: doubling, half of it drawn by chance, so that clients don't march in step. Not before the archive
// wants to be asked again.
std::string nextTryAfter(int attempts, std::chrono::seconds rest, const Clock& clock)
{
    thread_local std::mt19937_64 chance{std::random_device{}()};
    const auto whole = std::min(kFirstPause * (std::int64_t{1} << std::clamp(attempts - 1, 0, 12)), std::chrono::seconds(kLongestPause));
    const std::chrono::seconds drawn(std::uniform_int_distribution<std::int64_t>(whole.count() / 2, whole.count())(chance));
    return isoTime(MomentClock(clock.now() + std::clamp(rest, drawn, std::max(drawn, kLongestPause))));
}

// A time further off than any pause is a clock that was set back.
bool isDue(const OutboxItem& item, const Clock& clock)
{
    return item.nextTry <= isoTime(clock) || item.nextTry > isoTime(MomentClock(clock.now() + kLongestPause));
}

// The item waits and is sent again by itself; everything else needs a person.
bool isPassing(const Error& error)
{
    return error.code == "archive.unreachable" || error.code == "archive.broken" || error.code == "archive.tls" || error.code == "archive.login"
        || error.code == "archive.url" || error.code == "archive.unknown" || error.code == "archive.resting" || error.code == "archive.proxy"
        || error.code == "archive.certificate" || error.code == "archive.pin" || error.code == "login.provider" || error.code == "stopped";
}

Outcome outcomeOf(const Error& error) { return {isPassing(error) ? DeliveryState::Queued : DeliveryState::Failed, error.code, error.message}; }

// One archive's share of a run.
class Courier {
public:
    Courier(records::Records& records, const records::ArchiveSettings& settings, const StopToken& stop, KnownArchives* known)
        : m_records(records), m_client(settings, known), m_stop(stop)
    {
    }

    // The archive can't be reached: what else there is for it waits too.
    const std::optional<Error>& down() const { return m_down; }
    std::chrono::seconds restLeft() { return m_client.restLeft(); }

    Result<Outcome> deliver(const OutboxItem& item)
    {
        const auto object = m_records.signedObject(item.sop);
        if (!object) {
            return fail(object.error());
        }
        const auto ours = dicom::readPart10(std::make_shared<const Bytes>(object->part10));
        if (!ours) {
            return outcomeOf(ours.error());
        }
        if (const Status right = checkSubject(item, *ours); !right) {
            return noted(right.error());
        }
        // What was listed as stored before is only still to be proven; if the archive lost it, it is sent again.
        if (item.state == DeliveryState::Sent) {
            const auto proven = prove(item, *ours);
            if (proven || proven.error().code != "archive.notfound") {
                return proven ? *proven : noted(proven.error());
            }
        }
        const auto stored = m_client.store(item.study, object->part10, item.sop);
        if (!stored) {
            return noted(stored.error());
        }
        if (!stored->stored) {
            return Outcome{DeliveryState::Failed, stored->code, stored->reason};
        }
        if (const Status kept = m_records.setDelivery(item.id, DeliveryState::Sent, {}); !kept) {
            return fail(kept.error());
        }
        auto proven = prove(item, *ours);
        if (proven) {
            if (proven->state == DeliveryState::Failed && !stored->warning.empty()) {
                proven->reason += " " + stored->warning;
            }
            return *proven;
        }
        // It is there by the archive's word: sent, and to be proven the next time.
        const Outcome unproven = noted(proven.error());
        return Outcome{unproven.state == DeliveryState::Queued ? DeliveryState::Sent : DeliveryState::Failed, unproven.code, unproven.reason};
    }

private:
    Outcome noted(const Error& error)
    {
        if (isPassing(error)) {
            m_down = error;
        }
        return outcomeOf(error);
    }

    // The archive's own word on whose study it is, asked once a study and run.
    Status checkSubject(const OutboxItem& item, const dicom::Part10& ours)
    {
        if (ours.dataSet.textOr(dicom::tags::PatientID) != item.patientId || ours.dataSet.textOr(dicom::tags::StudyInstanceUID) != item.study.value) {
            return fail("delivery.patient", "The signed object is of another patient or study than its place in the outbox; it is not sent.");
        }
        auto known = m_studies.find(item.study.value);
        if (known == m_studies.end()) {
            StudyQuery query;
            query.study = item.study;
            const auto found = m_client.studies(query);
            if (!found) {
                return fail(found.error());
            }
            if (found->items.empty()) {
                return fail("delivery.study", "The archive does not have the study of this report; nothing is sent.");
            }
            known = m_studies.emplace(item.study.value, found->items).first;
        }
        for (const StudyResult& study : known->second) {
            const bool issuer = study.issuerOfPatientId.empty() || item.issuerOfPatientId.empty() || study.issuerOfPatientId == item.issuerOfPatientId;
            if (study.patientId != item.patientId || !issuer) {
                return fail("delivery.patient", "At the archive this study belongs to another patient; nothing is sent, ask the hospital.");
            }
            if (!study.accession.empty() && !item.accessionNumber.empty() && study.accession != item.accessionNumber) {
                return fail("delivery.accession", "At the archive this study has another accession number; nothing is sent, ask the hospital.");
            }
        }
        return {};
    }

    Result<Outcome> prove(const OutboxItem& item, const dicom::Part10& ours)
    {
        const SeriesInstanceUid series(ours.dataSet.textOr(dicom::tags::SeriesInstanceUID));
        const auto theirs = withRetries(RetryPolicy{}, m_stop, [&] { return m_client.retrieveObject(item.study, series, item.sop, m_stop); });
        if (!theirs) {
            return fail(theirs.error());
        }
        if (const auto difference = differenceOf(ours, *theirs)) {
            return Outcome{DeliveryState::Failed, "delivery.altered",
                           "The archive keeps other content under this object's identity (" + *difference + "); ask the hospital."};
        }
        return Outcome{DeliveryState::Archived, {}, {}};
    }

    records::Records& m_records;
    DicomWebClient m_client;
    StopToken m_stop;
    std::map<std::string, std::vector<StudyResult>> m_studies;
    std::optional<Error> m_down;
};

struct Couriers {
    records::Records& records;
    StopToken stop;
    KnownArchives* known;
    std::map<std::string, std::unique_ptr<Courier>> byArchive;

    std::chrono::seconds restLeft(const std::string& archive)
    {
        const auto courier = byArchive.find(archive);
        return courier != byArchive.end() && courier->second ? courier->second->restLeft() : std::chrono::seconds(0);
    }
    Result<Outcome> deliver(const OutboxItem& item)
    {
        auto& courier = byArchive[item.archive];
        if (!courier) {
            const auto settings = records.archive(item.archive);
            if (!settings) {
                return outcomeOf(settings.error());
            }
            courier = std::make_unique<Courier>(records, *settings, stop, known);
        }
        if (courier->down()) {
            return Outcome{item.state == DeliveryState::Sent ? DeliveryState::Sent : DeliveryState::Queued, courier->down()->code, courier->down()->message};
        }
        auto outcome = courier->deliver(item);
        // What was sent once stays so until it is proven or refuted.
        if (outcome && item.state == DeliveryState::Sent && outcome->state == DeliveryState::Queued) {
            outcome->state = DeliveryState::Sent;
        }
        return outcome;
    }
};

// The one sender's turn.
class Turn {
public:
    // Without a token: only if it is free.
    Turn(records::Records& records, const StopToken* stop) : m_records(records)
    {
        do {
            m_has = records.beginSending(std::chrono::milliseconds(stop != nullptr ? 100 : 0));
        } while (!m_has && stop != nullptr && !stop->stopRequested());
    }
    ~Turn()
    {
        if (m_has) {
            m_records.endSending();
        }
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return m_has; }

private:
    records::Records& m_records;
    bool m_has = false;
};

Result<DeliveryReport> deliverThose(records::Records& records, const std::function<bool(const OutboxItem&)>& wanted, const Clock& clock, const StopToken& stop,
                                    KnownArchives* known)
{
    const auto before = records.outbox();
    if (!before) {
        return fail(before.error());
    }
    DeliveryReport report;
    std::set<std::int64_t> tried;
    Couriers couriers{records, stop, known, {}};
    for (const OutboxItem& item : *before) {
        if (!records::isWaiting(item.state) || !wanted(item) || stop.stopRequested()) {
            continue;
        }
        ++report.tried;
        tried.insert(item.id);
        const auto outcome = couriers.deliver(item);
        if (!outcome) {
            return fail(outcome.error());
        }
        report.archived += outcome->state == DeliveryState::Archived ? 1 : 0;
        const bool again = outcome->state == DeliveryState::Queued || outcome->state == DeliveryState::Sent;
        const records::DeliveryNote note{outcome->state, outcome->code, outcome->reason,
                                         again ? nextTryAfter(item.attempts + 1, couriers.restLeft(item.archive), clock) : std::string()};
        if (const Status kept = records.setDelivery(item.id, note); !kept) {
            return fail(kept.error());
        }
    }
    const auto after = records.outbox();
    if (!after) {
        return fail(after.error());
    }
    for (const OutboxItem& item : *after) {
        if (tried.contains(item.id)) {
            report.items.push_back(item);
        }
    }
    return report;
}

} // namespace

Result<DeliveryReport> deliver(records::Records& records, const std::string& reportId, StopToken stop, KnownArchives* known)
{
    const Turn turn(records, &stop);
    if (!turn) {
        return DeliveryReport{};
    }
    return deliverThose(records, [&](const OutboxItem& item) { return reportId.empty() || item.reportId == reportId; }, SystemClock(), stop, known);
}

Result<DeliveryReport> deliverUnasked(records::Records& records, Which which, const Clock& clock, StopToken stop, KnownArchives* known)
{
    const Turn turn(records, nullptr);
    if (!turn) {
        return DeliveryReport{};
    }
    return deliverThose(
        records, [&](const OutboxItem& item) { return item.state != DeliveryState::Failed && (which == Which::Waiting || isDue(item, clock)); }, clock, stop,
        known);
}

} // namespace akari::archive
