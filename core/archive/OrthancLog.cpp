#include "core/archive/OrthancLog.h"

#include <algorithm>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

namespace akari::archive {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestLogPage = 16 << 20;
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

std::optional<std::string> textOf(HttpTransport& rest, const std::string& path, const StopToken& stop)
{
    Request request;
    request.path = path;
    request.fields = {"Accept: application/json"};
    request.compressed = true;
    request.stop = stop;
    std::string body;
    const auto answer = rest.send(request, [&](const ResponseHead&, BytesView bytes) -> Status {
        if (body.size() + bytes.size() > kLongestLogPage) {
            return fail("archive.broken", "The archive's answer is too long.");
        }
        body += asText(bytes);
        return {};
    });
    return answer && answer->head.status == 200 ? std::optional(std::move(body)) : std::nullopt;
}

std::optional<Json> jsonOf(HttpTransport& rest, const std::string& path, const StopToken& stop)
{
    const auto body = textOf(rest, path, stop);
    Json json = body ? Json::parse(*body, nullptr, false) : Json();
    return body && !json.is_discarded() ? std::optional(std::move(json)) : std::nullopt;
}

std::string stringAt(const Json& json, const char* key)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::int64_t> numberAt(const Json& json, const char* key)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() && found->is_number_integer() ? std::optional(found->get<std::int64_t>()) : std::nullopt;
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

std::optional<OrthancLog> OrthancLog::find(const records::ArchiveSettings& settings, const StopToken& stop)
{
    records::ArchiveSettings root = settings;
    while (root.url.ends_with('/')) {
        root.url.pop_back();
    }
    const auto slash = root.url.rfind('/');
    const auto host = root.url.find("://");
    if (slash == std::string::npos || host == std::string::npos || slash < host + 3) {
        return std::nullopt; // DICOMweb at the root: nothing lies above it
    }
    root.url.resize(slash);
    OrthancLog log(std::make_shared<HttpTransport>(root));
    const auto system = jsonOf(*log.m_rest, "/system", stop);
    const bool orthanc = system && numberAt(*system, "ApiVersion") && numberAt(*system, "DatabaseVersion");
    return orthanc ? std::optional(std::move(log)) : std::nullopt;
}

std::optional<std::int64_t> OrthancLog::end(const StopToken& stop) const
{
    const auto page = jsonOf(*m_rest, "/changes?last", stop);
    return page ? numberAt(*page, "Last") : std::nullopt;
}

std::optional<OrthancLog::Touched> OrthancLog::after(std::int64_t since, const StopToken& stop) const
{
    Touched touched;
    touched.last = since;
    for (int page = 0; page < kMostLogPages && !stop.stopRequested(); ++page) {
        const auto answer = jsonOf(*m_rest, "/changes?since=" + std::to_string(touched.last) + "&limit=" + std::to_string(kPage), stop);
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
    const auto answer = jsonOf(*m_rest, "/statistics", stop);
    return answer ? numberAt(*answer, "CountStudies") : std::nullopt;
}

std::optional<std::set<std::string>> OrthancLog::studies(const StopToken& stop) const
{
    const auto answer = jsonOf(*m_rest, "/studies", stop);
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
    const auto instances = jsonOf(*m_rest, "/studies/" + orthancStudy + "/instances", stop);
    if (!instances || !instances->is_array()) {
        return std::nullopt;
    }
    std::map<std::string, std::string> found;
    for (const Json& one : *instances) {
        const std::string id = stringAt(one, "ID");
        const std::string sop = one.contains("MainDicomTags") ? stringAt(one["MainDicomTags"], "SOPInstanceUID") : std::string();
        const auto hash = id.empty() || sop.empty() ? std::nullopt : textOf(*m_rest, "/instances/" + id + "/attachments/dicom/md5", stop);
        if (!hash || hash->size() != 32) {
            return std::nullopt;
        }
        found[sop] = *hash;
    }
    return found;
}

} // namespace akari::archive
