#include "core/archive/KnownArchives.h"

#include "core/archive/OpenIdSignIn.h"

namespace akari::archive {

KnownArchives::KnownArchives() = default;
KnownArchives::KnownArchives(records::Records& records, vault::SecretStore* keychain) : m_records(&records), m_keychain(keychain) {}
KnownArchives::~KnownArchives() = default;

std::shared_ptr<ArchiveHabits> KnownArchives::habitsOf(const records::ArchiveSettings& archive)
{
    const std::lock_guard lock(m_mutex);
    auto& habits = m_habits[archive.name + '\n' + archive.url];
    if (!habits) {
        habits = std::make_shared<ArchiveHabits>();
    }
    return habits;
}

std::shared_ptr<OpenIdSignIn> KnownArchives::signInOf(const records::ArchiveSettings& archive)
{
    if (m_records == nullptr || archive.openId.issuer.empty()) {
        return nullptr;
    }
    const std::lock_guard lock(m_mutex);
    // Whatever the provider is reached by: changed settings are another sign-in.
    std::string key = archive.name;
    for (const std::string* part :
         {&archive.url, &archive.openId.issuer, &archive.openId.clientId, &archive.openId.clientSecret, &archive.openId.scopes,
          &archive.proxy, &archive.proxyUser, &archive.proxyPassword, &archive.certificateAuthority}) {
        key += '\n' + *part;
    }
    auto& signIn = m_signIns[key];
    if (!signIn) {
        signIn = std::make_shared<OpenIdSignIn>(archive, TokenKeeper(*m_records, m_keychain));
    }
    return signIn;
}

} // namespace akari::archive
