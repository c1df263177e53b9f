// Changing what opens the folder, losing it, and a master key that is exchanged.
#include <cctype>
#include <set>

#include "core/base/FileIo.h"
#include "core/vault/Folder.h"
#include "core/vault/RecoveryCode.h"
#include "tests/core/vault/VaultSupport.h"
#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::vault;
using namespace akari::test;
namespace fs = std::filesystem;

namespace {

std::string textOf(const fs::path& file)
{
    return std::string(asText(readWholeFile(file).value()));
}

std::string dataKeyOf(const DataFolder& folder, const std::string& name)
{
    const auto key = folder.keys().find(name);
    return key ? keyText(key->key) : "none";
}

Result<std::unique_ptr<DataFolder>> openWithCode(const fs::path& folder, std::string code, std::optional<std::string> passphrase,
                                                 bool readOnly = false)
{
    OpenOptions options;
    options.folder = folder;
    options.passphrase = std::move(passphrase);
    options.readOnly = readOnly;
    options.recoveryCode = std::move(code);
    return DataFolder::open(std::move(options));
}

// A folder as the first format made it, with the keys it has always had.
void makeFirstFormat(const fs::path& folder, std::string_view passphrase, const Key& master)
{
    VaultFile vault;
    vault.firstFormat = true;
    vault.cost = {};
    vault.salt = Bytes(16, 9);
    vault.check = keyedHash(derive(master, {}, "akari vault check"), "vault check");
    vault.wrappedKey = seal(keyFromPassphrase(passphrase, vault.salt).value(), master.bytes(),
                            asBytes("akari vault 1 passphrase argon2id13-interactive " + toHex(vault.salt)));
    REQUIRE(makePrivateFolder(folder));
    REQUIRE(writeAtomically(folder / "vault.json",
                            asBytes(R"({"format":"akari-vault","version":1,"mode":"passphrase","kdf":"argon2id13-interactive","salt":")" +
                                    toHex(vault.salt) + R"(","wrappedKey":")" + toHex(vault.wrappedKey) + R"(","check":")" +
                                    toHex(vault.check) + "\"}")));
}

} // namespace

TEST_CASE("a folder of the first format opens with the keys it always had and is then of the second", "[core][vault]")
{
    const TempFolder temp;
    const Key master(Bytes(32, 0x21));
    makeFirstFormat(temp.path() / "d", "old lamp", master);
    const std::string before = textOf(temp.path() / "d" / "vault.json");
    {
        const auto reader = openWith(temp.path() / "d", "old lamp", nullptr, true);
        REQUIRE(codeOf(reader) == "opened");
        CHECK(textOf(temp.path() / "d" / "vault.json") == before);
        CHECK((*reader)->keys().all().empty());
    }
    for (int round = 0; round < 2; ++round) {
        const auto opened = openWith(temp.path() / "d", "old lamp");
        REQUIRE(codeOf(opened) == "opened");
        CHECK(keyText((*opened)->recordsKey()) == keyText(derive(master, {}, "akari records")));
        CHECK(keyText((*opened)->cacheKey()) == keyText(derive(master, {}, "akari cache")));
        CHECK(textOf(temp.path() / "d" / "vault.json").find("\"version\": 2") != std::string::npos);
    }
    CHECK(codeOf(openWith(temp.path() / "d", "other")) == "key.wrong");
}

