#include "core/archive/KnownArchives.h"

#include <cstdio>

#include "core/archive/OpenIdSignIn.h"

namespace akari::archive {

namespace {
constexpr const char* kHabitsFormat = "1 %zu %zu %zu %zu"; // another number where a ladder of forms changes
constexpr std::size_t kMostForms = 16;
constexpr std::size_t kLongestPage = 100'000;
} // namespace

std::string ArchiveHabits::text() const
{
    char text[100];
    std::snprintf(text, sizeof text, kHabitsFormat, instanceForm.load(), frameForm.load(), bulkForm.load(), longestPage.load());
    return text;
}

void ArchiveHabits::take(const std::string& text)
{
    std::size_t instance = 0, frame = 0, bulk = 0, page = 0;
    if (std::sscanf(text.c_str(), kHabitsFormat, &instance, &frame, &bulk, &page) == 4 && instance < kMostForms && frame < kMostForms &&
        bulk < kMostForms && page < kLongestPage) {
        instanceForm = instance;
        frameForm = frame;
        bulkForm = bulk;
        longestPage = page;
    }
}

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

Status KnownArchives::forget(const std::string& archive)
{
    std::vector<std::shared_ptr<OpenIdSignIn>> signedIn;
    {
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_habits, [&](const auto& one) { return one.first.starts_with(archive + '\n'); });
        std::erase_if(m_signIns, [&](const auto& one) {
            const bool its = one.first.starts_with(archive + '\n');
            if (its) {
                signedIn.push_back(one.second);
            }
            return its;
        });
    }
    for (const auto& one : signedIn) {
        if (const Status out = one->signOut(); !out) {
            return out;
        }
    }
    return m_records != nullptr ? TokenKeeper(*m_records, m_keychain).write(archive, {}) : Status();
}

} // namespace akari::archive
