// The code on paper that opens the data folder when passphrase or keychain are lost: 136 random bits and a checksum, written as eight
// groups of four characters of Crockford's base32 (no I, L, O, U).
#pragma once

#include <string>
#include <string_view>

#include "core/base/Result.h"
#include "core/vault/Seal.h"

namespace akari::vault {

// "XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX". The caller wipes it.
std::string makeRecoveryCode();
// The key that a code stands for. Small letters, blanks and dashes are as good; I and L are read as 1, O as 0. "key.code" where the
// checksum says that it was mistyped: seen before anything is tried with it.
Result<Key> keyFromRecoveryCode(std::string_view code, BytesView salt);

// Typed without a slip, as far as the checksum tells.
bool isRecoveryCode(std::string_view code);

} // namespace akari::vault
