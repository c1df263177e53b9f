// Private to the room: whose an object is, and whether it is known. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/cache/Cache.h"
#include "core/dicom/DataSet.h"

namespace akari::importing {

// "import:" + 12 hex digits; what they are over says Import.h.
std::string mediaArchive(const std::string& patientId, const std::string& issuer, const std::string& birthDate, const StudyInstanceUid& study);

class Admission {
public:
    explicit Admission(cache::Cache& cache) : m_cache(cache) {}

    // The archive id that the object gets. Within a study an issuer that is left out is the one that is held or was met first; two that differ stay apart.
    Result<std::string> archiveOf(const dicom::DataSet& header, const StudyInstanceUid& study);
    Result<std::string> archiveOf(const std::string& patientId, const std::string& issuer, const std::string& birthDate, const StudyInstanceUid& study);

    enum class Verdict : std::uint8_t {
        Fresh,
        Duplicate,         // known, whole, and what is shown
        DuplicateConflict, // known, but other bytes of the same UID are shown
        Conflict           // the UID is known with other bytes
    };
    // All but Duplicate are what is shown from now on: the caller stores them, in this order.
    Result<Verdict> judge(const ObjectIdentity& identity);
    // The object's own UID in any import: pictures that were wrapped before are found again though their study is new.
    Result<std::vector<ObjectIdentity>> wrappedBefore(const SopInstanceUid& sop) const;

private:
    using SeriesKey = std::vector<std::string>;
    struct Series {
        std::unordered_map<std::string, std::vector<std::string>> versions; // by SOP instance; the one that is shown last
        bool whole = false; // its study is complete, so that nobody has found damage in it
    };
    bool isDamaged(const ObjectIdentity& identity) const;

    cache::Cache& m_cache;
    // Protected by m_mutex.
    std::mutex m_mutex;
    struct Issued {
        std::string issuer;
        std::string archive;
    };
    std::map<std::pair<std::string, std::string>, std::vector<Issued>> m_archives; // by study and patient
    std::map<SeriesKey, Series> m_series;
};

} // namespace akari::importing
