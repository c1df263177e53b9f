// Private to the room: what an Orthanc's own log says. None of its failures is anybody's problem: without it lists are compared as
// anywhere.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/archive/DicomWeb.h"
#include "core/archive/OrthancRest.h"
#include "core/base/Identity.h"

namespace akari::archive {

class OrthancLog {
public:
    // Nullopt where it is no Orthanc. The client outlives the log, which asks as the client does: with its sign-in and its patience.
    static std::optional<OrthancLog> find(const DicomWebClient& client, const StopToken& stop);

    // Which of Orthanc's study identifiers have been touched after `since`, and where the log ends. Nullopt: it could not be
    // read.
    struct Touched {
        std::set<std::string> studies;
        std::int64_t last = 0;
    };
    std::optional<Touched> after(std::int64_t since, const StopToken& stop) const;
    std::optional<std::int64_t> end(const StopToken& stop) const;
    // Deletions are not in the log: fewer studies than before tell of them, and the list of all says which are left.
    std::optional<std::int64_t> countStudies(const StopToken& stop) const;
    std::optional<std::set<std::string>> studies(const StopToken& stop) const;

    // MD5 of each object's file as it was received, by SOP Instance UID; nullopt where one can't be had.
    std::optional<std::map<std::string, std::string>> hashes(const std::string& orthancStudy, const StopToken& stop) const;

    // Orthanc names a study by SHA-1 over PatientID and StudyInstanceUID.
    static std::string studyName(const std::string& patientId, const StudyInstanceUid& study);

private:
    explicit OrthancLog(OrthancRest rest) : m_rest(std::move(rest)) {}

    OrthancRest m_rest;
};

// Lower-case hexadecimal.
std::string md5Of(BytesView bytes);

} // namespace akari::archive
