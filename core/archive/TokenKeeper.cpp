#include "core/archive/TokenKeeper.h"

#include <nlohmann/json.hpp>

#include "core/base/Log.h"
#include "core/vault/Seal.h"

namespace akari::archive {
namespace {

using Json = nlohmann::json;

// In records, before the keychain's name for them: the tokens lie there.
constexpr std::string_view kElsewhere = "keychain:";

std::string settingOf(const std::string& archive)
{
    return "sign-in/" + archive;
}
std::string entryOf(std::string_view setting)
{
    return "akari/sign-in/" + std::string(setting.substr(kElsewhere.size()));
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
    if (!kept->starts_with(kElsewhere)) {
        return tokensOf(*kept);
    }
    const auto secret = m_keychain != nullptr
                            ? m_keychain->read(entryOf(*kept))
                            : Result<std::optional<Bytes>>(fail("keychain.unavailable", "This program uses no keychain."));
    if (!secret) {
        return fail("archive.login",
                    "The sign-in to this archive lies in this computer's keychain, which can't be used now; unlock it, or sign in again.",
                    secret.error().code + ' ' + secret.error().detail);
    }
    return *secret ? tokensOf(asText(**secret)) : SignInTokens{};
}

Status TokenKeeper::write(const std::string& archive, const SignInTokens& tokens)
{
    if (tokens.empty()) {
        return forget(archive);
    }
    if (m_keychain != nullptr) {
        const auto kept = m_records.setting(settingOf(archive));
        if (!kept) {
            return fail(kept.error());
        }
        if (kept->starts_with(kElsewhere)) {
            // Records first: who may not write there does not renew.
            if (const Status put = m_records.putSetting(settingOf(archive), *kept); !put) {
                return put;
            }
            if (m_keychain->write(entryOf(*kept), asBytes(jsonOf(tokens)))) {
                return {};
            }
        } else {
            // The keychain first: cut short, what records hold still counts.
            const std::string place = std::string(kElsewhere) + toHex(randomBytes(16));
            if (m_keychain->write(entryOf(place), asBytes(jsonOf(tokens)))) {
                const Status put = m_records.putSetting(settingOf(archive), place);
                return put ? put : (static_cast<void>(m_keychain->remove(entryOf(place))), put);
            }
        }
    }
    return m_records.putSetting(settingOf(archive), jsonOf(tokens));
}

void TokenKeeper::settle(const std::string& archive)
{
    const auto kept = m_keychain != nullptr ? m_records.setting(settingOf(archive)) : Result<std::string>(std::string());
    if (kept && !kept->empty() && !kept->starts_with(kElsewhere)) {
        if (const Status moved = write(archive, tokensOf(*kept)); !moved) {
            log::debug("archive", "tokens stay in records: " + moved.error().code);
        }
    }
}

Status TokenKeeper::forget(const std::string& archive)
{
    const auto kept = m_records.setting(settingOf(archive));
    if (!kept) {
        return fail(kept.error());
    }
    if (kept->empty()) {
        return {};
    }
    if (kept->starts_with(kElsewhere)) {
        const Status removed = m_keychain != nullptr ? m_keychain->remove(entryOf(*kept))
                                                     : Status(fail("keychain.unavailable", "This program uses no keychain."));
        if (!removed) { // signing out must be possible where that keychain is another computer's
            log::warning("archive", "tokens that were signed out could not be removed from the keychain: " + removed.error().code);
        }
    }
    return m_records.putSetting(settingOf(archive), {});
}

} // namespace akari::archive
