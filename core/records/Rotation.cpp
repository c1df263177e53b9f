#include "core/records/Rotation.h"

#include "core/base/Log.h"

namespace akari::records {
namespace {

Status finish(vault::DataFolder& folder, Records& records, vault::SecretStore* keychain, const std::function<void(RotationStep)>& reached)
{
    // Before the old key is given up: the copies in records/backup are still its own.
    if (const Status copied = records.newestCopies(); !copied) {
        return copied;
    }
    reached(RotationStep::Copies);
    if (const Status finished = folder.finishRotation(keychain); !finished) {
        return finished;
    }
    reached(RotationStep::Done);
    return {};
}

} // namespace

Result<std::unique_ptr<Records>> openRecords(vault::DataFolder& folder, vault::SecretStore* keychain, const Clock& clock)
{
    auto records = Records::open(folder.recordsPath(), folder.recordsKey(), folder.readOnly(), clock);
    bool before = false;
    if (!records && folder.previousRecordsKey() && records.error().code == "records.damaged") {
        auto older = Records::open(folder.recordsPath(), *folder.previousRecordsKey(), folder.readOnly(), clock);
        before = older.has_value();
        if (older) {
            records = std::move(older);
        }
    }
    if (!records || folder.readOnly()) {
        return records;
    }
    if (folder.isRotating()) {
        Status done = before ? (*records)->reseal(folder.recordsKey()) : Status();
        if (done) {
            done = finish(folder, **records, keychain, [](RotationStep) {});
        }
        if (!done) { // the folder works as it is; the next start tries again
            log::warning("records", "a change of the keys is still not finished: " + done.error().code);
        }
    }
    if (const Status keeps = (*records)->keepCopies(folder.vaultPath()); !keeps) {
        return fail(keeps.error());
    }
    return records;
}

Status rotateKeys(vault::DataFolder& folder, Records& records, const std::optional<std::string>& passphrase, vault::SecretStore* keychain,
                  const std::function<void(RotationStep)>& reached)
{
    if (const Status begun = folder.beginRotation(passphrase, keychain); !begun) {
        return begun;
    }
    reached(RotationStep::Vault);
    if (const Status sealed = records.reseal(folder.recordsKey()); !sealed) {
        return sealed;
    }
    reached(RotationStep::Records);
    return finish(folder, records, keychain, reached);
}

} // namespace akari::records
