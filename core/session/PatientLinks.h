// One patient with numbers at two hospitals. Two numbers are one patient only by rule (hazard 4), never by name alone:
//   issuer     both hospitals' objects state the same IssuerOfPatientID, and the same PatientID under it; or
//   confirmed  a person said so (records::Records::patientLinks), and has not taken it back.
// Neither holds against birth dates or sexes that differ. Links are not followed on: what A has with B and B with C says nothing of A and C.
#pragma once

#include <set>

#include "core/session/StudyIndex.h"

namespace akari::session {

enum class LinkGround { Issuer, Confirmed };

struct LinkedPatient {
    records::PatientNumber number;
    LinkGround ground = LinkGround::Issuer;
    std::string by, at; // of a confirmed link
};

// A link that would hold but for a contradiction.
struct BlockedLink {
    records::PatientNumber number;
    LinkGround ground = LinkGround::Issuer;
    Error why; // "link.sex", "link.birthDate"
};

struct PatientLinks {
    std::vector<LinkedPatient> linked;
    std::vector<BlockedLink> blocked;
    std::vector<records::PatientNumber> suggested; // the same birth date, sex and name in a group: to be offered, never applied
};

// What all studies of one number say of the patient.
struct PatientFacts {
    records::PatientNumber number;
    std::set<std::string> birthDates, sexes; // without empty ones
    std::vector<dicom::PersonName> names;
};

records::PatientNumber numberOf(const cache::StudyRecord& study);
// From the index as it is; no studies: facts without dates, sexes and names.
PatientFacts factsOf(const records::PatientNumber& number, const StudyIndex& index);
// "link.sex", "link.birthDate": why the two can't be one patient. What only one of them states is no contradiction.
std::optional<Error> contradiction(const PatientFacts& a, const PatientFacts& b);
// Both state the same issuer and number; an issuer that is left out states nothing.
bool sameByIssuer(const records::PatientNumber& a, const records::PatientNumber& b);

PatientLinks linksOf(const records::PatientNumber& number, const StudyIndex& index, const records::Records& records);
// The linked ones alone, as priors need them.
std::vector<LinkedPatient> linkedPatients(const records::PatientNumber& number, const StudyIndex& index, const records::Records& records);
// "link.archive" (one hospital's own numbers are not ours to join), "link.unknown" (no study of this number), contradiction(), "reader.none".
Status confirmLink(const records::PatientNumber& a, const records::PatientNumber& b, const StudyIndex& index, records::Records& records);

} // namespace akari::session
