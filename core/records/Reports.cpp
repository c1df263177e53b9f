// Drafts and signing.
#include "core/records/RecordsImpl.h"

namespace akari::records {
namespace {

Bytes draftRow(BytesView report, std::int64_t revision)
{
    Bytes row(report.begin(), report.end());
    const std::string number = std::to_string(revision);
    row.insert(row.end(), number.begin(), number.end());
    return row;
}

Json draftJson(const Draft& draft)
{
    return {{"id", draft.id}, {"archive", draft.archive}, {"study", draft.study.value}, {"json", draft.json},
            {"state", draft.state}, {"savedAt", draft.savedAt}, {"predecessor", draft.predecessor}};
}

// What a person has thrown away takes no more text and is not signed.
void refuseDiscarded(const Draft& draft)
{
    if (draft.state == "discarded") {
        refuse("report.discarded", "This draft was discarded; start a new report.");
    }
}

constexpr const char* kNewestDrafts =
    "SELECT report, revision, sealed FROM draft d WHERE revision = (SELECT max(revision) FROM draft WHERE report = d.report)";

} // namespace

Draft Records::Impl::draftOf(SQLite::Statement& row)
{
    const Bytes report = blobOf(row, 0);
    const std::int64_t revision = row.getColumn(1).getInt64();
    const Json value = database->unsealJson(blobOf(row, 2), "draft", draftRow(report, revision));
    Draft draft;
    draft.id = value.at("id");
    draft.archive = value.at("archive");
    draft.study = StudyInstanceUid(value.at("study").get<std::string>());
    draft.json = value.at("json");
    draft.revision = revision;
    draft.state = value.at("state");
    draft.savedAt = value.at("savedAt");
    draft.predecessor = value.at("predecessor");
    return draft;
}

Draft Records::Impl::newestDraft(const std::string& id)
{
    SQLite::Statement query(database->connection(),
                            "SELECT report, revision, sealed FROM draft WHERE report = ? ORDER BY revision DESC LIMIT 1");
    bindBlob(query, 1, reportHash(id));
    if (!query.executeStep()) {
        refuse("report.unknown", "There is no report with this id in the data folder; list the drafts to find it.");
    }
    return draftOf(query);
}

void Records::Impl::appendDraft(const Draft& draft)
{
    const Bytes report = reportHash(draft.id);
    SQLite::Statement insert(database->connection(), "INSERT INTO draft(report, revision, place, sealed) VALUES(?, ?, ?, ?)");
    bindBlob(insert, 1, report);
    insert.bind(2, draft.revision);
    bindBlob(insert, 3, placeHash(draft.archive, draft.study));
    bindBlob(insert, 4, database->sealJson(draftJson(draft), "draft", draftRow(report, draft.revision)));
    insert.exec();
}

Result<Draft> Records::saveDraft(Draft draft)
{
    const std::lock_guard lock(m_impl->mutex);
    const Status done = m_impl->database->write([&] {
        if (draft.id.empty()) {
            draft.id = toHex(randomBytes(8));
            draft.revision = 1;
        } else {
            const Draft before = m_impl->newestDraft(draft.id);
            if (before.state == "final") {
                refuse("report.final", "This report is signed and can't be changed; start an addendum or a correction.");
            }
            refuseDiscarded(before);
            if (before.archive != draft.archive || before.study != draft.study) {
                refuse("report.study", "This draft belongs to another study; open that study to go on with it.");
            }
            draft.revision = before.revision + 1;
        }
        draft.state = "draft";
        draft.savedAt = isoTime(m_impl->clock);
        m_impl->appendDraft(draft);
    });
    if (!done) {
        return fail(done.error());
    }
    m_impl->changes.note(draft.archive, draft.study);
    return draft;
}

Result<Draft> Records::draft(const std::string& id) const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->database->guarded([&]() -> Result<Draft> { return m_impl->newestDraft(id); });
}

std::vector<Draft> Records::Impl::allDrafts()
{
    std::vector<Draft> found;
    SQLite::Statement query(database->connection(), std::string(kNewestDrafts) + " ORDER BY id");
    while (query.executeStep()) {
        found.push_back(draftOf(query));
    }
    std::erase_if(found, [](const Draft& draft) { return draft.state == "discarded"; });
    return found;
}

