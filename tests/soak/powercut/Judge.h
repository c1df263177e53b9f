// Opens what a power cut left, with the product's own rooms, and says what is wrong with it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/Clock.h"
#include "core/cache/Cache.h"
#include "core/records/Records.h"
#include "core/vault/DataFolder.h"

namespace akari::soak {

// One object as the archive's own storage has it.
struct StoredObject {
    std::string series, sop, sha256;
    SharedBytes bytes;
};

struct Expectation {
    std::string archive, study, passphrase;
    std::map<std::string, StoredObject> objects; // by SOP Instance UID
    static Expectation read(const std::filesystem::path& manifest);
};

// {"expected","same","other","missing","twice"}: the objects of any archive's copy in the cache, by their bytes.
nlohmann::json compared(const std::filesystem::path& manifest, const std::filesystem::path& folder);
// {SOP: SHA-256} of the outbox's objects.
nlohmann::json signedIn(const std::filesystem::path& folder, const std::string& passphrase);

struct Totals {
    std::uint64_t objectsRead = 0;
    std::uint64_t objectsFetchedAgain = 0; // what a cut cost of the cache
    std::uint64_t draftsFound = 0;
    std::uint64_t signedFound = 0;
};

class Judge {
public:
    // `finished` is the data folder after the whole run: it has the exact bytes of what was signed.
    Judge(Expectation expectation, const std::filesystem::path& finished);

    // `folder` is changed: a real program would go on in it too. Empty: nothing is wrong.
    std::vector<std::string> judge(const std::filesystem::path& folder, const std::vector<nlohmann::json>& acknowledged);
    const Totals& totals() const { return m_totals; }

private:
    void judgeRecords(const std::filesystem::path& folder, const std::vector<nlohmann::json>& acknowledged);
    void judgeAcknowledged(records::Records& records, const nlohmann::json& what);
    void judgeCache(const std::filesystem::path& folder);
    std::set<std::string> heldIn(const cache::Cache& cache);
    void fetchAgain(cache::Cache& cache, const std::set<std::string>& held);
    void wrong(std::string what) { m_wrong.push_back(std::move(what)); }

    SystemClock m_clock;
    Expectation m_expected;
    std::unique_ptr<vault::DataFolder> m_finished;
    Bytes m_vault;                               // vault.json of the finished folder
    std::map<std::string, std::string> m_signed; // SOP -> SHA-256 of the signed bytes
    Totals m_totals;
    std::vector<std::string> m_wrong;
};

} // namespace akari::soak
