// report: from a JSON text to proven objects in the archive.
#include "app/cli/OutboxJson.h"
#include "app/report/ReportService.h"
#include "core/archive/Delivery.h"
#include "core/base/FileIo.h"
#include "core/objects/EncapsulatedDocument.h"

namespace akari::cli {

namespace {

int runNew(Context& context, const std::string& studyUid, const std::string& archive, const std::string& path)
{
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    std::string archiveName = archive;
    if (archiveName.empty()) {
        const auto study = oneStudy((*workspace)->cache(), studyUid);
        if (!study) {
            return context.failed(study.error(), exitOf(study.error()));
        }
        archiveName = study->archive;
    }
    const auto bytes = readWholeFile(context.path(path));
    if (!bytes) {
        return context.failed(bytes.error());
    }
    auto document = reporting::fromJson(std::string(asText(*bytes)));
    if (!document) {
        return context.failed(document.error(), kUsage);
    }
    const report::ReportService service((*workspace)->engine());
    const auto subject = service.subjectOf(archiveName, StudyInstanceUid(studyUid));
    if (!subject) {
        return context.failed(subject.error());
    }
    document->subject = *subject;
    if (const auto resolved = service.resolve(*document); !resolved) {
        return context.failed(resolved.error());
    }
    const auto id = service.newDraft(*document);
    if (!id) {
        return context.failed(id.error());
    }
    return context.done({{"id", *id}, {"state", "draft"}}, "Draft " + *id + " kept.");
}

int runSign(Context& context, const std::string& id, bool send)
{
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    if (!context.signingSecret()) {
        return context.failed({"reader.secret", "Signing asks who you are: set AKARI_SIGNING_SECRET or AKARI_PASSPHRASE.", {}}, kUsage);
    }
    context.needGui();
    const report::ReportService service((*workspace)->engine());
    const auto done = service.sign(id, *context.signingSecret());
    if (!done) {
        return context.failed(done.error());
    }
    Json objects = Json::array();
    std::string text = "Report " + id + " signed: ";
    for (const auto& object : done->objects) {
        objects.push_back({{"sopInstanceUid", object.sop.value}, {"kind", object.kind}, {"sopClassUid", object.sopClassUid}});
        text += object.kind + " ";
    }
    Json result{{"id", id}, {"state", "final"}, {"objects", objects}};
    if (send) {
        const auto delivered = archive::deliver((*workspace)->records(), id, context.stop(), &(*workspace)->known());
        Json items = Json::array();
        if (delivered) {
            for (const auto& item : delivered->items) {
                items.push_back(itemJson(item));
                text += "\n  " + item.kind + ": " + records::text(item.state) + (item.reason.empty() ? "" : " (" + item.reason + ")");
            }
        }
        result["delivery"] = items;
    }
    return context.done(result, text);
}

int runShow(Context& context, const std::string& id, const std::string& sr, const std::string& pdf)
{
    const auto workspace = context.workspace(false);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    auto& records = (*workspace)->records();
    const auto draft = records.draft(id);
    if (!draft) {
        return context.failed(draft.error());
    }
    const auto document = reporting::fromJson(draft->json);
    if (!document) {
        return context.failed(document.error());
    }
    Json objects = Json::array();
    const auto outbox = records.outbox();
    if (!outbox) {
        return context.failed(outbox.error());
    }
    bool wroteSr = sr.empty();
    bool wrotePdf = pdf.empty();
    for (const auto& item : *outbox) {
        if (item.reportId != id) {
            continue;
        }
        objects.push_back(itemJson(item));
        const bool wanted = (item.kind == "SR" && !sr.empty()) || (item.kind == "PDF" && !pdf.empty());
        if (!wanted) {
            continue;
        }
        const auto object = records.signedObject(item.sop);
        if (!object) {
            return context.failed(object.error());
        }
        Bytes out = object->part10;
        if (item.kind == "PDF") {
            const auto document10 = objects::readEncapsulatedDocument(object->part10);
            if (!document10) {
                return context.failed(document10.error());
            }
            out = document10->bytes;
        }
        if (const auto written = writeAtomically(item.kind == "SR" ? sr : pdf, out); !written) {
            return context.failed(written.error());
        }
        (item.kind == "SR" ? wroteSr : wrotePdf) = true;
    }
    if (!wrotePdf) {
        context.needGui();
        const report::ReportService service((*workspace)->engine());
        const auto preview = service.previewPdf(*document);
        if (!preview) {
            return context.failed(preview.error());
        }
        if (const auto written = writeAtomically(pdf, *preview); !written) {
            return context.failed(written.error());
        }
    }
    if (!wroteSr) {
        return context.failed({"report.unsigned", "This report is not signed yet, so there is no SR; sign it first.", {}});
    }
    Json sections = Json::array();
    std::string text = document->title + " (" + draft->state + ")\n";
    for (const auto& section : document->sections) {
        sections.push_back({{"heading", section.heading}, {"text", section.text}});
        text += "\n" + section.heading + "\n" + section.text + "\n";
    }
    return context.done({{"id", id}, {"state", draft->state}, {"title", document->title}, {"language", document->language},
                         {"studyInstanceUid", draft->study.value}, {"sections", sections}, {"objects", objects}},
                        text);
}

int runList(Context& context)
{
    const auto workspace = context.workspace(false);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto drafts = (*workspace)->records().drafts();
    if (!drafts) {
        return context.failed(drafts.error());
    }
    Json all = Json::array();
    std::string text;
    for (const auto& draft : *drafts) {
        all.push_back({{"id", draft.id}, {"archive", draft.archive}, {"studyInstanceUid", draft.study.value}, {"state", draft.state},
                       {"revision", draft.revision}, {"savedAt", draft.savedAt}});
        text += draft.savedAt + "  " + draft.state + "  " + draft.id + "\n";
    }
    return context.done({{"reports", all}}, text.empty() ? "No reports." : text);
}

int runDiscard(Context& context, const std::string& id)
{
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    records::Records& records = (*workspace)->records();
    const auto draft = records.draft(id);
    if (!draft) {
        return context.failed(draft.error());
    }
    // Somebody may be writing in it.
    if ((*workspace)->cache().isHeld(draft->archive, draft->study)) {
        return context.failed({"report.open", "The study of this draft is open in the window; discard the draft there.", {}});
    }
    if (const Status discarded = records.discardDraft(id); !discarded) {
        return context.failed(discarded.error());
    }
    return context.done({{"id", id}, {"state", "discarded"}}, "Draft " + id + " discarded.");
}

} // namespace

void addReportCommands(CLI::App& app, Context& context, Run& run)
{
    auto* group = app.add_subcommand("report", "Reports: new, sign, discard, show, list");
    group->require_subcommand(1);

    auto* create = group->add_subcommand("new", "A draft from JSON");
    auto study = std::make_shared<std::string>();
    auto archive = std::make_shared<std::string>();
    auto from = std::make_shared<std::string>();
    create->add_option("--study", *study, "StudyInstanceUID")->required();
    create->add_option("--archive", *archive, "Which archive's, if two have it");
    create->add_option("--from", *from, "JSON file")->required();
    create->callback([&context, &run, study, archive, from] { run = [&context, study, archive, from] { return runNew(context, *study, *archive, *from); }; });

    auto* sign = group->add_subcommand("sign", "Sign as the enrolled reader, and send");
    auto signId = std::make_shared<std::string>();
    auto keep = std::make_shared<bool>(false);
    sign->add_option("ID", *signId)->required();
    sign->add_flag("--no-send", *keep, "Leave the objects in the outbox");
    sign->callback([&context, &run, signId, keep] { run = [&context, signId, keep] { return runSign(context, *signId, !*keep); }; });

    auto* discard = group->add_subcommand("discard", "Throw a draft away");
    auto discardId = std::make_shared<std::string>();
    discard->add_option("ID", *discardId)->required();
    discard->callback([&context, &run, discardId] { run = [&context, discardId] { return runDiscard(context, *discardId); }; });

    auto* show = group->add_subcommand("show", "The report, and its SR or PDF as files");
    auto showId = std::make_shared<std::string>();
    auto sr = std::make_shared<std::string>();
    auto pdf = std::make_shared<std::string>();
    show->add_option("ID", *showId)->required();
    show->add_option("--sr", *sr, "Write the SR object here");
    show->add_option("--pdf", *pdf, "Write the PDF here");
    show->callback([&context, &run, showId, sr, pdf] { run = [&context, showId, sr, pdf] { return runShow(context, *showId, *sr, *pdf); }; });

    group->add_subcommand("list", "Every report of this data folder")->callback([&context, &run] { run = [&context] { return runList(context); }; });
}

} // namespace akari::cli
