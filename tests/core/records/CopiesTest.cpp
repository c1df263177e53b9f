// The second place, restoring from it, older schemas, other keys, archives that end.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <map>
#include <thread>

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/base/FileIo.h"
#include "core/records/Restore.h"
#include "core/records/Rotation.h"
#include "core/vault/Folder.h"
#include "tests/core/records/RecordsSupport.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::records;
using namespace akari::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// Keychain mode: no Argon2 in every step.
class Store final : public vault::SecretStore {
public:
    explicit Store(fs::path folder) : m_folder(std::move(folder)) { fs::create_directories(m_folder); }
    Result<std::optional<Bytes>> read(const std::string& name) override
    {
        const fs::path file = m_folder / name.substr(name.find('/') + 1);
        return fs::exists(file) ? std::optional<Bytes>(readWholeFile(file).value()) : std::optional<Bytes>();
    }
    Status write(const std::string& name, BytesView secret) override
    {
        return writeAtomically(m_folder / name.substr(name.find('/') + 1), secret);
    }
    Status remove(const std::string& name) override
    {
        fs::remove(m_folder / name.substr(name.find('/') + 1));
        return {};
    }

private:
    const fs::path m_folder; // outlives a killed process
};

std::string codeOf(const auto& result)
{
    return result ? "ok" : result.error().code;
}

std::unique_ptr<vault::DataFolder> openFolder(const fs::path& at, Store& store, bool readOnly = false)
{
    return vault::DataFolder::open({at, std::nullopt, &store, readOnly}).value();
}

// Something in every table.
std::string fill(Records& records)
{
    REQUIRE(records.setReader({dicom::PersonName::parse("Kimura^Aoi"), "Clinic", "aoi", "reader"}, "sign here"));
    REQUIRE(records.putArchive({"Hospital A", "https://a.example.org", "u", "secret", "", "", "#112233"}));
    REQUIRE(records.putArchive({"Hospital B", "https://b.example.org", "u", "secret", "", "", "#112233"}));
    REQUIRE(records.putAnnotations("Hospital A", kStudy, R"({"length":12})"));
    REQUIRE(records.putSetting("layout", "2x2"));
    REQUIRE(records.audit("app.started", "x"));
    const std::string id = records.saveDraft(draftWith("first")).value().id;
    REQUIRE(records.saveDraft(draftWith("second", id)));
    REQUIRE(records.sign(id, "final", {objectWith("1.2.3.1", Bytes(3000, 7)), objectWith("1.2.3.2", Bytes(40, 9))}));
    return records.saveDraft(draftWith("open")).value().id;
}

void checkAll(const Records& records)
{
    CHECK(records.reader().value().value().login == "aoi");
    CHECK(records.reauthenticate("sign here"));
    CHECK(records.archive("Hospital A").value().password == "secret");
    CHECK(records.annotations("Hospital A", kStudy).value() == R"({"length":12})");
    CHECK(records.setting("layout").value() == "2x2");
    CHECK(records.auditTrail().value().size() >= 2);
    const auto drafts = records.drafts().value();
    REQUIRE(drafts.size() == 2);
    CHECK(drafts[0].json == "final");
    CHECK(drafts[1].json == "open");
    CHECK(records.openDraftOf("Hospital A", kStudy).value().value().json == "open");
    REQUIRE(records.outbox().value().size() == 2);
    CHECK(records.signedObject(SopInstanceUid("1.2.3.1")).value().part10 == Bytes(3000, 7));
    CHECK(records.signedObject(SopInstanceUid("1.2.3.2")).value().part10 == Bytes(40, 9));
}

bool waitFor(const std::function<bool()>& met)
{
    for (int i = 0; i < 200 && !met(); ++i) {
        std::this_thread::sleep_for(25ms);
    }
    return met();
}

// What schema 1 was: no lookup key in it.
void makeSchema1(const fs::path& file)
{
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
    database.exec("DELETE FROM meta WHERE name='lookup'");
    database.exec("PRAGMA user_version=1");
}

} // namespace