TEST_CASE("a changed passphrase opens the same keys, the old one nothing, and what it costs stands in the file", "[core][vault]")
{
    const TempFolder temp;
    std::string key;
    {
        const auto made = openWith(temp.path() / "d", "first");
        REQUIRE(made);
        key = keyText((*made)->recordsKey());
        REQUIRE((*made)->keys().obtain("ward"));
        CHECK(codeOf((*made)->changePassphrase("", nullptr)) == "key.needed");
        REQUIRE((*made)->changePassphrase("second", nullptr));
        CHECK((*made)->passphraseOpens("second"));
        CHECK_FALSE((*made)->passphraseOpens("first"));
        CHECK((*made)->passphraseCost() == VaultFile::kCost);
    }
    CHECK_FALSE(fs::exists(temp.path() / "d" / "vault.json.old"));
    CHECK(codeOf(openWith(temp.path() / "d", "first")) == "key.wrong");
    const auto again = openWith(temp.path() / "d", "second", nullptr, true);
    REQUIRE(codeOf(again) == "opened");
    CHECK(keyText((*again)->recordsKey()) == key);
    CHECK(dataKeyOf(**again, "ward") != "none");
    CHECK(codeOf((*again)->changePassphrase("third", nullptr)) == "keys.readonly");
    const std::string vault = textOf(temp.path() / "d" / "vault.json");
    CHECK(vault.find("\"passes\": 3") != std::string::npos);
    CHECK(vault.find("\"memoryBytes\": 67108864") != std::string::npos);
    // The cost is part of what the key is bound to, and no file makes the program hang.
    for (const auto& [from, to, code] :
         {std::tuple{"\"passes\": 3", "\"passes\": 2", "key.wrong"}, std::tuple{"\"passes\": 3", "\"passes\": 4000000", "data.damaged"},
          std::tuple{"\"memoryBytes\": 67108864", "\"memoryBytes\": 1", "data.damaged"}}) {
        std::string changed = vault;
        changed.replace(changed.find(from), std::string_view(from).size(), to);
        REQUIRE(writeAtomically(temp.path() / "d" / "vault.json", asBytes(changed)));
        CHECK(codeOf(openWith(temp.path() / "d", "second", nullptr, true)) == code);
    }
}

TEST_CASE("a folder moves into the keychain and out of it again with the same keys", "[core][vault]")
{
    const TempFolder temp;
    FakeStore store;
    auto folder = openWith(temp.path() / "d", "lamp").value();
    const std::string key = keyText(folder->recordsKey());
    store.forgets = true;
    CHECK(codeOf(folder->moveToKeychain(store)) == "keychain.unavailable");
    CHECK(folder->passphraseOpens("lamp"));
    store.forgets = false;
    REQUIRE(folder->moveToKeychain(store));
    CHECK_FALSE(folder->usesPassphrase());
    CHECK(store.entries.size() == 1);
    folder.reset();
    CHECK(codeOf(openWith(temp.path() / "d", "lamp")) == "key.needed");
    folder = openWith(temp.path() / "d", std::nullopt, &store).value();
    CHECK(keyText(folder->recordsKey()) == key);
    REQUIRE(folder->moveToKeychain(store)); // a new entry in place of the old one
    CHECK(store.entries.size() == 1);
    REQUIRE(folder->changePassphrase("candle", &store));
    CHECK(store.entries.empty());
    folder.reset();
    CHECK(codeOf(openWith(temp.path() / "d", std::nullopt, &store)) == "key.needed");
    CHECK(keyText(openWith(temp.path() / "d", "candle").value()->recordsKey()) == key);
}