Status Records::discardDraft(const std::string& id)
{
    const std::lock_guard lock(m_impl->mutex);
    StudyPlace place;
    const Status done = m_impl->database->write([&] {
        Draft draft = m_impl->newestDraft(id);
        place = {draft.archive, draft.study};
        if (draft.state == "final") {
            refuse("report.final", "This report is signed and can't be discarded; start an addendum or a correction.");
        }
        refuseDiscarded(draft);
        ++draft.revision;
        draft.state = "discarded";
        draft.savedAt = isoTime(m_impl->clock);
        m_impl->appendDraft(draft);
        m_impl->appendAudit("report.discarded", draft.id);
    });
    if (done) {
        m_impl->changes.note(place.archive, place.study);
    }
    return done;
}

Result<std::vector<Draft>> Records::drafts() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->database->guarded([&]() -> Result<std::vector<Draft>> { return m_impl->allDrafts(); });
}

Result<std::optional<Draft>> Records::openDraftOf(const std::string& archive, const StudyInstanceUid& study) const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->database->guarded([&]() -> Result<std::optional<Draft>> {
        for (Draft& draft : m_impl->draftsOf(m_impl->placeHash(archive, study))) {
            if (draft.state != "final") {
                return std::optional<Draft>(std::move(draft));
            }
        }
        return std::optional<Draft>();
    });
}

Status Records::sign(const std::string& draftId, const std::string& finalJson, std::vector<SignedObject> objects)
{
    const std::lock_guard lock(m_impl->mutex);
    StudyPlace place;
    const Status done = m_impl->database->write([&] {
        Draft draft = m_impl->newestDraft(draftId);
        place = {draft.archive, draft.study};
        if (draft.state == "final") {
            refuse("report.signed", "This report is signed already; start an addendum or a correction.");
        }
        refuseDiscarded(draft);
        if (objects.empty()) {
            refuse("report.object", "A signed report has at least one object; write the report's objects first.");
        }
        ++draft.revision;
        draft.state = "final";
        draft.json = finalJson;
        draft.savedAt = isoTime(m_impl->clock);
        m_impl->appendDraft(draft);
        for (SignedObject& object : objects) {
            if (object.item.study != draft.study || object.item.archive != draft.archive || object.item.sop.empty() || object.part10.empty()) {
                refuse("report.study", "An object of this report belongs to another study; write the report's objects anew.");
            }
            object.item.reportId = draftId;
            object.item.state = DeliveryState::Queued;
            object.item.reason.clear();
            object.item.code.clear();
            object.item.nextTry.clear();
            object.item.attempts = 0;
            object.item.sha256 = sha256Hex(object.part10);
            object.item.updatedAt = draft.savedAt;
            m_impl->insertObject(object);
        }
    });
    if (done) {
        m_impl->changes.note(place.archive, place.study);
        m_impl->backUp();
    }
    return done;
}

StudyChanges Records::changesSince(std::uint64_t counter) const
{
    StudyChanges changes = m_impl->changes.since(counter);
    if (m_impl->database->readOnly()) {
        changes.everything = true;
        changes.studies.clear();
    }
    return changes;
}

std::vector<Draft> Records::Impl::draftsOf(const Bytes& place)
{
    std::vector<Draft> found;
    SQLite::Statement query(database->connection(), std::string(kNewestDrafts) + " AND place = ? ORDER BY id DESC");
    bindBlob(query, 1, place);
    while (query.executeStep()) {
        found.push_back(draftOf(query));
    }
    std::erase_if(found, [](const Draft& draft) { return draft.state == "discarded"; });
    return found;
}

Result<StudyReports> Records::reportsOf(const std::string& archive, const StudyInstanceUid& study) const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->database->guarded([&]() -> Result<StudyReports> {
        StudyReports reports;
        for (const Draft& draft : m_impl->draftsOf(m_impl->placeHash(archive, study))) {
            reports.openDraft = reports.openDraft || draft.state == "draft";
        }
        reports.outbox = m_impl->itemsOf(archive, study);
        return reports;
    });
}

} // namespace akari::records