TEST_CASE("a file of an older schema is read as it is, and brought forward by a writer after a copy", "[core][records]")
{
    const TempFolder temp;
    std::string open;
    {
        auto records = openRecords(temp.path()).value();
        open = fill(*records);
    }
    makeSchema1(temp.path() / "records.db");
    checkAll(*openRecords(temp.path(), true).value());
    const auto versionOf = [](const fs::path& file) {
        return SQLite::Database(file.string(), SQLite::OPEN_READONLY).execAndGet("PRAGMA user_version").getInt();
    };
    CHECK(versionOf(temp.path() / "records.db") == 1);

    // Without room for the copy nothing is touched.
    const fs::path copy = temp.path() / "backup" / "records-schema-1.db";
    fs::create_directories(copy / "in the way");
    CHECK_FALSE(openRecords(temp.path()));
    CHECK(versionOf(temp.path() / "records.db") == 1);
    fs::remove_all(copy);

    checkAll(*openRecords(temp.path()).value());
    CHECK(versionOf(temp.path() / "records.db") == 2);
    CHECK(versionOf(copy) == 1);
    fs::create_directories(temp.path() / "old");
    fs::copy_file(copy, temp.path() / "old" / "records.db");
    checkAll(*openRecords(temp.path() / "old", true).value());

    SQLite::Database(temp.path() / "records.db", SQLite::OPEN_READWRITE).exec("PRAGMA user_version=3");
    CHECK(codeOf(openRecords(temp.path())) == "records.newer");
    CHECK(codeOf(openRecords(temp.path(), true)) == "records.newer");
}

TEST_CASE("sealed anew, everything opens with the new key and nothing with the old", "[core][records]")
{
    const TempFolder temp;
    const vault::Key fresh(Bytes(32, 0x77));
    {
        auto records = openRecords(temp.path()).value();
        fill(*records);
        REQUIRE(records->reseal(fresh));
        checkAll(*records);
        CHECK(records->auditTrail().value().back().event == "keys.rotated");
        REQUIRE(records->audit("after", "x"));
        REQUIRE(records->newestCopies());
    }
    CHECK(codeOf(openRecords(temp.path())) == "records.damaged");
    const auto open = [&](const fs::path& folder) { return Records::open(folder, fresh, false, kClock); };
    checkAll(*open(temp.path()).value());
    for (const char* name : {"records-1.db", "records-2.db"}) {
        fs::create_directories(temp.path() / name / "x");
        fs::copy_file(temp.path() / "backup" / name, temp.path() / name / "x" / "records.db");
        CHECK(codeOf(openRecords(temp.path() / name / "x")) == "records.damaged");
        checkAll(*open(temp.path() / name / "x").value());
    }
    // Twice is as good as once.
    auto records = open(temp.path()).value();
    REQUIRE(records->reseal(recordsKey()));
    checkAll(*records);
    records.reset();
    checkAll(*openRecords(temp.path()).value());
    // A table that nobody has taught this program to seal is not left behind under the old key.
    SQLite::Database(temp.path() / "records.db", SQLite::OPEN_READWRITE).exec("CREATE TABLE letters(id INTEGER PRIMARY KEY, sealed BLOB)");
    records = openRecords(temp.path()).value();
    CHECK(codeOf(records->reseal(fresh)) == "records.unknown");
    checkAll(*records);
}

TEST_CASE("killed at any step of a rotation, the folder opens and holds everything, and the next start finishes", "[core][records]")
{
    for (const RotationStep at : {RotationStep::Vault, RotationStep::Records, RotationStep::Copies, RotationStep::Done}) {
        const TempFolder temp;
        Store store(temp.path() / "store");
        const fs::path data = temp.path() / "d";
        std::string cacheKey;
        std::string before;
        {
            const auto folder = openFolder(data, store);
            const auto records = openRecords(*folder, &store, kClock).value();
            fill(*records);
            cacheKey = toHex(folder->keys().obtain("archive Hospital A").value()->key.bytes());
            before = toHex(folder->recordsKey().bytes());
        }
        const int ended = inChild([&] {
            const auto folder = openFolder(data, store);
            auto records = openRecords(*folder, &store, kClock).value();
            const Status rotated = rotateKeys(*folder, *records, std::nullopt, &store, [&](RotationStep step) {
                if (step == at) {
                    ::kill(::getpid(), SIGKILL);
                }
            });
            return rotated ? 0 : 1;
        });
        REQUIRE(ended == 128 + SIGKILL);
        {
            const auto folder = openFolder(data, store, true);
            checkAll(*openRecords(*folder, nullptr, kClock).value());
            CHECK(folder->isRotating() == (at != RotationStep::Done));
        }
        for (int round = 0; round < 2; ++round) {
            const auto folder = openFolder(data, store);
            checkAll(*openRecords(*folder, &store, kClock).value());
            CHECK_FALSE(folder->isRotating());
            CHECK(toHex(folder->recordsKey().bytes()) != before);
            CHECK(toHex(folder->keys().find("archive Hospital A")->key.bytes()) == cacheKey);
        }
        CHECK(std::distance(fs::directory_iterator(temp.path() / "store"), fs::directory_iterator()) == 1);
        const vault::Key old = [&] {
            Bytes bytes;
            for (std::size_t i = 0; i < before.size(); i += 2) {
                bytes.push_back(static_cast<std::uint8_t>(std::stoi(before.substr(i, 2), nullptr, 16)));
            }
            return vault::Key(BytesView(bytes));
        }();
        for (const char* name : {"records.db", "backup/records-1.db", "backup/records-2.db"}) {
            const fs::path copy = temp.path() / "copy" / name;
            fs::create_directories(copy);
            fs::copy_file(data / "records" / name, copy / "records.db");
            CHECK(codeOf(Records::open(copy, old, true, kClock)) == "records.damaged");
        }
    }
}

