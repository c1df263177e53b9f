#include "core/session/PatientLinks.h"

#include <algorithm>

#include "core/dicom/SearchText.h"

namespace akari::session {
namespace {

using records::PatientNumber;

bool differ(const std::set<std::string>& a, const std::set<std::string>& b)
{
    if (a.empty() || b.empty()) {
        return false;
    }
    return a.size() > 1 || b.size() > 1 || a != b; // two dates within one number contradict already
}

std::optional<LinkedPatient> confirmedAs(const PatientNumber& number, const records::ConfirmedLink& link)
{
    if (link.a != number && link.b != number) {
        return std::nullopt;
    }
    return LinkedPatient{link.a == number ? link.b : link.a, LinkGround::Confirmed, link.by, link.at};
}

// What a rule would join, contradictions not looked at yet; a person's word comes first.
std::vector<LinkedPatient> byRule(const PatientNumber& number, const StudyIndex& index, const records::Records& records)
{
    std::vector<LinkedPatient> found;
    if (const auto confirmed = records.patientLinks()) {
        for (const auto& link : *confirmed) {
            if (auto other = confirmedAs(number, link)) {
                found.push_back(std::move(*other));
            }
        }
    }
    if (!number.issuer.empty() && !number.patientId.empty()) {
        for (const auto& study : index.withPatientId(number.patientId)) {
            const PatientNumber other = numberOf(study);
            const bool known = std::any_of(found.begin(), found.end(), [&](const auto& one) { return one.number == other; });
            if (!known && sameByIssuer(number, other)) {
                found.push_back({other, LinkGround::Issuer, {}, {}});
            }
        }
    }
    return found;
}

bool equalInAGroup(const dicom::PersonName& a, const dicom::PersonName& b)
{
    const auto equal = [](const std::string& one, const std::string& other) {
        return !one.empty() && dicom::searchText(one) == dicom::searchText(other);
    };
    return equal(a.alphabetic, b.alphabetic) || equal(a.ideographic, b.ideographic) || equal(a.phonetic, b.phonetic);
}

// Of the facts' patient only those that state birth date and sex can be compared at all.
std::vector<PatientNumber> suggestionsFor(const PatientFacts& facts, const PatientLinks& links, const StudyIndex& index)
{
    std::vector<PatientNumber> found;
    if (facts.birthDates.size() != 1 || facts.sexes.size() != 1) {
        return found;
    }
    const auto alike = index.select([&](const cache::StudyRecord& study) {
        return study.patientBirthDate == *facts.birthDates.begin() && study.patientSex == *facts.sexes.begin()
               && study.archive != facts.number.archive && !study.patientId.empty()
               && std::any_of(facts.names.begin(), facts.names.end(), [&](const auto& name) { return equalInAGroup(name, study.patientName); });
    });
    const auto handled = [&](const PatientNumber& number) {
        const auto is = [&](const auto& one) { return one.number == number; };
        return std::find(found.begin(), found.end(), number) != found.end() || std::any_of(links.linked.begin(), links.linked.end(), is)
               || std::any_of(links.blocked.begin(), links.blocked.end(), is);
    };
    for (const auto& study : alike) {
        if (const PatientNumber number = numberOf(study); !handled(number) && !contradiction(facts, factsOf(number, index))) {
            found.push_back(number);
        }
    }
    return found;
}

} // namespace

PatientNumber numberOf(const cache::StudyRecord& study) { return {study.archive, study.issuerOfPatientId, study.patientId}; }

PatientFacts factsOf(const PatientNumber& number, const StudyIndex& index)
{
    PatientFacts facts;
    facts.number = number;
    for (const auto& study : index.withPatientId(number.patientId)) {
        if (numberOf(study) != number) {
            continue;
        }
        if (!study.patientBirthDate.empty()) {
            facts.birthDates.insert(study.patientBirthDate);
        }
        if (!study.patientSex.empty()) {
            facts.sexes.insert(study.patientSex);
        }
        if (!study.patientName.empty() && std::find(facts.names.begin(), facts.names.end(), study.patientName) == facts.names.end()) {
            facts.names.push_back(study.patientName);
        }
    }
    return facts;
}

std::optional<Error> contradiction(const PatientFacts& a, const PatientFacts& b)
{
    if (differ(a.birthDates, b.birthDates)) {
        return Error{"link.birthDate", "The two hospitals give different birth dates, so their studies are not shown as one patient's; ask the hospitals which is right.",
                     {}};
    }
    if (differ(a.sexes, b.sexes)) {
        return Error{"link.sex", "The two hospitals give different sexes, so their studies are not shown as one patient's; ask the hospitals which is right.", {}};
    }
    return std::nullopt;
}

bool sameByIssuer(const PatientNumber& a, const PatientNumber& b)
{
    return a.archive != b.archive && !a.issuer.empty() && a.issuer == b.issuer && !a.patientId.empty() && a.patientId == b.patientId;
}

PatientLinks linksOf(const PatientNumber& number, const StudyIndex& index, const records::Records& records)
{
    PatientLinks links;
    const PatientFacts facts = factsOf(number, index);
    for (auto& one : byRule(number, index, records)) {
        if (auto why = contradiction(facts, factsOf(one.number, index))) {
            links.blocked.push_back({std::move(one.number), one.ground, std::move(*why)});
        } else {
            links.linked.push_back(std::move(one));
        }
    }
    links.suggested = suggestionsFor(facts, links, index);
    return links;
}

std::vector<LinkedPatient> linkedPatients(const PatientNumber& number, const StudyIndex& index, const records::Records& records)
{
    const PatientFacts facts = factsOf(number, index);
    auto found = byRule(number, index, records);
    std::erase_if(found, [&](const auto& one) { return contradiction(facts, factsOf(one.number, index)).has_value(); });
    return found;
}

Status confirmLink(const PatientNumber& a, const PatientNumber& b, const StudyIndex& index, records::Records& records)
{
    if (a.archive == b.archive) {
        return fail("link.archive", "Both numbers belong to one hospital; whether they are one patient is for that hospital to say.");
    }
    const auto known = [&](const PatientNumber& number) {
        const auto studies = index.withPatientId(number.patientId);
        return !number.patientId.empty() && std::any_of(studies.begin(), studies.end(), [&](const auto& study) { return numberOf(study) == number; });
    };
    if (!known(a) || !known(b)) {
        return fail("link.unknown", "No study of this patient is known here; ask the archives or sync a study first.");
    }
    if (auto why = contradiction(factsOf(a, index), factsOf(b, index))) {
        return fail(std::move(*why));
    }
    return records.linkPatients(a, b);
}

} // namespace akari::session
