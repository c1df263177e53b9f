// A new master key for the data folder, and records/ that follow it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/records/Records.h"
#include "core/vault/DataFolder.h"

namespace akari::records {

// The records of an opened data folder. A rotation that was cut short is finished by a writer, and read as it is by a reader. A writer
// keeps copies in the second place from here on. `keychain` may be null. Failures of Records::open.
Result<std::unique_ptr<Records>> openRecords(vault::DataFolder& folder, vault::SecretStore* keychain, const Clock& clock);

// Steps that `reached` hears of, each when it is done; a kill between any two leaves a folder that opens with the same passphrase or
// keychain.
enum class RotationStep { Vault, Records, Copies, Done };
// The data keys stay, so that the cache is read as before; everything that a person made is sealed anew. Failures of beginRotation and
// reseal.
Status rotateKeys(vault::DataFolder& folder, Records& records, const std::optional<std::string>& passphrase, vault::SecretStore* keychain,
                  const std::function<void(RotationStep)>& reached);

} // namespace akari::records
