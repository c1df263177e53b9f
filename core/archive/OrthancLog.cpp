#include "core/archive/OrthancLog.h"

#include <algorithm>

#include <openssl/evp.h>

#include "core/archive/ClientImpl.h"

namespace akari::archive {
namespace {

using Json = nlohmann::json;

constexpr int kPage = 1000;
constexpr int kMostLogPages = 500;

std::string digest(const EVP_MD* kind, BytesView bytes)
{
    Bytes hash(EVP_MAX_MD_SIZE);
    unsigned length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), &length, kind, nullptr) != 1) {
        return {};
    }
    hash.resize(length);
    return toHex(hash);
}

} // namespace

std::string md5Of(BytesView bytes)
{
    return digest(EVP_md5(), bytes);
}

std::string OrthancLog::studyName(const std::string& patientId, const StudyInstanceUid& study)
{
    const std::string text = patientId + '|' + study.value;
    std::string name = digest(EVP_sha1(), asBytes(text));
    for (const std::size_t at : {8U, 17U, 26U, 35U}) {
        name.insert(at, "-");
    }
    return name;
}

std::optional<OrthancLog> OrthancLog::find(const DicomWebClient& client, const StopToken& stop)
{
    DicomWebClient::Impl& its = *client.m_impl;
    return its.orthanc.answers(stop) ? std::optional(OrthancLog(its.orthanc.rest())) : std::nullopt;
}

std::optional<std::int64_t> OrthancLog::end(const StopToken& stop) const
{
    const auto page = m_rest.json("/changes?last", stop);
    return page ? numberAt(*page, "Last") : std::nullopt;
}

std::optional<OrthancLog::Touched> OrthancLog::after(std::int64_t since, const StopToken& stop) const
{
    Touched touched;
    touched.last = since;
    for (int page = 0; page < kMostLogPages && !stop.stopRequested(); ++page) {
        const auto answer = m_rest.json("/changes?since=" + std::to_string(touched.last) + "&limit=" + std::to_string(kPage), stop);
        const auto last = answer ? numberAt(*answer, "Last") : std::nullopt;
        if (!last || !answer->contains("Changes") || !(*answer)["Changes"].is_array()) {
            return std::nullopt;
        }
        for (const Json& change : (*answer)["Changes"]) {
            if (stringAt(change, "ResourceType") == "Study") {
                touched.studies.insert(stringAt(change, "ID"));
            }
        }
        const bool done = !answer->contains("Done") || (*answer)["Done"] != false;
        if (done || *last <= touched.last) {
            touched.last = std::max(touched.last, *last);
            return touched;
        }
        touched.last = *last;
    }
    return std::nullopt;
}

std::optional<std::int64_t> OrthancLog::countStudies(const StopToken& stop) const
{
    const auto answer = m_rest.json("/statistics", stop);
    return answer ? numberAt(*answer, "CountStudies") : std::nullopt;
}

std::optional<std::set<std::string>> OrthancLog::studies(const StopToken& stop) const
{
    const auto answer = m_rest.json("/studies", stop);
    if (!answer || !answer->is_array()) {
        return std::nullopt;
    }
    std::set<std::string> names;
    for (const Json& name : *answer) {
        if (name.is_string()) {
            names.insert(name.get<std::string>());
        }
    }
    return names;
}

std::optional<std::map<std::string, std::string>> OrthancLog::hashes(const std::string& orthancStudy, const StopToken& stop) const
{
    const auto instances = m_rest.json("/studies/" + orthancStudy + "/instances", stop);
    if (!instances || !instances->is_array()) {
        return std::nullopt;
    }
    std::map<std::string, std::string> found;
    for (const Json& one : *instances) {
        const std::string id = stringAt(one, "ID");
        const std::string sop = one.contains("MainDicomTags") ? stringAt(one["MainDicomTags"], "SOPInstanceUID") : std::string();
        const auto hash = id.empty() || sop.empty() ? std::nullopt : m_rest.text("/instances/" + id + "/attachments/dicom/md5", stop);
        if (!hash || hash->size() != 32) {
            return std::nullopt;
        }
        found[sop] = *hash;
    }
    return found;
}

} // namespace akari::archive
