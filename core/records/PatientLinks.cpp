// Which numbers of two hospitals a person said are one patient. Rows are only ever added: a link that was taken back stays to be read.
#include <algorithm>

#include "core/records/RecordsImpl.h"

namespace akari::records {
namespace {

constexpr std::string_view kTable = "patient_link";

Json numberJson(const PatientNumber& number) { return {{"archive", number.archive}, {"issuer", number.issuer}, {"patientId", number.patientId}}; }

PatientNumber numberOf(const Json& row) { return {row.at("archive"), row.at("issuer"), row.at("patientId")}; }

std::string pairText(const PatientNumber& a, const PatientNumber& b)
{
    std::string text;
    for (const PatientNumber* number : {&a, &b}) {
        for (const std::string* part : {&number->archive, &number->issuer, &number->patientId}) {
            text += std::to_string(part->size()) + ':' + *part;
        }
    }
    return text;
}

bool hasTable(Database& database)
{
    return database.connection().execAndGet("SELECT count(*) FROM sqlite_schema WHERE name = 'patient_link'").getInt() > 0;
}

} // namespace

Status Records::linkPatients(const PatientNumber& a, const PatientNumber& b) { return m_impl->addLink(a, b, true); }

Status Records::unlinkPatients(const PatientNumber& a, const PatientNumber& b) { return m_impl->addLink(a, b, false); }

Status Records::Impl::addLink(PatientNumber a, PatientNumber b, bool linked)
{
    if (b < a) {
        std::swap(a, b);
    }
    const std::lock_guard lock(mutex);
    return database->write([&] {
        const Json reader = enrolledReader();
        if (reader.is_null()) {
            refuse("reader.none", "No reader is enrolled in this data folder; enrol one first: a link carries the name of who made it.");
        }
        const auto known = patientLinks();
        const bool there = std::any_of(known.begin(), known.end(), [&](const auto& link) { return link.a == a && link.b == b; });
        if (there && linked) {
            return;
        }
        if (!there && !linked) {
            refuse("link.none", "These two patients are not linked by a person; there is nothing to take back.");
        }
        const Bytes pair = database->lookup("patient link", pairText(a, b));
        SQLite::Statement insert(database->connection(), "INSERT INTO patient_link(pair, sealed) VALUES(?, ?)");
        bindBlob(insert, 1, pair);
        bindBlob(insert, 2, database->sealJson({{"a", numberJson(a)}, {"b", numberJson(b)}, {"linked", linked}, {"by", reader.at("login")},
                                                {"at", isoTime(clock)}}, kTable, pair));
        insert.exec();
        // The keyed hash tells two links apart and nobody's number.
        appendAudit(linked ? "patients.linked" : "patients.unlinked", toHex(BytesView(pair).first(8)) + " by " + reader.at("login").get<std::string>());
    });
}

std::vector<ConfirmedLink> Records::Impl::patientLinks()
{
    std::vector<ConfirmedLink> links;
    if (!hasTable(*database)) {
        return links; // opened for reading only, written before links were kept
    }
    SQLite::Statement query(database->connection(), "SELECT pair, sealed FROM patient_link ORDER BY id");
    while (query.executeStep()) {
        const Json row = database->unsealJson(blobOf(query, 1), kTable, blobOf(query, 0));
        const ConfirmedLink link{numberOf(row.at("a")), numberOf(row.at("b")), row.at("by"), row.at("at")};
        std::erase_if(links, [&](const auto& one) { return one.a == link.a && one.b == link.b; });
        if (row.at("linked").get<bool>()) {
            links.push_back(link);
        }
    }
    return links;
}

Result<std::vector<ConfirmedLink>> Records::patientLinks() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->database->guarded([&]() -> Result<std::vector<ConfirmedLink>> { return m_impl->patientLinks(); });
}

} // namespace akari::records
