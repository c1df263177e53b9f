// outbox: what is to be sent, and what became of it.
#include <algorithm>

#include "app/cli/Context.h"
#include "app/cli/OutboxJson.h"
#include "core/archive/Delivery.h"
#include "core/archive/OutboxObject.h"
#include "core/base/FileIo.h"

namespace akari::cli {

Json itemJson(const records::OutboxItem& item)
{
    return {{"id", item.id},
            {"sopInstanceUid", item.sop.value},
            {"kind", item.kind},
            {"archive", item.archive},
            {"reportId", item.reportId},
            {"studyInstanceUid", item.study.value},
            {"state", records::text(item.state)},
            {"code", item.code},
            {"reason", item.reason},
            {"attempts", item.attempts},
            {"nextTry", item.nextTry}};
}

namespace {

std::string itemText(const records::OutboxItem& item)
{
    return std::to_string(item.id) + "  " + item.kind + "  " + records::text(item.state) + "  " + item.archive + "  " + item.sop.value +
           (item.reason.empty() ? "" : "\n    " + item.reason) + (item.nextTry.empty() ? "" : "\n    next try " + item.nextTry) + "\n";
}

int show(Context& context, const std::vector<records::OutboxItem>& items, int exit)
{
    Json all = Json::array();
    std::string text;
    for (const auto& item : items) {
        all.push_back(itemJson(item));
        text += itemText(item);
    }
    return context.done({{"items", all}}, text.empty() ? "The outbox is empty." : text, exit);
}

int runOutbox(Context& context, bool send)
{
    const auto workspace = context.workspace(send);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    if (send) {
        const auto delivered = archive::deliver((*workspace)->records(), {}, context.stop());
        if (!delivered) {
            return context.failed(delivered.error());
        }
    }
    const auto items = (*workspace)->records().outbox();
    if (!items) {
        return context.failed(items.error());
    }
    const bool pending = std::any_of(items->begin(), items->end(), [](const auto& item) { return records::isWaiting(item.state); });
    return show(context, *items, send && pending ? kSomeFailed : kDone);
}

int runAdd(Context& context, const std::vector<std::string>& files, const std::string& archive, const std::string& study)
{
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    auto& records = (*workspace)->records();
    if (const auto known = records.archive(archive); !known) {
        return context.failed(known.error());
    }
    // All or none: a set of objects that belong together is not torn apart.
    std::vector<records::SignedObject> objects;
    for (const auto& file : files) {
        const auto bytes = readWholeFile(context.path(file), archive::kLargestOutboxObject + 1);
        auto object =
            bytes ? archive::outboxObject(*bytes, archive, StudyInstanceUid(study)) : Result<records::SignedObject>(fail(bytes.error()));
        if (!object) {
            Error error = object.error();
            error.message = file + ": " + error.message;
            return context.failed(error);
        }
        objects.push_back(std::move(*object));
    }
    const auto items = records.queueObjects(objects);
    return items ? show(context, *items, kDone) : context.failed(items.error());
}

// By its number, or by its SOP Instance UID.
Result<std::int64_t> itemOf(const records::Records& records, const std::string& id)
{
    const auto items = records.outbox();
    if (!items) {
        return fail(items.error());
    }
    for (const auto& item : *items) {
        if (std::to_string(item.id) == id || item.sop.value == id) {
            return item.id;
        }
    }
    return fail("outbox.unknown", "There is no such item in the outbox; list it with akarictl outbox.");
}

int runChange(Context& context, const std::string& id, bool drop)
{
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    auto& records = (*workspace)->records();
    const auto item = itemOf(records, id);
    if (!item) {
        return context.failed(item.error());
    }
    if (const auto done = drop ? records.dropDelivery(*item) : records.retryDelivery(*item); !done) {
        return context.failed(done.error());
    }
    auto items = records.outbox();
    if (!items) {
        return context.failed(items.error());
    }
    std::erase_if(*items, [&](const auto& one) { return one.id != *item; });
    return show(context, *items, kDone);
}

} // namespace

void addOutboxCommands(CLI::App& app, Context& context, Run& run)
{
    auto* outbox = app.add_subcommand("outbox", "The send queue with its proofs");
    outbox->add_subcommand("send", "Send and prove what is queued")->callback([&context, &run] {
        run = [&context] { return runOutbox(context, true); };
    });

    auto* add = outbox->add_subcommand("add", "Queue DICOM objects: SR, PDF, KOS, presentation state, segmentation, secondary capture …");
    auto files = std::make_shared<std::vector<std::string>>();
    auto archive = std::make_shared<std::string>();
    auto study = std::make_shared<std::string>();
    add->add_option("FILE", *files, "DICOM files")->required();
    add->add_option("--archive", *archive, "Where they go")->required();
    add->add_option("--study", *study, "StudyInstanceUID that they must be of");
    add->callback([&context, &run, files, archive, study] {
        run = [&context, files, archive, study] { return runAdd(context, *files, *archive, *study); };
    });

    for (const bool drop : {false, true}) {
        auto* change = outbox->add_subcommand(drop ? "drop" : "retry",
                                              drop ? "Give up an item that was not sent or was refused" : "Queue an item again");
        auto id = std::make_shared<std::string>();
        change->add_option("ID", *id, "The item's id, or its SOP Instance UID")->required();
        change->callback([&context, &run, id, drop] { run = [&context, id, drop] { return runChange(context, *id, drop); }; });
    }
    outbox->callback([&context, &run] {
        if (!run) {
            run = [&context] { return runOutbox(context, false); };
        }
    });
}

} // namespace akari::cli
