#include "app/workspace/FolderServices.h"

namespace akari::workspace {

FolderServices folderServices(Workspace& workspace)
{
    FolderServices services;
    services.removeArchive = [&workspace](const std::string& archive, bool shred) { return removeArchive(workspace, archive, shred); };
    services.makeRecoveryCode = [&workspace]() -> Result<MadeRecoveryCode> {
        auto code = workspace.folder().makeRecoveryCode();
        if (!code) {
            return fail(code.error());
        }
        Status kept = workspace.records().audit("keys.recovery", workspace.folder().usesPassphrase() ? "passphrase" : "keychain");
        if (kept) {
            kept = workspace.records().newestCopies();
        }
        return MadeRecoveryCode{std::move(*code), std::move(kept)};
    };
    return services;
}

} // namespace akari::workspace