TEST_CASE("killed at random while everything is sealed anew, the folder opens with all that was in it", "[core][records]")
{
    const TempFolder temp;
    Store store(temp.path() / "store");
    const fs::path data = temp.path() / "d";
    {
        const auto folder = openFolder(data, store);
        fill(*openRecords(*folder, &store, kClock).value());
    }
    for (int round = 0; round < 12; ++round) {
        const pid_t child = ::fork();
        if (child == 0) {
            const auto folder = openFolder(data, store);
            auto records = openRecords(*folder, &store, kClock).value();
            while (rotateKeys(*folder, *records, std::nullopt, &store, [](RotationStep) {})) {
            }
            ::_exit(1);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10 + round * 7));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(WIFSIGNALED(status));
        const auto folder = openFolder(data, store);
        checkAll(*openRecords(*folder, &store, kClock).value());
        REQUIRE_FALSE(folder->isRotating());
    }
}

TEST_CASE("the second place gets every signature at once, drafts within their time, and restores a dead disk", "[core][records]")
{
    const TempFolder temp;
    const fs::path data = temp.path() / "d";
    const fs::path place = temp.path() / "stick";
    fs::create_directories(place);
    std::vector<std::string> ids;
    {
        auto folder = vault::DataFolder::open({data, "lamp", nullptr, false}).value();
        auto records = Records::open(folder->recordsPath(), folder->recordsKey(), false, kClock).value();
        REQUIRE(records->keepCopies(folder->vaultPath(), 40ms));
        CHECK(codeOf(records->setCopyPlace(data / "records")) == "backup.inside");
        CHECK(codeOf(records->setCopyPlace(temp.path() / "nowhere")) == "backup.absent");
        CHECK(records->copyPlace().value().empty());
        REQUIRE(records->setCopyPlace(place));
        CHECK(newestCopy(place));
        const std::string id = fill(*records);
        REQUIRE(waitFor([&] { return !records->copyState().owed; }));
        REQUIRE(records->saveDraft(draftWith("open", id)));
        REQUIRE(waitFor([&] { return !records->copyState().owed; })); // nobody signs
        CHECK_FALSE(records->copyState().problem);
        CHECK(records->copyState().copiedAt == isoTime(kClock));
    }
    // The signature and the draft, whoever reads them: no plain text at the place.
    for (const auto& entry : fs::directory_iterator(place)) {
        const Bytes bytes = readWholeFile(entry.path()).value();
        for (const std::string_view secret : {"PATIENT-0815", "Hospital A", "lamp", "open"}) {
            CHECK(std::search(bytes.begin(), bytes.end(), secret.begin(), secret.end()) == bytes.end());
        }
    }
    std::map<std::string, std::string> before;
    {
        auto folder = vault::DataFolder::open({data, "lamp", nullptr, true}).value();
        const auto records = Records::open(folder->recordsPath(), folder->recordsKey(), true, kClock).value();
        const auto drafts = records->drafts().value();
        for (const Draft& draft : drafts) {
            before[draft.id] = draft.json + std::to_string(draft.revision) + draft.state + draft.savedAt;
        }
    }
    fs::remove_all(data); // the disk is dead

    const fs::path fresh = temp.path() / "new" / "akari";
    const fs::path stage = beginRestore(place, fresh).value();
    CHECK_FALSE(fs::exists(fresh));
    CHECK(codeOf(vault::DataFolder::open({stage, "lantern", nullptr, false})) == "key.wrong");
    REQUIRE(vault::DataFolder::open({stage, "lamp", nullptr, false}));
    REQUIRE(finishRestore(stage, fresh));
    CHECK_FALSE(fs::exists(stage));
    auto folder = vault::DataFolder::open({fresh, "lamp", nullptr, false}).value();
    auto records = Records::open(folder->recordsPath(), folder->recordsKey(), false, kClock).value();
    checkAll(*records);
    std::map<std::string, std::string> after;
    const auto restored = records->drafts().value();
    for (const Draft& draft : restored) {
        after[draft.id] = draft.json + std::to_string(draft.revision) + draft.state + draft.savedAt;
    }
    CHECK(after == before);
    CHECK(records->copyPlace().value() == place.string()); // and goes on copying there
    REQUIRE(records->keepCopies(folder->vaultPath(), 40ms));
    REQUIRE(waitFor([&] { return !records->copyState().owed; }));
    CHECK(codeOf(beginRestore(place, fresh)) == "data.foreign");
    CHECK(codeOf(beginRestore(temp.path() / "nothing here", temp.path() / "n")) == "backup.absent");
}

