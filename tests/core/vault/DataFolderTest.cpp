#include <sys/stat.h>

#include "core/base/FileIo.h"
#include "tests/core/vault/VaultSupport.h"
#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::vault;
using namespace akari::test;
namespace fs = std::filesystem;

TEST_CASE("a passphrase makes a folder and opens it again with the same two keys", "[core][vault]")
{
    const TempFolder temp;
    const fs::path folder = temp.path() / "deep" / "akari";
    std::string cacheKey;
    std::string recordsKey;
    {
        const auto made = openWith(folder, "lamp light");
        REQUIRE(codeOf(made) == "opened");
        cacheKey = keyText((*made)->cacheKey());
        recordsKey = keyText((*made)->recordsKey());
        CHECK((*made)->usesPassphrase());
        CHECK(fs::is_directory((*made)->cachePath()));
        CHECK(fs::is_directory((*made)->recordsPath()));
    }
    CHECK(cacheKey != recordsKey);
    const auto again = openWith(folder, "lamp light");
    REQUIRE(codeOf(again) == "opened");
    CHECK(keyText((*again)->cacheKey()) == cacheKey);
    CHECK(keyText((*again)->recordsKey()) == recordsKey);
    CHECK((*again)->passphraseOpens("lamp light"));
    CHECK_FALSE((*again)->passphraseOpens("lamp lighT"));
    CHECK_FALSE((*again)->passphraseOpens(""));
    for (const fs::path& inside : {folder, folder / "cache", folder / "records"}) {
        struct stat facts {};
        REQUIRE(::stat(inside.c_str(), &facts) == 0);
        CHECK((facts.st_mode & 0777) == 0700);
    }
}

TEST_CASE("the wrong passphrase, none or an empty one open nothing", "[core][vault]")
{
    const TempFolder temp;
    const fs::path folder = temp.path() / "d";
    CHECK(codeOf(openWith(folder, "")) == "key.needed");
    CHECK(codeOf(openWith(folder, std::nullopt)) == "key.needed");
    REQUIRE(codeOf(openWith(folder, "right")) == "opened");
    CHECK(codeOf(openWith(folder, "wrong")) == "key.wrong");
    CHECK(codeOf(openWith(folder, std::nullopt)) == "key.needed");
    FakeStore store;
    CHECK(codeOf(openWith(folder, std::nullopt, &store)) == "key.needed");
}

TEST_CASE("the keychain keeps the key and a copied folder opens nothing", "[core][vault]")
{
    const TempFolder temp;
    const fs::path folder = temp.path() / "d";
    FakeStore store;
    std::string key;
    {
        const auto made = openWith(folder, std::nullopt, &store);
        REQUIRE(codeOf(made) == "opened");
        key = keyText((*made)->cacheKey());
        CHECK_FALSE((*made)->usesPassphrase());
        CHECK_FALSE((*made)->passphraseOpens("anything"));
    }
    REQUIRE(store.entries.size() == 1);
    CHECK(store.entries.begin()->first.rfind("akari/", 0) == 0);
    const std::string vault(asText(readWholeFile(folder / "vault.json").value()));
    CHECK(vault.find(toHex(store.entries.begin()->second)) == std::string::npos);
    CHECK(keyText((*openWith(folder, std::nullopt, &store))->cacheKey()) == key);

    const fs::path copy = temp.path() / "copy";
    fs::copy(folder, copy, fs::copy_options::recursive);
    FakeStore elsewhere;
    CHECK(codeOf(openWith(copy, std::nullopt, &elsewhere)) == "key.needed");
    CHECK(codeOf(openWith(copy, std::nullopt)) == "key.needed");
    elsewhere.entries[store.entries.begin()->first] = Bytes(32, 1);
    CHECK(codeOf(openWith(copy, std::nullopt, &elsewhere)) == "key.wrong");
    elsewhere.available = false;
    CHECK(codeOf(openWith(copy, std::nullopt, &elsewhere)) == "keychain.unavailable");
}

