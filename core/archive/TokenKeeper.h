// Where the tokens of a sign-in lie between two runs: in the operating system's keychain where it takes them, else in records. Both are
// sealed. Records say which, and under which random name the keychain has them: two data folders may know archives of one name.
// Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/records/Records.h"
#include "core/vault/DataFolder.h"

namespace akari::archive {

struct SignInTokens {
    std::string access;
    std::string refresh;        // empty: this sign-in ends with its access token
    std::int64_t expiresAt = 0; // of `access`, seconds since 1970; 0: not said
    std::int64_t lifetime = 0;  // of `access` when it was given, seconds

    bool empty() const { return access.empty() && refresh.empty(); }
};

class TokenKeeper {
public:
    // Both outlive the keeper. `keychain` may be null: records alone.
    explicit TokenKeeper(records::Records& records, vault::SecretStore* keychain = nullptr) : m_records(records), m_keychain(keychain) {}

    // Empty where nobody signed in. "archive.login" where they lie in a keychain that can't be asked now.
    Result<SignInTokens> read(const std::string& archive) const;
    // Empty tokens sign out. Errors of records, also where the keychain takes the tokens: who may not write there does not renew.
    Status write(const std::string& archive, const SignInTokens& tokens);
    // Tokens that lie in records, as before there was a keychain, move there. Nothing where that can't be.
    void settle(const std::string& archive);

private:
    Status forget(const std::string& archive);
    records::Records& m_records;
    vault::SecretStore* m_keychain;
};

} // namespace akari::archive
