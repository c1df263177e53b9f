#include "tests/soak/powercut/Judge.h"

#include <fstream>
#include <set>
#include <stdexcept>

#include "core/base/FileIo.h"
#include "core/cache/FromHeader.h"
#include "core/dicom/DataSet.h"

namespace akari::soak {
namespace fs = std::filesystem;
namespace {

template <class T> T must(Result<T> result, const char* what)
{
    if (!result) {
        throw std::runtime_error(std::string(what) + ": " + result.error().code + " " + result.error().detail);
    }
    return std::move(*result);
}

std::string codeOf(const Error& error)
{
    return error.code + (error.detail.empty() ? "" : " [" + error.detail + "]");
}

} // namespace

Expectation Expectation::read(const fs::path& manifest)
{
    std::ifstream in(manifest);
    const auto json = nlohmann::json::parse(in);
    Expectation expectation{json.at("archive"), json.at("study"), json.at("passphrase"), {}};
    for (const auto& one : json.at("objects")) {
        StoredObject object{one.at("series"), one.at("sop"), one.at("sha256"), nullptr};
        object.bytes = std::make_shared<const Bytes>(must(readWholeFile(one.at("file").get<std::string>()), "archive's file"));
        if (sha256Hex(*object.bytes) != object.sha256) {
            throw std::runtime_error("the archive's file is not that of the manifest");
        }
        expectation.objects[object.sop] = std::move(object);
    }
    return expectation;
}

nlohmann::json compared(const fs::path& manifest, const fs::path& folder)
{
    const Expectation expected = Expectation::read(manifest);
    const auto opened = must(vault::DataFolder::open({folder, expected.passphrase, nullptr, true}), "folder");
    std::map<std::string, std::int64_t> counts{
        {"expected", static_cast<std::int64_t>(expected.objects.size())}, {"same", 0}, {"other", 0}, {"missing", 0}, {"twice", 0}};
    const auto cache = cache::Cache::open(opened->cachePath(), opened->keys(), &opened->cacheKey(), true);
    for (const auto& [sop, object] : expected.objects) {
        const auto found = cache ? must((*cache)->findObject(SopInstanceUid(sop)), "object") : std::vector<cache::ObjectRecord>();
        counts["twice"] += found.size() > 1 ? 1 : 0;
        if (found.empty()) {
            ++counts["missing"];
            continue;
        }
        const auto bytes = (*cache)->read(found.front().identity);
        ++counts[bytes && sha256Hex(**bytes) == object.sha256 ? "same" : "other"];
    }
    return counts;
}

nlohmann::json signedIn(const fs::path& folder, const std::string& passphrase)
{
    const SystemClock clock;
    const auto opened = must(vault::DataFolder::open({folder, passphrase, nullptr, true}), "folder");
    const auto records = must(records::Records::open(opened->recordsPath(), opened->recordsKey(), true, clock), "records");
    nlohmann::json all = nlohmann::json::object();
    for (const auto& item : must(records->outbox(), "outbox")) {
        all[item.sop.value] = sha256Hex(must(records->signedObject(item.sop), "signed object").part10);
    }
    return all;
}

Judge::Judge(Expectation expectation, const fs::path& finished) : m_expected(std::move(expectation))
{
    m_finished = must(vault::DataFolder::open({finished, m_expected.passphrase, nullptr, true}), "finished folder");
    m_vault = must(readWholeFile(finished / "vault.json"), "vault.json");
    const auto records = must(records::Records::open(m_finished->recordsPath(), m_finished->recordsKey(), true, m_clock), "records");
    for (const auto& item : must(records->outbox(), "outbox")) {
        m_signed[item.sop.value] = sha256Hex(must(records->signedObject(item.sop), "signed object").part10);
    }
}

std::vector<std::string> Judge::judge(const fs::path& folder, const std::vector<nlohmann::json>& acknowledged)
{
    m_wrong.clear();
    if (!fs::exists(folder / "vault.json")) {
        if (!acknowledged.empty()) {
            wrong("the data folder is gone with " + std::to_string(acknowledged.size()) + " acknowledgements");
        }
        if (const auto opened = vault::DataFolder::open({folder, m_expected.passphrase, nullptr, false}); !opened) {
            wrong("a folder that was only begun is refused: " + codeOf(opened.error()));
        }
        return m_wrong;
    }
    const auto vault = readWholeFile(folder / "vault.json");
    if (!vault || *vault != m_vault) {
        wrong("vault.json is not whole");
        return m_wrong;
    }
    judgeRecords(folder / "records", acknowledged);
    judgeCache(folder / "cache");
    return m_wrong;
}

void Judge::judgeRecords(const fs::path& folder, const std::vector<nlohmann::json>& acknowledged)
{
    const auto opened = records::Records::open(folder, m_finished->recordsKey(), false, m_clock);
    if (!opened) {
        return wrong("records: " + codeOf(opened.error()));
    }
    records::Records& records = **opened;
    for (const auto& what : acknowledged) {
        judgeAcknowledged(records, what);
    }
    if (const auto trail = records.auditTrail(); !trail) {
        wrong("audit: " + codeOf(trail.error()));
    }
    // A final report has its objects, whole; an object its final report; none is there twice.
    const auto drafts = records.drafts();
    const auto outbox = records.outbox();
    if (!drafts || !outbox) {
        return wrong("records can't be listed: " + codeOf(!drafts ? drafts.error() : outbox.error()));
    }
    std::set<std::string> finals;
    for (const auto& draft : *drafts) {
        if (draft.state == "final") {
            finals.insert(draft.id);
        }
    }
    std::set<std::string> reports;
    std::set<std::string> sops;
    for (const auto& item : *outbox) {
        reports.insert(item.reportId);
        const auto object = records.signedObject(item.sop);
        if (!object || !m_signed.contains(item.sop.value) || sha256Hex(object->part10) != m_signed[item.sop.value]) {
            wrong("a signed object is not what was signed");
        }
        if (!sops.insert(item.sop.value).second) {
            wrong("a signed object is queued twice");
        }
        ++m_totals.signedFound;
    }
    if (finals != reports) {
        wrong("final reports and signed objects do not match");
    }
    if (const auto saved =
            records.saveDraft({{}, m_expected.archive, StudyInstanceUid(m_expected.study), "{\"after\":\"the cut\"}", 0, {}, {}, {}});
        !saved) {
        wrong("no draft can be saved: " + codeOf(saved.error()));
    }
}

void Judge::judgeAcknowledged(records::Records& records, const nlohmann::json& what)
{
    if (what.contains("reader")) {
        const auto reader = records.reader();
        if (!reader || !*reader || (*reader)->login != what.at("reader").get<std::string>()) {
            wrong("the enrolled reader is lost");
        }
    }
    if (what.contains("archive") && !records.archive(what.at("archive"))) {
        wrong("a configured archive is lost");
    }
    if (what.contains("draft")) {
        const auto draft = records.draft(what.at("draft"));
        if (!draft || draft->json.find(what.at("text").get<std::string>()) == std::string::npos) {
            wrong("a draft is lost: " + (draft ? std::string("its text") : codeOf(draft.error())));
        }
        m_totals.draftsFound += draft ? 1 : 0;
    }
    if (what.contains("signed")) {
        const auto draft = records.draft(what.at("signed"));
        if (!draft || draft->state != "final") {
            wrong("a signed report is lost");
        }
        for (const auto& sop : what.at("objects")) {
            if (!records.signedObject(SopInstanceUid(sop.get<std::string>()))) {
                wrong("an acknowledged object of a signed report is lost");
            }
        }
    }
    if (what.contains("archived")) {
        std::set<std::string> archived;
        if (const auto outbox = records.outbox()) {
            for (const auto& item : *outbox) {
                if (item.state == records::DeliveryState::Archived) {
                    archived.insert(item.sop.value);
                }
            }
        }
        for (const auto& sop : what.at("archived")) {
            if (!archived.contains(sop.get<std::string>())) {
                wrong("a proven delivery is forgotten");
            }
        }
    }
}

// The images that the index names. Whatever it names and can't be read is wrong: rows come after bytes. Reports that came back are as they
// were signed.
std::set<std::string> Judge::heldIn(const cache::Cache& cache)
{
    std::set<std::string> held;
    std::set<std::string> seen;
    const StudyInstanceUid study(m_expected.study);
    const auto series = cache.series(m_expected.archive, study);
    if (!series) {
        wrong("cache: " + codeOf(series.error()));
        return held;
    }
    for (const auto& one : *series) {
        const auto objects = cache.objects(m_expected.archive, study, one.series);
        if (!objects) {
            wrong("cache: " + codeOf(objects.error()));
            continue;
        }
        for (const auto& object : *objects) {
            const auto bytes = cache.read(object.identity);
            ++m_totals.objectsRead;
            const std::string& sop = object.identity.sop.value;
            const auto image = m_expected.objects.find(sop);
            if (!bytes) {
                wrong("an object that the index names can't be read: " + codeOf(bytes.error()));
            } else if (sha256Hex(**bytes) != (image != m_expected.objects.end() ? image->second.sha256 : m_signed[sop])) {
                wrong("an object has other bytes than the archive's");
            }
            if (!seen.insert(sop).second) {
                wrong("an object is there twice");
            }
            if (image != m_expected.objects.end()) {
                held.insert(sop);
            }
        }
    }
    return held;
}

// What sync does with what is missing.
void Judge::fetchAgain(cache::Cache& cache, const std::set<std::string>& held)
{
    std::map<std::string, std::vector<cache::IncomingObject>> missing;
    for (const auto& [sop, object] : m_expected.objects) {
        if (!held.contains(sop)) {
            const auto file = must(dicom::readPart10(object.bytes), "archive's object");
            missing[object.series].push_back(cache::incomingObject(file, must(dicom::identityOf(file, m_expected.archive), "identity")));
        }
    }
    for (const auto& [series, batch] : missing) {
        if (const auto stored = cache.store(batch); !stored || stored->stored != batch.size()) {
            wrong("what is missing can't be stored: " + (stored ? "duplicates" : codeOf(stored.error())));
        }
        m_totals.objectsFetchedAgain += batch.size();
    }
}

void Judge::judgeCache(const fs::path& folder)
{
    const auto theirs = readWholeFile(folder.parent_path() / "keys.json");
    const auto ours = readWholeFile(m_finished->path() / "keys.json");
    std::unique_ptr<vault::DataFolder> own; // opened only where the keys differ: Argon2id is slow
    if (!theirs || !ours || *theirs != *ours) {
        own = must(vault::DataFolder::open({folder.parent_path(), m_expected.passphrase, nullptr, false}), "state");
    }
    vault::DataFolder& keyed = own ? *own : *m_finished;
    const auto opened = cache::Cache::open(folder, keyed.keys(), &keyed.cacheKey(), false);
    if (!opened) {
        return wrong("cache: " + codeOf(opened.error()));
    }
    cache::Cache& cache = **opened;
    const auto held = heldIn(cache);
    const auto study = cache.study(m_expected.archive, StudyInstanceUid(m_expected.study));
    if (study && *study && (*study)->complete && held.size() != m_expected.objects.size()) {
        wrong("the study is called complete with " + std::to_string(held.size()) + " objects");
    }
    if (held.size() != m_expected.objects.size()) {
        fetchAgain(cache, held);
        if (heldIn(cache).size() != m_expected.objects.size()) {
            wrong("the study does not become complete");
        }
    }
}

} // namespace akari::soak
