#include "core/importing/Collector.h"

#include <algorithm>

namespace akari::importing {
namespace {

constexpr std::size_t kTellEvery = 64; // files
// Refusals that leave open what the file held. "dicom.unreadable" is said of what begins like DICOM only.
constexpr std::string_view kLosses[] = {"import.archive",  "import.member",    "import.bomb",      "import.unpacker",  "import.changed",   "import.encrypted",
                                        "import.truncated", "import.tooLarge", "file.unreadable", "memory.exhausted", "dicom.unreadable"};

std::string folderOf(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

} // namespace

void Collector::tell(std::unique_lock<std::mutex>& lock)
{
    m_lookedAtLastTelling = m_progress.looked;
    const ImportProgress now = m_progress;
    lock.unlock();
    if (m_events.progress) {
        m_events.progress(now);
    }
}

void Collector::looked(const std::string& path)
{
    std::unique_lock lock(m_mutex);
    m_met.insert(comparable(path));
    ++m_progress.looked;
    if (m_progress.looked >= m_lookedAtLastTelling + kTellEvery) {
        tell(lock);
    }
}

void Collector::reject(const std::string& path, Error why)
{
    const std::lock_guard lock(m_mutex);
    ++m_progress.rejected;
    m_lost = m_lost || std::find(std::begin(kLosses), std::end(kLosses), why.code) != std::end(kLosses);
    m_report.rejected.push_back({path, std::move(why)});
}

ImportedStudy& Collector::studyOf(const ObjectIdentity& identity)
{
    const auto [found, fresh] = m_studies.try_emplace({identity.archive, identity.study.value}, m_report.studies.size());
    if (fresh) {
        m_report.studies.push_back({identity.archive, identity.study, 0, false});
    }
    return m_report.studies[found->second];
}

void Collector::duplicate(const ObjectIdentity& identity)
{
    const std::lock_guard lock(m_mutex);
    static_cast<void>(studyOf(identity));
    ++m_progress.duplicate;
    ++m_report.duplicate;
}

void Collector::conflict(const std::string& path, const ObjectIdentity& identity)
{
    const std::lock_guard lock(m_mutex);
    m_report.conflicts.push_back({path, identity});
}

void Collector::imported(const ObjectIdentity& anyOfSeries, std::size_t objects, std::uint64_t bytes)
{
    std::unique_lock lock(m_mutex);
    studyOf(anyOfSeries).imported += objects;
    m_report.imported += objects;
    m_report.bytes += bytes;
    m_progress.imported = m_report.imported;
    m_progress.bytes = m_report.bytes;
    tell(lock);
}

void Collector::directory(const std::string& path, std::vector<DirectoryReference> references)
{
    const std::lock_guard lock(m_mutex);
    m_directories.push_back({path, std::move(references)});
}

bool Collector::lost() const
{
    const std::lock_guard lock(m_mutex);
    return m_lost;
}

void Collector::stop(Error why)
{
    const std::lock_guard lock(m_mutex);
    if (!m_report.stopped) {
        m_report.stopped = std::move(why);
    }
}

bool Collector::stopped() const
{
    const std::lock_guard lock(m_mutex);
    return m_report.stopped.has_value();
}

void Collector::conclude(bool whole)
{
    const std::lock_guard lock(m_mutex);
    const auto byPath = [](const auto& a, const auto& b) { return a.path < b.path; };
    std::sort(m_report.rejected.begin(), m_report.rejected.end(), byPath);
    std::sort(m_report.conflicts.begin(), m_report.conflicts.end(), byPath);
    if (whole) {
        compareMedia();
    }
}

void Collector::compareMedia()
{
    std::sort(m_directories.begin(), m_directories.end(), [](const Directory& a, const Directory& b) { return a.path < b.path; });
    std::map<std::string, std::set<std::string>> listed; // files by study; several DICOMDIRs may list the same
    for (const Directory& directory : m_directories) {
        Medium medium{directory.path, directory.references.size(), 0};
        for (const DirectoryReference& reference : directory.references) {
            std::string path = folderOf(directory.path);
            for (const std::string& component : reference.components) {
                path += (path.empty() || path.back() == '/' ? "" : "/") + component;
            }
            listed[reference.study.value].insert(comparable(path));
            if (m_met.contains(comparable(path))) {
                ++medium.found;
            } else {
                m_report.missing.push_back({std::move(path), directory.path, reference.study, reference.sop});
            }
        }
        m_report.media.push_back(std::move(medium));
    }
    for (const auto& [study, files] : listed) {
        m_listed[study] = files.size();
    }
}

std::size_t Collector::listedOf(const StudyInstanceUid& study) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_listed.find(study.value);
    return found == m_listed.end() ? 0 : found->second;
}

} // namespace akari::importing
