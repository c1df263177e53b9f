// Private to the room: the report while it grows. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <unordered_set>

#include "core/importing/DicomDirectory.h"
#include "core/importing/Import.h"

namespace akari::importing {

class Collector {
public:
    explicit Collector(const ImportEvents& events) : m_events(events) {}

    // A file or member that was met, whatever becomes of it.
    void looked(const std::string& path);
    void reject(const std::string& path, Error why);
    void duplicate(const ObjectIdentity& identity);
    void conflict(const std::string& path, const ObjectIdentity& identity);
    void imported(const ObjectIdentity& anyOfSeries, std::size_t objects, std::uint64_t bytes);
    void directory(const std::string& path, std::vector<DirectoryReference> references);
    // Whether something was refused that may have been objects: damaged, encrypted, unreadable.
    bool lost() const;
    void stop(Error why); // the first reason stands
    bool stopped() const;

    // After the last file: what the DICOMDIRs list and nobody met, unless the import ended before its end. Sorts what is reported.
    void conclude(bool whole);
    // Of a study: how many objects the DICOMDIRs list; 0 when they do not speak of it.
    std::size_t listedOf(const StudyInstanceUid& study) const;
    // After the pipeline has finished.
    ImportReport& report() { return m_report; }

private:
    struct Directory {
        std::string path;
        std::vector<DirectoryReference> references;
    };
    void compareMedia();
    ImportedStudy& studyOf(const ObjectIdentity& identity);
    void tell(std::unique_lock<std::mutex>& lock);

    const ImportEvents& m_events;
    // Protected by m_mutex.
    mutable std::mutex m_mutex;
    ImportReport m_report;
    bool m_lost = false;
    ImportProgress m_progress;
    std::size_t m_lookedAtLastTelling = 0;
    std::unordered_set<std::string> m_met; // comparable() paths
    std::vector<Directory> m_directories;
    std::map<std::string, std::size_t> m_listed; // by study
    std::map<std::pair<std::string, std::string>, std::size_t> m_studies; // archive and study to the report's place
};

} // namespace akari::importing