TEST_CASE("an absent, full or strange second place never holds up a signature and is made good", "[core][records]")
{
    const TempFolder temp;
    const fs::path place = temp.path() / "stick";
    const fs::path away = temp.path() / "unplugged";
    const fs::path data = temp.path() / "d";
    fs::create_directories(place);
    REQUIRE(vault::makePrivateFolder(data));
    REQUIRE(writeAtomically(data / "vault.json", asBytes("{}")));
    {
        auto records = Records::open(data / "records", recordsKey(), false, kClock).value();
        REQUIRE(records->keepCopies(data / "vault.json", 50ms));
        REQUIRE(records->setCopyPlace(place));
        fs::rename(place, away);
        fill(*records);
        REQUIRE(waitFor([&] { return records->copyState().problem.has_value(); }));
        CHECK(records->copyState().problem->code == "backup.absent");
        CHECK(records->copyState().owed);
        CHECK(records->outbox().value().size() == 2);
        fs::rename(away, place);
        REQUIRE(waitFor([&] { return !records->copyState().owed; }));
        CHECK_FALSE(records->copyState().problem);
        fs::rename(place, away);
        REQUIRE(records->saveDraft(draftWith("while it was away")));
    }
    fs::rename(away, place);
    const auto older = newestCopy(place).value();
    {
        auto records = Records::open(data / "records", recordsKey(), false, kClock).value();
        REQUIRE(records->keepCopies(data / "vault.json", 50ms));
        REQUIRE(waitFor([&] { return !records->copyState().owed; }));
        CHECK(newestCopy(place)->records != older.records);
    }
    fs::create_directories(temp.path() / "x");
    fs::copy_file(newestCopy(place)->records, temp.path() / "x" / "records.db");
    CHECK(openRecords(temp.path() / "x", true).value()->drafts().value().size() == 3);

    // Two data folders, one stick.
    auto other = Records::open(temp.path() / "e" / "records", recordsKey(), false, kClock).value();
    REQUIRE(writeAtomically(temp.path() / "e" / "vault.json", asBytes("{}")));
    REQUIRE(other->keepCopies(temp.path() / "e" / "vault.json", 50ms));
    CHECK(codeOf(other->setCopyPlace(place)) == "backup.foreign");
    fs::create_directories(temp.path() / "letters");
    REQUIRE(writeAtomically(temp.path() / "letters" / "to mother.txt", asBytes("x")));
    CHECK(codeOf(other->setCopyPlace(temp.path() / "letters")) == "backup.foreign");

    // A newest copy that rotted gives way to the one before; none whole is said.
    const auto newest = newestCopy(place).value();
    std::ofstream(newest.records, std::ios::app) << "x";
    CHECK(newestCopy(place)->records == older.records);
    std::ofstream(older.records, std::ios::app) << "x";
    CHECK(codeOf(newestCopy(place)) == "backup.damaged");
}

TEST_CASE("an archive with unfinished work is not removed; afterwards its credentials are gone and what was signed is not",
          "[core][records]")
{
    const TempFolder temp;
    auto records = openRecords(temp.path()).value();
    const std::string open = fill(*records);
    CHECK(codeOf(records->archiveRemovable("Hospital A")) == "archive.inuse");
    CHECK(codeOf(records->removeArchive("Hospital A")) == "archive.inuse");
    CHECK(codeOf(records->removeArchive("Hospital C")) == "archive.unknown");
    REQUIRE(records->archiveRemovable("Hospital B"));
    REQUIRE(records->removeArchive("Hospital B"));
    REQUIRE(records->sign(open, "final", {objectWith("1.2.3.3", Bytes(5, 1))}));
    const auto items = records->outbox().value();
    for (const OutboxItem& item : items) {
        CHECK(codeOf(records->archiveRemovable("Hospital A")) == "archive.inuse"); // sent is not proven
        REQUIRE(records->setDelivery(item.id, DeliveryState::Sent, ""));
        CHECK(codeOf(records->archiveRemovable("Hospital A")) == "archive.inuse");
        REQUIRE(records->setDelivery(item.id, DeliveryState::Archived, ""));
    }
    REQUIRE(records->removeArchive("Hospital A"));
    CHECK(codeOf(records->archive("Hospital A")) == "archive.unknown");
    CHECK(records->archives().value().empty());
    CHECK(records->signedObject(SopInstanceUid("1.2.3.1")).value().part10 == Bytes(3000, 7));
    CHECK(records->auditTrail().value().back().event == "archive.removed");
    CHECK(records->auditTrail().value().back().detail.find("Hospital") == std::string::npos);
}
