// An archive that only lists: studies and series whose dates, counts and modalities a test sets, and an Orthanc's log above it on request.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/records/Records.h"
#include "tests/support/HttpServer.h"

namespace akari::test {

struct ListedStudy {
    std::string study, patient = "P-1", date = "20260102", time = "120000", description, bodyPart;
    std::vector<std::string> modalities{"CT"};
    int instances = 10;
};

class ListArchive {
public:
    ListArchive() : m_server([this](const HttpRequest& request) { return handle(request); }) {}

    void put(const ListedStudy& study)
    {
        const std::lock_guard lock(m_mutex);
        m_studies[study.study] = study;
    }
    void remove(const std::string& study)
    {
        const std::lock_guard lock(m_mutex);
        m_studies.erase(study);
    }
    records::ArchiveSettings settings() const
    {
        return {"List", "http://127.0.0.1:" + std::to_string(m_server.port()) + "/dicom-web", "", "", "", "", "#123456"};
    }
    std::size_t asked(const std::string& part) const
    {
        const std::lock_guard lock(m_mutex);
        std::size_t count = 0;
        for (const std::string& line : m_log) {
            count += line.find(part) != std::string::npos ? 1 : 0;
        }
        return count;
    }
    void forgetLog()
    {
        const std::lock_guard lock(m_mutex);
        m_log.clear();
    }

    // Faults; set while nothing is under way.
    int status = 200;            // of lists
    bool answersNothing = false; // 200 and no rows, to whatever is asked
    bool isOrthanc = false;
    std::vector<std::pair<int, std::string>> changes; // of the log: number and Orthanc's name of a study
    std::map<std::string, std::string> hashes;        // SOP Instance UID: MD5

private:
    using Json = nlohmann::json;
    static Json value(const char* vr, const Json& one) { return {{"vr", vr}, {"Value", Json::array({one})}}; }
    static HttpResponse json(int status, const Json& body) { return {status, {{"Content-Type", "application/dicom+json"}}, body.dump()}; }

    HttpResponse handle(const HttpRequest& request)
    {
        const std::lock_guard lock(m_mutex);
        const auto asked = [&](const char* name) { return request.query.contains(name) ? request.query.at(name) : std::string(); };
        m_log.push_back(request.path + "?" + asked("StudyDate") + asked("StudyInstanceUID") + asked("PatientID"));
        if (request.path.rfind("/dicom-web/", 0) != 0) {
            return isOrthanc ? orthanc(request) : HttpResponse{404, {}, ""};
        }
        if (status != 200) {
            return {status, {}, ""};
        }
        Json rows = Json::array();
        const bool first = asked("offset").empty() || asked("offset") == "0";
        const auto series = request.path.find("/series");
        for (const auto& [uid, study] : m_studies) {
            const bool its = series == std::string::npos ? matches(study, asked("StudyDate"), asked("StudyInstanceUID"), asked("PatientID"))
                                                         : request.path == "/dicom-web/studies/" + uid + "/series";
            if (its && first && !answersNothing) {
                rows.push_back(series == std::string::npos ? studyRow(study) : seriesRow(study));
            }
        }
        return json(200, rows);
    }
    static bool matches(const ListedStudy& study, const std::string& dates, const std::string& uid, const std::string& patient)
    {
        const auto dash = dates.find('-');
        const std::string from = dates.substr(0, dash);
        const std::string to = dash == std::string::npos ? dates : dates.substr(dash + 1);
        return (uid.empty() || uid == study.study) && (patient.empty() || patient == study.patient) && study.date >= from &&
               (to.empty() || study.date <= to);
    }
    static Json studyRow(const ListedStudy& study)
    {
        Json modalities{{"vr", "CS"}, {"Value", study.modalities}};
        return {{"0020000D", value("UI", study.study)},       {"00100020", value("LO", study.patient)},
                {"00080020", value("DA", study.date)},        {"00080030", value("TM", study.time)},
                {"00081030", value("LO", study.description)}, {"00080061", modalities},
                {"00201208", value("IS", study.instances)}};
    }
    static Json seriesRow(const ListedStudy& study)
    {
        return {{"0020000D", value("UI", study.study)},
                {"0020000E", value("UI", study.study + ".1")},
                {"00080060", value("CS", study.modalities.front())},
                {"00180015", value("CS", study.bodyPart)},
                {"00201209", value("IS", study.instances)}};
    }
    HttpResponse orthanc(const HttpRequest& request) const
    {
        if (request.path == "/system") {
            return json(200, {{"ApiVersion", 17}, {"DatabaseVersion", 6}, {"Name", "Test"}});
        }
        if (request.path == "/changes") {
            const bool last = request.query.contains("last");
            const int since = last || !request.query.contains("since") ? 0 : std::stoi(request.query.at("since"));
            Json list = Json::array();
            int end = since;
            for (const auto& [number, study] : changes) {
                if (number > since && !last) {
                    list.push_back({{"ChangeType", "StableStudy"}, {"ResourceType", "Study"}, {"ID", study}, {"Seq", number}});
                }
                end = std::max(end, number);
            }
            return json(200, {{"Changes", list}, {"Done", true}, {"Last", end}});
        }
        if (request.path.ends_with("/instances")) {
            Json list = Json::array();
            for (const auto& [sop, hash] : hashes) {
                list.push_back({{"ID", sop}, {"MainDicomTags", {{"SOPInstanceUID", sop}}}});
            }
            return json(200, list);
        }
        for (const auto& [sop, hash] : hashes) {
            if (request.path == "/instances/" + sop + "/attachments/dicom/md5") {
                return {200, {}, hash};
            }
        }
        return {404, {}, ""};
    }

    mutable std::mutex m_mutex;
    std::map<std::string, ListedStudy> m_studies; // protected by m_mutex
    std::vector<std::string> m_log;               // protected by m_mutex
    HttpServer m_server;
};

} // namespace akari::test
