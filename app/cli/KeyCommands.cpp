// key, records, archive remove: what opens the data folder, where its second copy lies, and the end of a contract.
#include "app/cli/Context.h"

#include "app/platform/Keychain.h"
#include "app/workspace/ArchiveRemoval.h"
#include "core/records/Restore.h"
#include "core/records/Rotation.h"
#include "core/vault/VaultFile.h"

namespace akari::cli {
namespace {

const char* modeOf(bool passphrase)
{
    return passphrase ? "passphrase" : "keychain";
}

int runKeyStatus(Context& context)
{
    const auto vault = vault::VaultFile::read(workspace::dataFolder(context.data) / "vault.json");
    if (!vault) {
        return context.failed(vault.error());
    }
    if (!*vault) {
        return context.failed({"key.needed", "There is no data folder here yet; check --data.", {}});
    }
    const vault::VaultFile& file = **vault;
    const bool passphrase = file.mode == vault::VaultFile::Mode::Passphrase;
    Json result{{"mode", modeOf(passphrase)}, {"recoveryCode", file.recovery.has_value()}, {"rotating", !file.previousKey.empty()}};
    std::string text = passphrase ? "A passphrase opens this data folder.\n" : "This computer's keychain opens this data folder.\n";
    if (passphrase) {
        result["kdf"] = {{"name", "argon2id13"}, {"passes", file.cost.passes}, {"memoryBytes", file.cost.memoryBytes}};
    }
    text += file.recovery ? "There is a recovery code.\n"
                          : "There is no recovery code: without it, what is lost is lost. akarictl key recovery-code makes one.\n";
    if (!file.previousKey.empty()) {
        text += "A change of the keys is not finished; the next command that writes finishes it.\n";
    }
    return context.done(result, text);
}

// What was changed goes into the log and to the second place, whose vault file must not open with what was given up.
int changed(Context& context, workspace::Workspace& workspace, const char* event, Json result, const std::string& text)
{
    Status kept = workspace.records().audit(event, modeOf(workspace.folder().usesPassphrase()));
    if (kept) {
        kept = workspace.records().newestCopies();
    }
    if (!kept) {
        context.complain(kept.error());
    }
    return context.done(result, text, kept ? kDone : kSomeFailed);
}

int runChangePassphrase(Context& context, bool toKeychain)
{
    const auto workspace = context.workspace(true); // with a recovery code this sets the new passphrase already
    if (!workspace) {
        return context.failed(workspace.error());
    }
    vault::DataFolder& folder = (*workspace)->folder();
    context.needGui();
    platform::Keychain keychain;
    Status done;
    if (toKeychain) {
        done = folder.moveToKeychain(keychain);
    } else if (!context.recovers()) {
        if (!context.newPassphrase()) {
            return context.failed(
                {"usage.environment", "The environment variable AKARI_NEW_PASSPHRASE is not set; put the new passphrase into it.", {}},
                kUsage);
        }
        done = folder.changePassphrase(*context.newPassphrase(), folder.usesPassphrase() ? nullptr : &keychain);
    }
    if (!done) {
        return context.failed(done.error());
    }
    return changed(context, **workspace, "keys.passphrase", {{"mode", modeOf(folder.usesPassphrase())}},
                   folder.usesPassphrase() ? "The new passphrase opens this data folder from now on; the signing passphrase is as it was."
                                           : "This computer's keychain opens this data folder from now on.");
}

int runRotate(Context& context)
{
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    vault::DataFolder& folder = (*workspace)->folder();
    context.needGui();
    platform::Keychain keychain;
    const bool hadCode = folder.hasRecoveryCode();
    const auto passphrase = context.recovers() ? context.newPassphrase() : context.passphrase();
    if (const Status rotated = records::rotateKeys(folder, (*workspace)->records(), passphrase, &keychain, [](records::RotationStep) {});
        !rotated) {
        return context.failed(rotated.error());
    }
    Json result{{"rotated", true}};
    std::string text = "The data folder has a new master key; drafts, reports and settings are sealed anew.";
    if (hadCode) {
        const auto code = folder.makeRecoveryCode();
        if (!code) {
            return context.failed(code.error(), kSomeFailed);
        }
        result["recoveryCode"] = *code;
        text += "\nThe old recovery code opens nothing any more. The new one, to be written down and kept elsewhere:\n" + *code;
    }
    return changed(context, **workspace, "keys.rotated.done", result, text);
}

int runRecoveryCode(Context& context)
{
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto code = (*workspace)->folder().makeRecoveryCode();
    if (!code) {
        return context.failed(code.error());
    }
    return changed(
        context, **workspace, "keys.recovery", {{"recoveryCode", *code}},
        "Write this down and keep it away from this computer. It opens the data folder when passphrase or keychain are lost; it is not "
        "shown again, and a code that was made before opens nothing any more.\n" +
            *code);
}

int runArchiveRemove(Context& context, const std::string& name, bool shred)
{
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto removed = workspace::removeArchive(**workspace, name, shred);
    if (!removed) {
        return context.failed(removed.error());
    }
    return context.done({{"name", name}, {"studies", removed->studies}, {"shredded", removed->shredded}},
                        "Archive " + name + " removed, with " + std::to_string(removed->studies) + " studies in the cache" +
                            (removed->shredded ? " and its key: no copy of the cache opens them" : "") +
                            ". Signed reports stay in the records.");
}

Json copyJson(const records::CopyReport& report)
{
    if (report.place.empty()) {
        return {{"state", "none"}};
    }
    Json json{{"path", report.place},
              {"state", report.problem   ? "unreachable"
                        : report.current ? "current"
                                         : "behind"},
              {"copiedAt", report.copiedAt}};
    if (report.problem) {
        json["code"] = report.problem->code;
        json["reason"] = report.problem->message;
    }
    return json;
}

std::string copyText(const records::CopyReport& report)
{
    if (report.place.empty()) {
        return "No second place for copies; akarictl records backup-place DIR sets one.";
    }
    if (report.problem) {
        return "Second place " + report.place + ": " + report.problem->message;
    }
    return "Second place " + report.place + ": " + (report.current ? "up to date, " : "behind, last copy ") + report.copiedAt;
}

int runRecordsStatus(Context& context)
{
    const auto workspace = context.workspace(false);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    records::Records& records = (*workspace)->records();
    const auto drafts = records.drafts();
    const auto items = records.outbox();
    const auto report = records.copyReport();
    if (!drafts || !items || !report) {
        return context.failed(!drafts ? drafts.error() : !items ? items.error() : report.error());
    }
    int open = 0;
    for (const records::Draft& draft : *drafts) {
        open += draft.state != "final" ? 1 : 0;
    }
    std::size_t unproven = 0;
    for (const records::OutboxItem& item : *items) {
        unproven += item.state != records::DeliveryState::Archived ? 1 : 0;
    }
    const Json result{{"reports", drafts->size()},
                      {"openDrafts", open},
                      {"signedObjects", items->size()},
                      {"unproven", unproven},
                      {"secondPlace", copyJson(*report)}};
    return context.done(result,
                        std::to_string(drafts->size()) + " reports, " + std::to_string(open) + " of them open drafts; " +
                            std::to_string(items->size()) + " signed objects, " + std::to_string(unproven) +
                            " not yet proven to be in their archive.\n" + copyText(*report),
                        report->problem || (!report->place.empty() && !report->current) ? kSomeFailed : kDone);
}

int runBackupPlace(Context& context, const std::string& place, bool none)
{
    if (place.empty() != none) {
        return context.failed({"usage.wrong", "Give either a folder or --none.", {}}, kUsage);
    }
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    records::Records& records = (*workspace)->records();
    if (const Status set = records.setCopyPlace(none ? std::filesystem::path() : context.path(place)); !set) {
        return context.failed(set.error());
    }
    const vault::DataFolder& folder = (*workspace)->folder();
    const Json opens = folder.usesPassphrase() ? Json::array({"passphrase"}) : Json::array();
    Json result{{"place", none ? Json() : Json(records.copyPlace().value_or(std::string()))}, {"opensWith", opens}};
    if (folder.hasRecoveryCode()) {
        result["opensWith"].push_back("recovery code");
    }
    std::string text = none ? "No copies are made from now on; those that were made stay where they are."
                            : "Copies go to " + records.copyPlace().value_or(std::string()) + " from now on; the first one is there.";
    if (!none && result["opensWith"].empty()) {
        text += "\nThey open with this computer's keychain alone: make a recovery code (akarictl key recovery-code), or they are lost with "
                "this computer.";
    }
    return context.done(result, text);
}

int runRestore(Context& context, const std::string& from)
{
    const auto target = workspace::dataFolder(context.data);
    const auto stage = records::beginRestore(from, target);
    if (!stage) {
        return context.failed(stage.error());
    }
    Json result;
    std::string text;
    {
        context.needGui();
        platform::Keychain keychain;
        workspace::Options options;
        options.folder = *stage;
        options.passphrase = context.recovers() ? context.newPassphrase() : context.passphrase();
        options.recoveryCode = context.recoveryCode();
        options.keychain = options.passphrase ? nullptr : &keychain;
        const auto opened = workspace::Workspace::open(options);
        const auto drafts = opened ? (*opened)->records().drafts() : Result<std::vector<records::Draft>>(fail(opened.error()));
        const auto items = opened ? (*opened)->records().outbox() : Result<std::vector<records::OutboxItem>>(fail(opened.error()));
        if (!drafts || !items) {
            records::giveUpRestore(*stage);
            return context.failed(drafts ? items.error() : drafts.error());
        }
        result = {{"folder", target.string()}, {"reports", drafts->size()}, {"signedObjects", items->size()}};
        text = std::to_string(drafts->size()) + " reports and " + std::to_string(items->size()) + " signed objects restored to " +
               target.string() + ".";
    }
    if (const Status finished = records::finishRestore(*stage, target); !finished) {
        records::giveUpRestore(*stage);
        return context.failed(finished.error());
    }
    return context.done(result, text);
}

void addRecords(CLI::App& app, Context& context, Run& run)
{
    auto* group = app.add_subcommand("records", "Drafts, signed reports and their second copy");
    group->require_subcommand(1);
    group->add_subcommand("status", "What is kept, and how the second place stands")->callback([&context, &run] {
        run = [&context] { return runRecordsStatus(context); };
    });
    auto* place = group->add_subcommand("backup-place", "Keep copies in a folder on another disk too");
    auto folder = std::make_shared<std::string>();
    auto none = std::make_shared<bool>(false);
    place->add_option("DIR", *folder, "An empty folder, or the one used so far");
    place->add_flag("--none", *none, "Keep none");
    place->callback([&context, &run, folder, none] { run = [&context, folder, none] { return runBackupPlace(context, *folder, *none); }; });
    auto* restore = group->add_subcommand("restore", "Make a new data folder (--data) out of such copies");
    auto from = std::make_shared<std::string>();
    restore->add_option("--from", *from, "The folder with the copies")->required();
    restore->callback([&context, &run, from] { run = [&context, from] { return runRestore(context, *from); }; });
}

} // namespace

void addKeyCommands(CLI::App& app, Context& context, Run& run)
{
    auto* group = app.add_subcommand("key", "What opens the data folder");
    group->require_subcommand(1);
    group->add_subcommand("status", "How the data folder is opened")->callback([&context, &run] {
        run = [&context] { return runKeyStatus(context); };
    });
    auto* change = group->add_subcommand("change-passphrase", "Another passphrase (AKARI_NEW_PASSPHRASE), or the keychain");
    auto keychain = std::make_shared<bool>(false);
    change->add_flag("--keychain", *keychain, "Keep the key in this computer's keychain from now on");
    change->callback([&context, &run, keychain] { run = [&context, keychain] { return runChangePassphrase(context, *keychain); }; });
    group->add_subcommand("rotate", "A new master key; everything a person made is sealed anew")->callback([&context, &run] {
        run = [&context] { return runRotate(context); };
    });
    group->add_subcommand("recovery-code", "A code on paper for when passphrase or keychain are lost")->callback([&context, &run] {
        run = [&context] { return runRecoveryCode(context); };
    });

    auto* remove = app.get_subcommand("archive")->add_subcommand("remove", "Forget an archive and what the cache holds of it");
    auto name = std::make_shared<std::string>();
    auto shred = std::make_shared<bool>(false);
    remove->add_option("NAME", *name)->required();
    remove->add_flag("--shred", *shred, "Destroy its key too: no copy of the cache opens its studies any more");
    remove->callback([&context, &run, name, shred] { run = [&context, name, shred] { return runArchiveRemove(context, *name, *shred); }; });
    addRecords(app, context, run);
}

} // namespace akari::cli