TEST_CASE("a recovery code is eight groups of four, forgives how it is typed and notices every slip", "[core][vault]")
{
    const Bytes salt(16, 3);
    std::set<std::string> seen;
    for (int i = 0; i < 50; ++i) {
        const std::string code = makeRecoveryCode();
        REQUIRE(code.size() == 39);
        CHECK(code.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ-") == std::string::npos);
        CHECK(seen.insert(code).second);
    }
    const std::string code = makeRecoveryCode();
    const std::string key = keyText(keyFromRecoveryCode(code, salt).value());
    std::string loose;
    for (const char letter : code) {
        loose += letter == '-'   ? std::string(" ")
                 : letter == '0' ? std::string("o")
                 : letter == '1' ? std::string("l")
                                 : std::string(1, static_cast<char>(std::tolower(letter)));
    }
    CHECK(keyText(keyFromRecoveryCode(" " + loose + "\n", salt).value()) == key);
    CHECK(keyText(keyFromRecoveryCode(code, Bytes(16, 4)).value()) != key);
    for (std::size_t at = 0; at < code.size(); ++at) {
        if (code[at] == '-') {
            continue;
        }
        std::string slip = code;
        slip[at] = code[at] == 'A' ? 'B' : 'A';
        CHECK(codeOf(keyFromRecoveryCode(slip, salt)) == "key.code");
    }
    CHECK(codeOf(keyFromRecoveryCode(code.substr(0, 38), salt)) == "key.code");
    CHECK(codeOf(keyFromRecoveryCode(code + "A", salt)) == "key.code");
    CHECK(codeOf(keyFromRecoveryCode("", salt)) == "key.code");
    CHECK(codeOf(keyFromRecoveryCode("letmein", salt)) == "key.code");
}

TEST_CASE("the recovery code opens a folder whose passphrase is lost, once a new one is set", "[core][vault]")
{
    const TempFolder temp;
    const fs::path at = temp.path() / "d";
    std::string key;
    std::string first;
    std::string code;
    {
        const auto made = openWith(at, "forgotten").value();
        key = keyText(made->recordsKey());
        CHECK_FALSE(made->hasRecoveryCode());
        first = made->makeRecoveryCode().value();
        code = made->makeRecoveryCode().value();
        CHECK(made->hasRecoveryCode());
        CHECK(textOf(at / "vault.json").find(code) == std::string::npos);
    }
    CHECK(codeOf(openWithCode(at, first, "new lamp")) == "key.wrong"); // a new code ends the one before
    CHECK(codeOf(openWithCode(at, code, std::nullopt)) == "key.recovery");
    CHECK(codeOf(openWithCode(at, code, "")) == "key.recovery");
    CHECK(codeOf(openWithCode(at, code, "new lamp", true)) == "key.recovery");
    CHECK(codeOf(openWithCode(at, "XXXX", "new lamp")) == "key.code");
    CHECK(codeOf(openWithCode(temp.path() / "nothing", code, "new lamp")) == "key.wrong");
    CHECK(codeOf(openWith(at, "forgotten")) == "opened"); // none of these changed anything
    {
        const auto opened = openWithCode(at, code, "new lamp");
        REQUIRE(codeOf(opened) == "opened");
        CHECK(keyText((*opened)->recordsKey()) == key);
    }
    CHECK(codeOf(openWith(at, "forgotten")) == "key.wrong");
    CHECK(codeOf(openWith(at, "new lamp")) == "opened");
}

TEST_CASE("the recovery code opens a folder whose keychain is lost", "[core][vault]")
{
    const TempFolder temp;
    FakeStore store;
    auto made = openWith(temp.path() / "d", std::nullopt, &store).value();
    const std::string key = keyText(made->recordsKey());
    const std::string code = made->makeRecoveryCode().value();
    made.reset();
    const auto opened = openWithCode(temp.path() / "d", code, "lamp");
    REQUIRE(codeOf(opened) == "opened");
    CHECK((*opened)->usesPassphrase());
    CHECK(keyText((*opened)->recordsKey()) == key);
}

TEST_CASE("data keys: one a name, kept over a restart, seen by readers, gone when destroyed", "[core][vault]")
{
    const TempFolder temp;
    const fs::path at = temp.path() / "d";
    FakeStore store;
    auto writer = openWith(at, std::nullopt, &store).value();
    const auto reader = openWith(at, std::nullopt, &store, true).value();
    CHECK(reader->keys().find("Ward Seven") == nullptr);
    const auto ward = writer->keys().obtain("Ward Seven").value();
    const auto other = writer->keys().obtain("imports").value();
    CHECK(keyText(writer->keys().obtain("Ward Seven").value()->key) == keyText(ward->key));
    CHECK(keyText(ward->key) != keyText(other->key));
    CHECK(ward->id.size() == kDataKeyIdBytes);
    REQUIRE(reader->keys().findById(ward->id));
    CHECK(keyText(reader->keys().find("Ward Seven")->key) == keyText(ward->key));
    CHECK(codeOf(reader->keys().obtain("third")) == "keys.readonly");
    const std::string file = textOf(at / "keys.json");
    CHECK(file.find("Ward") == std::string::npos);
    CHECK(file.find(keyText(ward->key)) == std::string::npos);

    REQUIRE(writer->keys().destroy("Ward Seven"));
    REQUIRE(writer->keys().destroy("Ward Seven"));
    CHECK(writer->keys().find("Ward Seven") == nullptr);
    CHECK(writer->keys().findById(ward->id) == nullptr);
    CHECK_FALSE(fs::exists(at / "keys.json.old"));
    writer.reset();
    writer = openWith(at, std::nullopt, &store).value();
    CHECK(dataKeyOf(*writer, "Ward Seven") == "none");
    CHECK(dataKeyOf(*writer, "imports") == keyText(other->key));
    CHECK(keyText(writer->keys().obtain("Ward Seven").value()->key) != keyText(ward->key));
    writer.reset();

    std::string changed = file;
    changed[changed.find("sealed") + 30] ^= 1;
    REQUIRE(writeAtomically(at / "keys.json", asBytes(changed)));
    CHECK(codeOf(openWith(at, std::nullopt, &store)) == "keys.damaged");
    REQUIRE(writeAtomically(at / "keys.json", asBytes("{}")));
    CHECK(codeOf(openWith(at, std::nullopt, &store)) == "keys.damaged");
    REQUIRE(writeAtomically(at / "keys.json", asBytes(R"({"format":"akari-keys","version":2,"keys":[]})")));
    CHECK(codeOf(openWith(at, std::nullopt, &store)) == "data.newer");
    fs::remove(at / "keys.json");
    CHECK(codeOf(openWith(at, std::nullopt, &store)) == "opened");
}

TEST_CASE("what was replaced for good is overwritten where it lay, after a kill too", "[core][vault]")
{
    const TempFolder temp;
    const fs::path file = temp.path() / "keys";
    REQUIRE(replaceForGood(file, asBytes("one secret")));
    fs::create_hard_link(file, temp.path() / "witness"); // holds on to the old bytes' place on the disk
    REQUIRE(replaceForGood(file, asBytes("two")));
    CHECK(textOf(file) == "two");
    CHECK(textOf(temp.path() / "witness") == std::string(10, '\0'));
    CHECK_FALSE(fs::exists(temp.path() / "keys.old"));

    // Killed before the rename: both names are the file in use.
    fs::create_hard_link(file, temp.path() / "keys.old");
    CHECK(finishErasing(file));
    CHECK(textOf(file) == "two");
    CHECK_FALSE(fs::exists(temp.path() / "keys.old"));
    // Killed after it.
    REQUIRE(writeAtomically(temp.path() / "keys.old", asBytes("secret")));
    fs::create_hard_link(temp.path() / "keys.old", temp.path() / "second");
    CHECK(finishErasing(file));
    CHECK(textOf(temp.path() / "second") == std::string(6, '\0'));
}

TEST_CASE("a rotation keeps the data keys, ends the recovery code, and opens at each of its steps", "[core][vault]")
{
    const TempFolder temp;
    const fs::path at = temp.path() / "d";
    FakeStore store;
    for (const bool keychain : {true, false}) {
        const fs::path here = at / (keychain ? "k" : "p");
        const auto passphrase = keychain ? std::nullopt : std::optional<std::string>("lamp");
        auto folder = openWith(here, passphrase, &store).value();
        const std::string records = keyText(folder->recordsKey());
        const std::string ward = keyText(folder->keys().obtain("ward").value()->key);
        const std::string code = folder->makeRecoveryCode().value();
        if (!keychain) {
            CHECK(codeOf(folder->beginRotation("wrong", nullptr)) == "key.wrong");
        }
        const std::string keysBefore = textOf(here / "keys.json");
        REQUIRE(folder->beginRotation(passphrase, &store));
        CHECK(keyText(folder->recordsKey()) != records);
        CHECK(keyText(*folder->previousRecordsKey()) == records);
        CHECK(codeOf(folder->beginRotation(passphrase, &store)) == "key.rotating");
        const std::string fresh = keyText(folder->recordsKey());
        folder.reset();
        // Killed before keys.json was wrapped anew.
        REQUIRE(writeAtomically(here / "keys.json", asBytes(keysBefore)));
        folder = openWith(here, passphrase, &store).value();
        CHECK(folder->isRotating());
        CHECK(keyText(folder->recordsKey()) == fresh);
        CHECK(keyText(*folder->previousRecordsKey()) == records);
        CHECK(dataKeyOf(*folder, "ward") == ward);
        REQUIRE(folder->finishRotation(&store));
        folder.reset();
        folder = openWith(here, passphrase, &store).value();
        CHECK_FALSE(folder->isRotating());
        CHECK_FALSE(folder->previousRecordsKey());
        CHECK(keyText(folder->recordsKey()) == fresh);
        CHECK(dataKeyOf(*folder, "ward") == ward);
        CHECK_FALSE(folder->hasRecoveryCode());
        folder.reset();
        CHECK(codeOf(openWithCode(here, code, "x")) == "key.wrong");
        CHECK(store.entries.size() == (keychain ? 1u : 0u));
        store.entries.clear();
    }
}
