#include "core/importing/Admission.h"

#include <algorithm>

#include "core/dicom/Tags.h"
#include "core/importing/Import.h"

namespace akari::importing {
namespace {

namespace tags = dicom::tags;
constexpr std::string_view kPrefix = "import:";
constexpr std::size_t kDigits = 12;

// Each part with its length, so that no two lists of parts read the same.
std::string framed(const std::vector<std::string>& parts)
{
    std::string text;
    for (const std::string& part : parts) {
        text += std::to_string(part.size()) + ':' + part;
    }
    return text;
}

} // namespace

bool isMedia(const std::string& archive) { return archive.starts_with(kPrefix); }

std::string mediaArchive(const std::string& patientId, const std::string& issuer, const std::string& birthDate, const StudyInstanceUid& study)
{
    const std::string whole = patientId.empty() ? framed({"akari media study", study.value})
                                                : framed({"akari media patient", patientId, issuer, birthDate});
    return std::string(kPrefix) + sha256Hex(asBytes(whole)).substr(0, kDigits);
}

Result<std::string> Admission::archiveOf(const dicom::DataSet& header, const StudyInstanceUid& study)
{
    return archiveOf(header.textOr(tags::PatientID), header.textOr(tags::IssuerOfPatientID), header.textOr(tags::PatientBirthDate), study);
}

Result<std::string> Admission::archiveOf(const std::string& id, const std::string& issuer, const std::string& birthDate, const StudyInstanceUid& study)
{
    const std::lock_guard lock(m_mutex);
    auto found = m_archives.find({study.value, id});
    if (found == m_archives.end()) {
        const auto held = m_cache.findStudy(study);
        if (!held) {
            return fail(held.error());
        }
        found = m_archives.try_emplace({study.value, id}).first;
        for (const cache::StudyRecord& record : *held) {
            if (isMedia(record.archive) && record.patientId == id) {
                found->second.push_back({record.issuerOfPatientId, record.archive});
            }
        }
    }
    std::vector<Issued>& known = found->second;
    const auto matching = [&](const auto& matches) { return std::find_if(known.begin(), known.end(), matches); };
    auto one = matching([&](const Issued& each) { return each.issuer == issuer; });
    if (one == known.end() && !id.empty()) {
        // Some writers leave the issuer out of some objects: within a study that says nothing else.
        one = matching([&](const Issued& each) { return each.issuer.empty() || issuer.empty(); });
    }
    if (one == known.end()) {
        one = known.insert(one, {issuer, mediaArchive(id, issuer, birthDate, study)});
    }
    if (one->issuer.empty()) {
        one->issuer = issuer;
    }
    return one->archive;
}

Result<Admission::Verdict> Admission::judge(const ObjectIdentity& identity)
{
    const std::lock_guard lock(m_mutex);
    const SeriesKey key{identity.archive, identity.study.value, identity.series.value};
    auto found = m_series.find(key);
    if (found == m_series.end()) {
        const auto held = m_cache.objects(identity.archive, identity.study, identity.series);
        if (!held) {
            return fail(held.error());
        }
        const auto study = m_cache.study(identity.archive, identity.study);
        found = m_series.try_emplace(key).first;
        found->second.whole = study && *study && (*study)->complete;
        for (const cache::ObjectRecord& object : *held) {
            found->second.versions[object.identity.sop.value] = {object.identity.contentVersion};
        }
    }
    std::vector<std::string>& versions = found->second.versions[identity.sop.value];
    if (versions.empty()) {
        versions.push_back(identity.contentVersion);
        return Verdict::Fresh;
    }
    if (versions.back() == identity.contentVersion) {
        // What was found damaged has no archive to come from: this medium is where it comes from.
        return found->second.whole || !isDamaged(identity) ? Verdict::Duplicate : Verdict::Fresh;
    }
    // Versions that gave way to a later one are not among a series' objects.
    const bool known = std::find(versions.begin(), versions.end(), identity.contentVersion) != versions.end();
    const auto older = known ? Result<bool>(true) : m_cache.contains(identity);
    if (!older) {
        return fail(older.error());
    }
    if (*older) {
        std::erase(versions, identity.contentVersion);
        versions.push_back(identity.contentVersion);
        return Verdict::DuplicateConflict;
    }
    versions.push_back(identity.contentVersion);
    return Verdict::Conflict;
}

bool Admission::isDamaged(const ObjectIdentity& identity) const
{
    const auto bytes = m_cache.read(identity);
    return !bytes && bytes.error().code == "cache.damaged";
}

Result<std::vector<ObjectIdentity>> Admission::wrappedBefore(const SopInstanceUid& sop) const
{
    const auto found = m_cache.findObject(sop);
    if (!found) {
        return fail(found.error());
    }
    std::vector<ObjectIdentity> identities;
    for (const cache::ObjectRecord& object : *found) {
        if (isMedia(object.identity.archive)) {
            identities.push_back(object.identity);
        }
    }
    return identities;
}

} // namespace akari::importing
