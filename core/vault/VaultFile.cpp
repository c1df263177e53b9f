#include "core/vault/VaultFile.h"

#include <nlohmann/json.hpp>

#include "core/base/FileIo.h"
#include "core/vault/Seal.h"

namespace akari::vault {
namespace {

constexpr int kVersion = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kCheckBytes = 32;
constexpr std::size_t kEntryDigits = 32;
constexpr std::uint64_t kLargestFile = 64 * 1024;
constexpr const char* kKdf = "argon2id13-interactive";

tl::unexpected<Error> damaged(std::string detail)
{
    return fail("data.damaged", "The data folder's vault.json is damaged; restore it from a backup.", std::move(detail));
}

// Empty when it is not lower-case hex.
Bytes fromHex(const std::string& text)
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

std::string textOf(const nlohmann::json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

Bytes VaultFile::associated() const
{
    const std::string text = std::string("akari vault ") + std::to_string(kVersion) + " passphrase " + kKdf + " " + toHex(salt);
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
    const auto json = nlohmann::json::parse(bytes->begin(), bytes->end(), nullptr, false);
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
    VaultFile vault;
    vault.check = fromHex(textOf(json, "check"));
    const std::string mode = textOf(json, "mode");
    if (mode == "passphrase") {
        vault.mode = Mode::Passphrase;
        vault.salt = fromHex(textOf(json, "salt"));
        vault.wrappedKey = fromHex(textOf(json, "wrappedKey"));
        if (textOf(json, "kdf") != kKdf || vault.salt.size() != kSaltBytes
            || vault.wrappedKey.size() != kNonceBytes + 32 + kTagBytes) {
            return damaged("passphrase fields");
        }
    } else if (mode == "keychain") {
        vault.mode = Mode::Keychain;
        vault.entry = textOf(json, "entry");
        if (vault.entry.size() != kEntryDigits || fromHex(vault.entry).size() * 2 != kEntryDigits) {
            return damaged("entry");
        }
    } else {
        return damaged("mode");
    }
    if (version->get<std::int64_t>() != kVersion || vault.check.size() != kCheckBytes) {
        return damaged("version or check");
    }
    return std::optional<VaultFile>(std::move(vault));
}

Status VaultFile::write(const std::filesystem::path& file) const
{
    nlohmann::json json{{"format", "akari-vault"}, {"version", kVersion}, {"check", toHex(check)}};
    if (mode == Mode::Passphrase) {
        json["mode"] = "passphrase";
        json["kdf"] = kKdf;
        json["salt"] = toHex(salt);
        json["wrappedKey"] = toHex(wrappedKey);
    } else {
        json["mode"] = "keychain";
        json["entry"] = entry;
    }
    return writeAtomically(file, asBytes(json.dump(2) + "\n"));
}

} // namespace akari::vault
