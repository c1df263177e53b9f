#include "core/vault/VaultFile.h"

#include <nlohmann/json.hpp>

#include "core/base/FileIo.h"
#include "core/vault/Folder.h"

namespace akari::vault {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kCheckBytes = 32;
constexpr std::size_t kWrappedBytes = kNonceBytes + 32 + kTagBytes;
constexpr std::size_t kEntryDigits = 32;
constexpr std::uint64_t kLargestFile = 64 * 1024;
constexpr const char* kKdf = "argon2id13";
constexpr const char* kFirstKdf = "argon2id13-interactive"; // format 1: two passes, 64 MiB
// A file that asks for more would hang the program at its start.
constexpr std::uint64_t kMostPasses = 64;
constexpr std::uint64_t kLeastMemory = 8 * 1024 * 1024;
constexpr std::uint64_t kMostMemory = std::uint64_t{4} * 1024 * 1024 * 1024;

tl::unexpected<Error> damaged(std::string detail)
{
    return fail("data.damaged", "The data folder's vault.json is damaged; restore it from a backup.", std::move(detail));
}

std::string textOf(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint64_t numberOf(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

bool readPassphraseFields(const Json& json, VaultFile& vault)
{
    vault.salt = bytesOfHex(textOf(json, "salt"));
    vault.wrappedKey = bytesOfHex(textOf(json, "wrappedKey"));
    vault.firstFormat = textOf(json, "kdf") == kFirstKdf;
    if (vault.firstFormat) {
        vault.cost = {};
    } else if (textOf(json, "kdf") == kKdf && vault.version >= 2) {
        vault.cost = {numberOf(json, "passes"), numberOf(json, "memoryBytes")};
    } else {
        return false;
    }
    return vault.salt.size() == kSaltBytes && vault.wrappedKey.size() == kWrappedBytes && vault.cost.passes >= 1
        && vault.cost.passes <= kMostPasses && vault.cost.memoryBytes >= kLeastMemory && vault.cost.memoryBytes <= kMostMemory;
}

bool isEntry(const std::string& text) { return text.size() == kEntryDigits && bytesOfHex(text).size() * 2 == kEntryDigits; }

// What format 2 added. False where a field is there and makes no sense.
bool readLaterFields(const Json& json, VaultFile& vault)
{
    if (json.contains("recovery")) {
        const Json& recovery = json["recovery"];
        if (!recovery.is_object()) {
            return false;
        }
        vault.recovery = VaultFile::Recovery{bytesOfHex(textOf(recovery, "salt")), bytesOfHex(textOf(recovery, "wrappedKey"))};
        if (vault.recovery->salt.size() != kSaltBytes || vault.recovery->wrappedKey.size() != kWrappedBytes) {
            return false;
        }
    }
    if (json.contains("previousKey")) {
        vault.previousKey = bytesOfHex(textOf(json, "previousKey"));
        if (vault.previousKey.size() != kWrappedBytes) {
            return false;
        }
    }
    vault.previousEntry = textOf(json, "previousEntry");
    return vault.previousEntry.empty() || isEntry(vault.previousEntry);
}

} // namespace

Bytes bytesOfHex(const std::string& text)
{
    const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
    Bytes bytes;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
        const int high = digit(text[at]);
        const int low = digit(text[at + 1]);
        if (high < 0 || low < 0) {
            return {};
        }
        bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    return text.size() % 2 == 0 ? bytes : Bytes{};
}

Bytes VaultFile::associated() const
{
    const std::string text = firstFormat ? std::string("akari vault 1 passphrase ") + kFirstKdf + " " + toHex(salt)
                                         : std::string("akari vault 2 passphrase ") + kKdf + " " + std::to_string(cost.passes) + " "
                                               + std::to_string(cost.memoryBytes) + " " + toHex(salt);
    const BytesView view = asBytes(text);
    return {view.begin(), view.end()};
}

Result<std::optional<VaultFile>> VaultFile::read(const std::filesystem::path& file)
{
    std::error_code ignored;
    if (!std::filesystem::exists(std::filesystem::symlink_status(file, ignored))) {
        return std::optional<VaultFile>();
    }
    const auto bytes = readWholeFile(file, kLargestFile);
    if (!bytes) {
        return fail(bytes.error());
    }
    const auto json = Json::parse(bytes->begin(), bytes->end(), nullptr, false);
    if (!json.is_object()) {
        return damaged("not a JSON object");
    }
    const auto version = json.find("version");
    if (textOf(json, "format") != "akari-vault" || version == json.end() || !version->is_number_integer()) {
        return damaged("format or version");
    }
    if (version->get<std::int64_t>() > kVersion) {
        return fail("data.newer", "This data folder was made by a newer Akari; update this one.", "vault version " + version->dump());
    }
    if (version->get<std::int64_t>() < 1) {
        return damaged("version");
    }
    VaultFile vault;
    vault.version = version->get<int>();
    vault.check = bytesOfHex(textOf(json, "check"));
    const std::string mode = textOf(json, "mode");
    if (mode == "passphrase") {
        vault.mode = Mode::Passphrase;
        if (!readPassphraseFields(json, vault)) {
            return damaged("passphrase fields");
        }
    } else if (mode == "keychain") {
        vault.mode = Mode::Keychain;
        vault.entry = textOf(json, "entry");
        if (!isEntry(vault.entry)) {
            return damaged("entry");
        }
    } else {
        return damaged("mode");
    }
    if (vault.check.size() != kCheckBytes || !readLaterFields(json, vault)) {
        return damaged("check, recovery or previous key");
    }
    return std::optional<VaultFile>(std::move(vault));
}

Status VaultFile::write(const std::filesystem::path& file) const
{
    Json json{{"format", "akari-vault"}, {"version", kVersion}, {"check", toHex(check)}};
    if (mode == Mode::Passphrase) {
        json["mode"] = "passphrase";
        json["kdf"] = firstFormat ? kFirstKdf : kKdf;
        if (!firstFormat) {
            json["passes"] = cost.passes;
            json["memoryBytes"] = cost.memoryBytes;
        }
        json["salt"] = toHex(salt);
        json["wrappedKey"] = toHex(wrappedKey);
    } else {
        json["mode"] = "keychain";
        json["entry"] = entry;
    }
    if (recovery) {
        json["recovery"] = {{"salt", toHex(recovery->salt)}, {"wrappedKey", toHex(recovery->wrappedKey)}};
    }
    if (!previousKey.empty()) {
        json["previousKey"] = toHex(previousKey);
    }
    if (!previousEntry.empty()) {
        json["previousEntry"] = previousEntry;
    }
    return replaceForGood(file, asBytes(json.dump(2) + "\n"));
}

} // namespace akari::vault