TEST_CASE("a keychain that forgets makes no folder", "[core][vault]")
{
    const TempFolder temp;
    FakeStore store;
    store.forgets = true;
    CHECK(codeOf(openWith(temp.path() / "d", std::nullopt, &store)) == "keychain.unavailable");
    CHECK_FALSE(fs::exists(temp.path() / "d" / "vault.json"));
}

TEST_CASE("any changed character of vault.json never opens with other keys", "[core][vault]")
{
    const TempFolder temp;
    const fs::path folder = temp.path() / "d";
    FakeStore store; // keychain mode is fast enough to try every bit
    std::string key;
    {
        const auto made = openWith(folder, std::nullopt, &store);
        REQUIRE(made);
        key = keyText((*made)->recordsKey());
    }
    const Bytes original = readWholeFile(folder / "vault.json").value();
    for (std::size_t bit = 0; bit < original.size() * 8; bit += 3) {
        Bytes changed = original;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1u << bit % 8));
        REQUIRE(writeAtomically(folder / "vault.json", changed));
        const auto opened = openWith(folder, std::nullopt, &store, true);
        if (opened) { // white space may change
            REQUIRE(keyText((*opened)->recordsKey()) == key);
        }
    }
}

TEST_CASE("a flipped bit in the wrapped key or its salt is a wrong key", "[core][vault]")
{
    const TempFolder temp;
    const fs::path folder = temp.path() / "d";
    REQUIRE(openWith(folder, "p"));
    const std::string original(asText(readWholeFile(folder / "vault.json").value()));
    for (const char* field : {"\"wrappedKey\": \"", "\"salt\": \"", "\"check\": \""}) {
        std::string changed = original;
        const std::size_t at = changed.find(field) + std::string_view(field).size() + 5;
        changed[at] = changed[at] == '0' ? '1' : '0';
        REQUIRE(writeAtomically(folder / "vault.json", asBytes(changed)));
        CHECK(codeOf(openWith(folder, "p")) == "key.wrong");
    }
    REQUIRE(writeAtomically(folder / "vault.json", asBytes(original.substr(0, original.size() / 2))));
    CHECK(codeOf(openWith(folder, "p")) == "data.damaged");
    REQUIRE(writeAtomically(folder / "vault.json", asBytes(R"({"format":"akari-vault","version":3})")));
    CHECK(codeOf(openWith(folder, "p")) == "data.newer");
    REQUIRE(writeAtomically(folder / "vault.json", asBytes("")));
    CHECK(codeOf(openWith(folder, "p")) == "data.damaged");
}

TEST_CASE("one writer at a time, readers beside it", "[core][vault]")
{
    const TempFolder temp;
    const fs::path folder = temp.path() / "d";
    {
        const auto writer = openWith(folder, "p");
        REQUIRE(writer);
        CHECK(codeOf(openWith(folder, "p")) == "data.busy");
        const auto reader = openWith(folder, "p", nullptr, true);
        REQUIRE(codeOf(reader) == "opened");
        CHECK((*reader)->readOnly());
        CHECK(keyText((*reader)->cacheKey()) == keyText((*writer)->cacheKey()));
    }
    CHECK(codeOf(openWith(folder, "p")) == "opened");
}

TEST_CASE("a read-only open makes nothing", "[core][vault]")
{
    const TempFolder temp;
    CHECK(codeOf(openWith(temp.path() / "d", "p", nullptr, true)) == "key.needed");
    CHECK_FALSE(fs::exists(temp.path() / "d"));
}

TEST_CASE("a folder that can't be, or is somebody's, is refused", "[core][vault]")
{
    const TempFolder temp;
    REQUIRE(writeAtomically(temp.path() / "letter.txt", asBytes("mine")));
    CHECK(codeOf(openWith(temp.path() / "letter.txt", "p")) == "data.unwritable");
    CHECK(codeOf(openWith(temp.path() / "letter.txt" / "below", "p")) == "data.unwritable");
    CHECK(codeOf(openWith(temp.path(), "p")) == "data.foreign");
    CHECK(std::distance(fs::directory_iterator(temp.path()), fs::directory_iterator()) == 1);
}
