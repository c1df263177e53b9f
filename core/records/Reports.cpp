// Drafts, signing and the outbox.
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

Json factsJson(const OutboxItem& item)
{
    return {{"report", item.reportId}, {"archive", item.archive}, {"study", item.study.value}, {"patientId", item.patientId},
            {"issuer", item.issuerOfPatientId}, {"accession", item.accessionNumber}, {"sop", item.sop.value}, {"kind", item.kind},
            {"sha256", item.sha256}};
}

Json deliveryJson(const OutboxItem& item)
{
    return {{"state", static_cast<int>(item.state)}, {"reason", item.reason}, {"attempts", item.attempts}, {"updatedAt", item.updatedAt}};
}

constexpr const char* kNewestDrafts =
    "SELECT report, revision, sealed FROM draft d WHERE revision = (SELECT max(revision) FROM draft WHERE report = d.report)";
constexpr const char* kItems = "SELECT id, sop, sealed, delivery FROM outbox";

} // namespace

const char* text(DeliveryState state)
{
    switch (state) {
    case DeliveryState::Queued: return "queued";
    case DeliveryState::Sent: return "sent";
    case DeliveryState::Archived: return "archived";
    case DeliveryState::Failed: return "failed";
    }
    return "queued";
}

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
    return found;
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
        SQLite::Statement query(m_impl->database->connection(), std::string(kNewestDrafts) + " AND place = ? ORDER BY id DESC");
        bindBlob(query, 1, m_impl->placeHash(archive, study));
        while (query.executeStep()) {
            if (Draft draft = m_impl->draftOf(query); draft.state != "final") {
                return std::optional<Draft>(std::move(draft));
            }
        }
        return std::optional<Draft>();
    });
}

void Records::Impl::insertObject(const SignedObject& object)
{
    const Bytes sop = sopHash(object.item.sop);
    SQLite::Statement known(database->connection(), "SELECT 1 FROM outbox WHERE sop = ?");
    bindBlob(known, 1, sop);
    if (known.executeStep()) {
        refuse("report.object", "An object of this report has the identity of one that was signed before; write the report's objects anew.");
    }
    SQLite::Statement item(database->connection(), "INSERT INTO outbox(sop, report, sealed, delivery) VALUES(?, ?, ?, ?)");
    bindBlob(item, 1, sop);
    bindBlob(item, 2, reportHash(object.item.reportId));
    bindBlob(item, 3, database->sealJson(factsJson(object.item), "outbox", sop));
    bindBlob(item, 4, database->sealJson(deliveryJson(object.item), "delivery", sop));
    item.exec();
    SQLite::Statement bytes(database->connection(), "INSERT INTO object(sop, sealed) VALUES(?, ?)");
    bindBlob(bytes, 1, sop);
    bindBlob(bytes, 2, database->seal(object.part10, "object", sop));
    bytes.exec();
}

Status Records::sign(const std::string& draftId, const std::string& finalJson, std::vector<SignedObject> objects)
{
    const std::lock_guard lock(m_impl->mutex);
    const Status done = m_impl->database->write([&] {
        Draft draft = m_impl->newestDraft(draftId);
        if (draft.state == "final") {
            refuse("report.signed", "This report is signed already; start an addendum or a correction.");
        }
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
            object.item.attempts = 0;
            object.item.sha256 = sha256Hex(object.part10);
            object.item.updatedAt = draft.savedAt;
            m_impl->insertObject(object);
        }
    });
    if (done) {
        m_impl->backUp();
    }
    return done;
}

OutboxItem Records::Impl::itemOf(SQLite::Statement& row)
{
    const Bytes sop = blobOf(row, 1);
    const Json facts = database->unsealJson(blobOf(row, 2), "outbox", sop);
    const Json delivery = database->unsealJson(blobOf(row, 3), "delivery", sop);
    OutboxItem item;
    item.id = row.getColumn(0).getInt64();
    item.reportId = facts.at("report");
    item.archive = facts.at("archive");
    item.study = StudyInstanceUid(facts.at("study").get<std::string>());
    item.patientId = facts.at("patientId");
    item.issuerOfPatientId = facts.at("issuer");
    item.accessionNumber = facts.at("accession");
    item.sop = SopInstanceUid(facts.at("sop").get<std::string>());
    item.kind = facts.at("kind");
    item.sha256 = facts.at("sha256");
    item.state = static_cast<DeliveryState>(delivery.at("state").get<int>());
    item.reason = delivery.at("reason");
    item.attempts = delivery.at("attempts");
    item.updatedAt = delivery.at("updatedAt");
    return item;
}

std::vector<OutboxItem> Records::Impl::allItems()
{
    std::vector<OutboxItem> items;
    SQLite::Statement query(database->connection(), std::string(kItems) + " ORDER BY id");
    while (query.executeStep()) {
        items.push_back(itemOf(query));
    }
    return items;
}

Result<std::vector<OutboxItem>> Records::outbox() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->database->guarded([&]() -> Result<std::vector<OutboxItem>> { return m_impl->allItems(); });
}

Result<SignedObject> Records::signedObject(const SopInstanceUid& sop) const
{
    const std::lock_guard lock(m_impl->mutex);
    Database& database = *m_impl->database;
    return database.guarded([&]() -> Result<SignedObject> {
        const Bytes hash = m_impl->sopHash(sop);
        SQLite::Statement query(database.connection(), std::string(kItems) + " WHERE sop = ?");
        bindBlob(query, 1, hash);
        SQLite::Statement bytes(database.connection(), "SELECT sealed FROM object WHERE sop = ?");
        bindBlob(bytes, 1, hash);
        if (!query.executeStep() || !bytes.executeStep()) {
            return fail("report.unknown", "There is no signed object with this identity in the data folder.");
        }
        SignedObject object{m_impl->itemOf(query), database.unseal(blobOf(bytes, 0), "object", hash)};
        if (sha256Hex(object.part10) != object.item.sha256) {
            return fail("records.damaged", "A signed object's bytes are not those that were signed; the copies in records/backup have them.");
        }
        return object;
    });
}

Status Records::setDelivery(std::int64_t itemId, DeliveryState state, const std::string& reason)
{
    const std::lock_guard lock(m_impl->mutex);
    Database& database = *m_impl->database;
    return database.write([&] {
        SQLite::Statement query(database.connection(), std::string(kItems) + " WHERE id = ?");
        query.bind(1, itemId);
        if (!query.executeStep()) {
            refuse("report.unknown", "There is no such item in the outbox.");
        }
        OutboxItem item = m_impl->itemOf(query);
        if (item.state == DeliveryState::Archived) {
            return; // proven; a second sender that was late has nothing to add
        }
        // One try is one count: from Sent, the proof's outcome belongs to the same try.
        item.attempts += state != DeliveryState::Archived && item.state != DeliveryState::Sent ? 1 : 0;
        item.state = state;
        item.reason = reason;
        item.updatedAt = isoTime(m_impl->clock);
        SQLite::Statement update(database.connection(), "UPDATE outbox SET delivery = ? WHERE id = ?");
        bindBlob(update, 1, database.sealJson(deliveryJson(item), "delivery", m_impl->sopHash(item.sop)));
        update.bind(2, itemId);
        update.exec();
    });
}

} // namespace akari::records
