// What is learned of each archive and kept while the program runs, whichever client object asks: the Accept forms that it takes, the
// longest page it gives, and who is signed in there. Owned by the composition root; outlives every client. Thread-safe.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/records/Records.h"
#include "core/vault/DataFolder.h"

namespace akari::archive {

// Index of the form of an Accept field that the archive took last, by what is asked for.
struct ArchiveHabits {
    std::atomic<std::size_t> instanceForm{0};
    std::atomic<std::size_t> frameForm{0};
    std::atomic<std::size_t> bulkForm{0};
    std::atomic<std::size_t> longestPage{0}; // 0: whatever is asked
    std::atomic<std::size_t> transcodeForm{0};
    std::atomic<bool> noTranscodes{false};   // it refused one
    enum class Orthanc { Unknown, Yes, No };
    // Whether one answers above its DICOMweb address, and how often nobody did; not kept for the next run.
    std::atomic<Orthanc> orthanc{Orthanc::Unknown};
    std::atomic<int> orthancSilent{0};

    // For the next run; what another version wrote is not taken.
    std::string text() const;
    void take(const std::string& text);
};

class OpenIdSignIn;

class KnownArchives {
public:
    KnownArchives();
    // With records archives that people sign in to work: tokens are kept there, or in the keychain. Both outlive this.
    explicit KnownArchives(records::Records& records, vault::SecretStore* keychain = nullptr);
    ~KnownArchives();
    KnownArchives(const KnownArchives&) = delete;
    KnownArchives& operator=(const KnownArchives&) = delete;

    // By name and address: another address is another archive.
    std::shared_ptr<ArchiveHabits> habitsOf(const records::ArchiveSettings& archive);
    // One for all clients of the archive, so that a token is renewed once. Null where nobody signs in there.
    std::shared_ptr<OpenIdSignIn> signInOf(const records::ArchiveSettings& archive);
    // Of an archive that goes: whoever was signed in there, by whichever settings.
    Status forget(const std::string& archive);

private:
    // Constant after construction.
    records::Records* m_records = nullptr;
    vault::SecretStore* m_keychain = nullptr;

    std::mutex m_mutex;
    // Protected by m_mutex.
    std::map<std::string, std::shared_ptr<ArchiveHabits>> m_habits;
    std::map<std::string, std::shared_ptr<OpenIdSignIn>> m_signIns;
};

} // namespace akari::archive
