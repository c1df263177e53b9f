#include "core/archive/OrthancRest.h"

namespace akari::archive {
namespace {

constexpr std::size_t kLongestAnswer = 64 << 20; // inflated: a series of 90 000 instances

std::string parentOf(std::string address)
{
    while (address.ends_with('/')) {
        address.pop_back();
    }
    const auto slash = address.rfind('/');
    const auto host = address.find("://");
    const bool above = slash != std::string::npos && host != std::string::npos && slash >= host + 3;
    return above ? address.substr(0, slash) : std::string();
}

} // namespace

OrthancRest::OrthancRest(HttpTransport& transport, std::string dicomWeb) : m_transport(&transport), m_address(parentOf(std::move(dicomWeb))) {}

std::optional<bool> OrthancRest::answers(const StopToken& stop) const
{
    if (m_address.empty()) {
        return false;
    }
    const Said system = ask("/system", stop, {});
    if (system.status == 0 || system.status >= 500) {
        return std::nullopt;
    }
    const nlohmann::json parsed = system.status == 200 ? nlohmann::json::parse(system.text, nullptr, false) : nlohmann::json();
    return numberAt(parsed, "ApiVersion") && numberAt(parsed, "DatabaseVersion");
}

OrthancRest::Said OrthancRest::ask(const std::string& path, const StopToken& stop, const std::string& body) const
{
    const Bytes posted(body.begin(), body.end());
    Request request;
    request.url = at(path);
    request.fields = {"Accept: application/json"};
    if (!body.empty()) {
        request.fields.emplace_back("Content-Type: text/plain");
        request.body = &posted;
    }
    request.compressed = true;
    request.stop = stop;
    std::string came;
    const auto answer = m_transport->send(request, [&](const ResponseHead&, BytesView bytes) -> Status {
        if (came.size() + bytes.size() > kLongestAnswer) {
            return fail("archive.broken", "The archive's answer is too long.");
        }
        came += asText(bytes);
        return {};
    });
    return answer ? Said{answer->head.status, std::move(came)} : Said();
}

std::optional<std::string> OrthancRest::text(const std::string& path, const StopToken& stop, const std::string& body) const
{
    Said said = m_address.empty() ? Said() : ask(path, stop, body);
    return said.status == 200 ? std::optional(std::move(said.text)) : std::nullopt;
}

std::optional<nlohmann::json> OrthancRest::json(const std::string& path, const StopToken& stop, const std::string& body) const
{
    const auto came = text(path, stop, body);
    nlohmann::json parsed = came ? nlohmann::json::parse(*came, nullptr, false) : nlohmann::json();
    return came && !parsed.is_discarded() ? std::optional(std::move(parsed)) : std::nullopt;
}

std::string stringAt(const nlohmann::json& json, const char* key)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::int64_t> numberAt(const nlohmann::json& json, const char* key)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() && found->is_number_integer() ? std::optional(found->get<std::int64_t>()) : std::nullopt;
}

} // namespace akari::archive
