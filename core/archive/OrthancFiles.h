// Private to the room: the list and the files of a series as an Orthanc gives them beside DICOMweb. For each instance that is asked for by
// DICOMweb it looks through the whole series, under one lock: of 4 000 slices it gives 72 instances and 500 rows of a list a second, by its
// own address 3 000 files and 12 000 rows. Nothing depends on it: whatever does not answer as expected is asked for by DICOMweb, and
// what comes is checked as anything that comes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/archive/DicomWeb.h"
#include "core/archive/KnownArchives.h"
#include "core/archive/OrthancRest.h"

namespace akari::archive {

// The rows of GET /series/{name}/instances, with Orthanc's name and the length in bytes of each file. Nullopt unless each row is usable, of
// that series, and its only one.
struct OrthancRow {
    InstanceResult instance;
    std::string name;
    std::uint64_t bytes = 0; // 0: not said
};
std::optional<std::vector<OrthancRow>> orthancRowsOf(const nlohmann::json& answer, const std::string& seriesName);
// Orthanc's name of the only series that POST /tools/lookup has found; else empty.
std::string onlySeriesOf(const nlohmann::json& answer);

// Thread-safe.
class OrthancFiles {
public:
    OrthancFiles(HttpTransport& transport, const std::string& dicomWeb, std::shared_ptr<ArchiveHabits> habits);

    // Whether the archive is an Orthanc; asked until it is known.
    bool answers(const StopToken& stop);
    // Every instance of the series, in no order; nullopt where this can't be had.
    std::optional<std::vector<InstanceResult>> list(const SeriesInstanceUid& series, const StopToken& stop);

    struct File {
        std::string address;
        std::uint64_t bytes = 0; // 0: not said
    };
    // Of an instance that list() has met.
    std::optional<File> fileOf(const SeriesInstanceUid& series, const SopInstanceUid& sop) const;
    // Its file did not come, or was another one.
    void failed(const SeriesInstanceUid& series, const SopInstanceUid& sop, const Error& error);

    // Of some instance in the middle of the series' list, where it is known already that this is an Orthanc.
    std::optional<File> middleOf(const SeriesInstanceUid& series, const StopToken& stop) const;

    const OrthancRest& rest() const { return m_rest; }

private:
    std::string nameOf(const SeriesInstanceUid& series, const StopToken& stop) const; // Orthanc's; empty: not known

    // Constant after construction.
    OrthancRest m_rest;
    std::shared_ptr<ArchiveHabits> m_habits;

    struct Known {
        std::string name; // Orthanc's
        std::uint64_t bytes = 0;
    };
    mutable std::mutex m_mutex;
    std::map<std::string, std::map<std::string, Known>> m_known; // by series and SOP Instance UID; protected by m_mutex
};

} // namespace akari::archive
