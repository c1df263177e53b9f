// The outbox: what is to be sent, what became of it, and the exact bytes.
#include "core/records/RecordsImpl.h"

namespace akari::records {
namespace {

Json factsJson(const OutboxItem& item)
{
    return {{"report", item.reportId},
            {"archive", item.archive},
            {"study", item.study.value},
            {"patientId", item.patientId},
            {"issuer", item.issuerOfPatientId},
            {"accession", item.accessionNumber},
            {"sop", item.sop.value},
            {"kind", item.kind},
            {"sha256", item.sha256}};
}

Json deliveryJson(const OutboxItem& item)
{
    return {{"state", static_cast<int>(item.state)}, {"reason", item.reason}, {"attempts", item.attempts},
            {"updatedAt", item.updatedAt},           {"code", item.code},     {"nextTry", item.nextTry}};
}

constexpr const char* kItems = "SELECT id, sop, sealed, delivery FROM outbox";

} // namespace

const char* text(DeliveryState state)
{
    switch (state) {
    case DeliveryState::Queued: return "queued";
    case DeliveryState::Sent: return "sent";
    case DeliveryState::Archived: return "archived";
    case DeliveryState::Failed: return "failed";
    case DeliveryState::Dropped: return "dropped";
    }
    return "queued";
}

void Records::Impl::insertObject(const SignedObject& object)
{
    const Bytes sop = sopHash(object.item.sop);
    SQLite::Statement known(database->connection(), "SELECT 1 FROM outbox WHERE sop = ?");
    bindBlob(known, 1, sop);
    if (known.executeStep()) {
        refuse("report.object",
               "An object of this report has the identity of one that was signed before; write the report's objects anew.");
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
    item.code = delivery.value("code", std::string()); // not there in what an earlier version wrote
    item.nextTry = delivery.value("nextTry", std::string());
    return item;
}

Result<std::vector<OutboxItem>> Records::outbox() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->database->guarded([&]() -> Result<std::vector<OutboxItem>> {
        std::vector<OutboxItem> items;
        SQLite::Statement query(m_impl->database->connection(), std::string(kItems) + " ORDER BY id");
        while (query.executeStep()) {
            items.push_back(m_impl->itemOf(query));
        }
        return items;
    });
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
            return fail("records.damaged",
                        "A signed object's bytes are not those that were signed; the copies in records/backup have them.");
        }
        return object;
    });
}

OutboxItem Records::Impl::itemById(std::int64_t id)
{
    SQLite::Statement query(database->connection(), std::string(kItems) + " WHERE id = ?");
    query.bind(1, id);
    if (!query.executeStep()) {
        refuse("report.unknown", "There is no such item in the outbox.");
    }
    return itemOf(query);
}

void Records::Impl::putDelivery(OutboxItem item)
{
    item.updatedAt = isoTime(clock);
    SQLite::Statement update(database->connection(), "UPDATE outbox SET delivery = ? WHERE id = ?");
    bindBlob(update, 1, database->sealJson(deliveryJson(item), "delivery", sopHash(item.sop)));
    update.bind(2, item.id);
    update.exec();
}

Status Records::setDelivery(std::int64_t itemId, DeliveryState state, const std::string& reason)
{
    return setDelivery(itemId, DeliveryNote{state, {}, reason, {}});
}

Status Records::setDelivery(std::int64_t itemId, const DeliveryNote& note)
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->database->write([&] {
        OutboxItem item = m_impl->itemById(itemId);
        if (!isWaiting(item.state)) {
            return; // proven, or given up; a second sender that was late has nothing to add
        }
        // One try is one count: from Sent, the proof's outcome belongs to the same try.
        item.attempts += note.state != DeliveryState::Archived && item.state != DeliveryState::Sent ? 1 : 0;
        item.state = note.state;
        item.code = note.code;
        item.reason = note.reason;
        item.nextTry = note.nextTry;
        m_impl->putDelivery(std::move(item));
    });
}

Result<std::vector<OutboxItem>> Records::queueObjects(const std::vector<SignedObject>& objects)
{
    const std::lock_guard lock(m_impl->mutex);
    std::vector<OutboxItem> items;
    bool added = false;
    const Status done = m_impl->database->write([&] {
        for (const SignedObject& given : objects) {
            SignedObject object = given;
            object.item.sha256 = sha256Hex(object.part10);
            SQLite::Statement query(m_impl->database->connection(), std::string(kItems) + " WHERE sop = ?");
            bindBlob(query, 1, m_impl->sopHash(object.item.sop));
            if (!query.executeStep()) {
                object.item.reportId.clear();
                object.item.updatedAt = isoTime(m_impl->clock);
                m_impl->insertObject(object);
                object.item.id = m_impl->database->connection().getLastInsertRowid();
                m_impl->appendAudit("outbox.queued", object.item.kind);
                items.push_back(object.item);
                added = true;
                continue;
            }
            OutboxItem known = m_impl->itemOf(query);
            if (known.sha256 != object.item.sha256) {
                refuse("outbox.uid",
                       "The outbox has an object of this identity with other content; what was changed needs a new SOP Instance UID.");
            }
            if (known.archive != object.item.archive || known.study != object.item.study) {
                refuse("outbox.elsewhere", "The outbox has this object already, for another archive.");
            }
            if (known.state == DeliveryState::Dropped) {
                known.state = DeliveryState::Queued;
                known.code.clear();
                known.reason.clear();
                known.nextTry.clear();
                m_impl->putDelivery(known);
                m_impl->appendAudit("outbox.queued", known.kind);
            }
            items.push_back(std::move(known));
        }
    });
    if (!done) {
        return fail(done.error());
    }
    if (added) {
        m_impl->backUp();
    }
    return items;
}

Status Records::retryDelivery(std::int64_t itemId)
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->database->write([&] {
        OutboxItem item = m_impl->itemById(itemId);
        if (item.state == DeliveryState::Archived) {
            refuse("outbox.archived", "This object is in the archive and proven; there is nothing to send.");
        }
        item.state = item.state == DeliveryState::Sent ? DeliveryState::Sent : DeliveryState::Queued;
        item.nextTry.clear();
        m_impl->putDelivery(item);
        m_impl->appendAudit("outbox.retried", item.kind);
    });
}

Status Records::dropDelivery(std::int64_t itemId)
{
    if (!beginSending(std::chrono::milliseconds(0))) {
        return fail("outbox.sending", "The outbox is being sent just now; try again when that has ended.");
    }
    const std::lock_guard lock(m_impl->mutex);
    const Status done = m_impl->database->write([&] {
        OutboxItem item = m_impl->itemById(itemId);
        if (item.state == DeliveryState::Archived) {
            refuse("outbox.archived", "This object is in the archive and proven; it can't be taken back from here.");
        }
        if (item.state == DeliveryState::Sent) {
            refuse("outbox.sent",
                   "The archive says that it has this object; it is only still to be proven, and can't be taken back from here.");
        }
        item.state = DeliveryState::Dropped;
        item.nextTry.clear();
        m_impl->putDelivery(item);
        m_impl->appendAudit("outbox.dropped", item.kind);
    });
    endSending();
    return done;
}

bool Records::beginSending(std::chrono::milliseconds patience)
{
    std::unique_lock lock(m_impl->sendingMutex);
    if (!m_impl->sendingEnded.wait_for(lock, patience, [&] { return !m_impl->sending; })) {
        return false;
    }
    return m_impl->sending = true;
}

void Records::endSending()
{
    {
        const std::lock_guard lock(m_impl->sendingMutex);
        m_impl->sending = false;
    }
    m_impl->sendingEnded.notify_one();
}

} // namespace akari::records
