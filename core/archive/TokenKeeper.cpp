#include "core/archive/TokenKeeper.h"

#include <nlohmann/json.hpp>

namespace akari::archive {
namespace {

using Json = nlohmann::json;

// In records, beside an empty value: the tokens are in the keychain.
constexpr std::string_view kElsewhere = "keychain";

std::string settingOf(const std::string& archive)
{
    return "sign-in/" + archive;
}
std::string entryOf(const std::string& archive)
{
    return "akari/sign-in/" + archive;
}

std::string jsonOf(const SignInTokens& tokens)
{
    return Json{{"access", tokens.access}, {"refresh", tokens.refresh}, {"expiresAt", tokens.expiresAt}, {"lifetime", tokens.lifetime}}
        .dump();
}

SignInTokens tokensOf(std::string_view text)
{
    const Json json = Json::parse(text, nullptr, false);
    SignInTokens tokens;
    const auto word = [&](const char* key) {
        return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
    };
    const auto number = [&](const char* key) {
        return json.contains(key) && json[key].is_number_integer() ? json[key].get<std::int64_t>() : std::int64_t{0};
    };
    if (json.is_object()) {
        tokens.access = word("access");
        tokens.refresh = word("refresh");
        tokens.expiresAt = number("expiresAt");
        tokens.lifetime = number("lifetime");
    }
    return tokens;
}

} // namespace

Result<SignInTokens> TokenKeeper::read(const std::string& archive) const
{
    const auto kept = m_records.setting(settingOf(archive));
    if (!kept) {
        return fail(kept.error());
    }
    if (*kept != kElsewhere) {
        return tokensOf(*kept);
    }
    if (m_keychain == nullptr) {
        return SignInTokens{};
    }
    const auto secret = m_keychain->read(entryOf(archive));
    if (!secret) {
        return fail(secret.error());
    }
    return *secret ? tokensOf(asText(**secret)) : SignInTokens{};
}

Status TokenKeeper::write(const std::string& archive, const SignInTokens& tokens)
{
    if (m_keychain != nullptr && m_keychain->write(entryOf(archive), asBytes(tokens.empty() ? std::string() : jsonOf(tokens)))) {
        return m_records.putSetting(settingOf(archive), tokens.empty() ? std::string() : std::string(kElsewhere));
    }
    return m_records.putSetting(settingOf(archive), tokens.empty() ? std::string() : jsonOf(tokens));
}

} // namespace akari::archive
