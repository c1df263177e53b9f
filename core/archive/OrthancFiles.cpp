#include "core/archive/OrthancFiles.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/archive/ClientImpl.h"

namespace akari::archive {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostSeries = 16; // remembered at once
constexpr int kMostSilent = 3;

// "f41f3c63-6fa0b506-02fd6990-df167c3c-98dafc08": five groups of eight. It becomes part of an address.
bool isName(const std::string& text)
{
    return text.size() == 44 && text.find_first_not_of("0123456789abcdef-") == std::string::npos;
}

std::int32_t integerOf(const std::string& text, std::int32_t otherwise)
{
    const auto numbers = dicom::decimalsOf(text);
    return numbers.size() == 1 && std::abs(numbers[0]) <= 2147483647.0 ? static_cast<std::int32_t>(numbers[0]) : otherwise;
}

InstanceResult listedByOrthanc(const Json& tags)
{
    InstanceResult instance;
    instance.sop = SopInstanceUid(stringAt(tags, "SOPInstanceUID"));
    instance.number = integerOf(stringAt(tags, "InstanceNumber"), 0);
    instance.frames = integerOf(stringAt(tags, "NumberOfFrames"), 1);
    instance.position = dicom::decimalsOf(stringAt(tags, "ImagePositionPatient"));
    instance.orientation = dicom::decimalsOf(stringAt(tags, "ImageOrientationPatient"));
    return instance;
}

} // namespace

// None where it has several of that UID: the address would not say whose.
std::string onlySeriesOf(const Json& found)
{
    std::string name;
    for (const Json& one : found.is_array() ? found : Json::array()) {
        if (stringAt(one, "Type") != "Series") {
            continue;
        }
        if (!name.empty()) {
            return {};
        }
        name = stringAt(one, "ID");
    }
    return isName(name) ? name : std::string();
}

std::optional<std::vector<OrthancRow>> orthancRowsOf(const Json& answer, const std::string& seriesName)
{
    if (!answer.is_array()) {
        return std::nullopt;
    }
    std::vector<OrthancRow> rows;
    std::set<std::string> seen;
    for (const Json& row : answer) {
        OrthancRow one;
        one.instance = row.contains("MainDicomTags") ? listedByOrthanc(row["MainDicomTags"]) : InstanceResult();
        one.name = stringAt(row, "ID");
        one.bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(0, numberAt(row, "FileSize").value_or(0)));
        const std::string& sop = one.instance.sop.value;
        if (!isUsableUid(sop) || !isName(one.name) || stringAt(row, "ParentSeries") != seriesName || !seen.insert(sop).second) {
            return std::nullopt;
        }
        rows.push_back(std::move(one));
    }
    return rows;
}

OrthancFiles::OrthancFiles(HttpTransport& transport, const std::string& dicomWeb, std::shared_ptr<ArchiveHabits> habits)
    : m_rest(transport, dicomWeb), m_habits(std::move(habits))
{
}

bool OrthancFiles::answers(const StopToken& stop)
{
    if (m_habits->orthanc.load() == ArchiveHabits::Orthanc::Unknown) {
        const auto answers = m_rest.answers(stop);
        // A line that broke says nothing, but whoever never answers is not asked for ever.
        const bool enough = answers || (!stop.stopRequested() && ++m_habits->orthancSilent >= kMostSilent);
        if (enough) {
            m_habits->orthanc.store(answers.value_or(false) ? ArchiveHabits::Orthanc::Yes : ArchiveHabits::Orthanc::No);
        }
    }
    return m_habits->orthanc.load() == ArchiveHabits::Orthanc::Yes;
}

std::string OrthancFiles::nameOf(const SeriesInstanceUid& series, const StopToken& stop) const
{
    const auto found = m_rest.json("/tools/lookup", stop, series.value);
    return found ? onlySeriesOf(*found) : std::string();
}

std::optional<OrthancFiles::File> OrthancFiles::middleOf(const SeriesInstanceUid& series, const StopToken& stop) const
{
    if (!isUsableUid(series.value) || m_habits->orthanc.load() != ArchiveHabits::Orthanc::Yes) {
        return std::nullopt;
    }
    const std::string name = nameOf(series, stop);
    const auto found = name.empty() ? std::nullopt : m_rest.json("/series/" + name, stop);
    if (!found || !found->is_object() || !found->contains("Instances") || !(*found)["Instances"].is_array() || (*found)["Instances"].empty()) {
        return std::nullopt;
    }
    const Json& all = (*found)["Instances"];
    const Json& middle = all[all.size() / 2];
    const std::string instance = middle.is_string() ? middle.get<std::string>() : std::string();
    return isName(instance) ? std::optional(File{m_rest.at("/instances/" + instance + "/file"), 0}) : std::nullopt;
}

std::optional<std::vector<InstanceResult>> OrthancFiles::list(const SeriesInstanceUid& series, const StopToken& stop)
{
    if (!isUsableUid(series.value) || !answers(stop)) {
        return std::nullopt;
    }
    const std::string name = nameOf(series, stop);
    const auto answer = name.empty() ? std::nullopt : m_rest.json("/series/" + name + "/instances", stop);
    auto rows = answer ? orthancRowsOf(*answer, name) : std::nullopt;
    if (!rows) {
        return std::nullopt;
    }
    std::vector<InstanceResult> instances;
    std::map<std::string, Known> known;
    for (OrthancRow& row : *rows) {
        known[row.instance.sop.value] = {std::move(row.name), row.bytes};
        instances.push_back(std::move(row.instance));
    }
    const std::lock_guard lock(m_mutex);
    if (m_known.size() >= kMostSeries && !m_known.contains(series.value)) {
        m_known.clear();
    }
    m_known[series.value] = std::move(known);
    return instances;
}

std::optional<OrthancFiles::File> OrthancFiles::fileOf(const SeriesInstanceUid& series, const SopInstanceUid& sop) const
{
    const std::lock_guard lock(m_mutex);
    const auto its = m_known.find(series.value);
    if (its == m_known.end()) {
        return std::nullopt;
    }
    const auto known = its->second.find(sop.value);
    return known == its->second.end() || known->second.bytes == 0
        ? std::nullopt
        : std::optional(File{m_rest.at("/instances/" + known->second.name + "/file"), known->second.bytes});
}

// A line that broke, or a reader who stopped it, says nothing of the archive.
void OrthancFiles::failed(const SeriesInstanceUid& series, const SopInstanceUid& sop, const Error& error)
{
    const std::lock_guard lock(m_mutex);
    const auto its = m_known.find(series.value);
    if (its == m_known.end()) {
        return;
    }
    if (error.code == "archive.login" || error.code == "archive.refused") {
        m_known.erase(its); // files are not for us
    } else if (error.code != "archive.unreachable" && error.code != "archive.broken" && error.code != "archive.resting" && error.code != "stopped") {
        its->second.erase(sop.value);
    }
}

} // namespace akari::archive
