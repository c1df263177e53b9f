// import, export, verify: files into the cache, out of it, and what it holds against its own hashes.
#include "app/cli/Context.h"

#include <map>

#include "core/base/FileIo.h"
#include "core/importing/Import.h"

namespace akari::cli {

namespace {

struct ImportArguments {
    std::vector<std::string> paths;
    importing::ChosenPatient patient;
    std::string study;
};

Json importJson(const importing::ImportReport& report)
{
    Json rejected = Json::array();
    for (const auto& one : report.rejected) {
        rejected.push_back({{"path", one.path}, {"reason", one.why.message}, {"code", one.why.code}, {"detail", one.why.detail}});
    }
    Json conflicts = Json::array();
    for (const auto& one : report.conflicts) {
        conflicts.push_back({{"path", one.path}, {"sopInstanceUid", one.identity.sop.value}, {"version", one.identity.contentVersion},
                             {"archive", one.identity.archive}});
    }
    Json missing = Json::array();
    for (const auto& one : report.missing) {
        missing.push_back({{"path", one.path}, {"listedIn", one.listedIn}, {"studyInstanceUid", one.study.value}, {"sopInstanceUid", one.sop.value}});
    }
    Json media = Json::array();
    for (const auto& one : report.media) {
        media.push_back({{"directory", one.directory}, {"references", one.references}, {"found", one.found}});
    }
    Json studies = Json::array();
    for (const auto& one : report.studies) {
        studies.push_back({{"studyInstanceUid", one.study.value}, {"archive", one.archive}, {"imported", one.imported}, {"complete", one.complete}});
    }
    Json result{{"imported", report.imported}, {"duplicate", report.duplicate}, {"bytes", report.bytes}, {"rejected", rejected},
                {"conflicts", conflicts}, {"missing", missing}, {"media", media}, {"studies", studies}, {"cancelled", report.cancelled}};
    if (report.stopped) {
        result["error"] = {{"code", report.stopped->code}, {"message", report.stopped->message}, {"detail", report.stopped->detail}};
    }
    return result;
}

// Counts first, then one line a reason with the paths below it.
std::string importText(const importing::ImportReport& report)
{
    std::string text = std::to_string(report.imported) + " imported, " + std::to_string(report.duplicate) + " known already, "
                       + std::to_string(report.rejected.size()) + " refused\n";
    const auto group = [&](const std::string& heading, const std::vector<std::string>& paths) {
        text += std::to_string(paths.size()) + " x " + heading + "\n";
        for (const auto& path : paths) {
            text += "    " + path + "\n";
        }
    };
    std::map<std::string, std::vector<std::string>> reasons;
    for (const auto& one : report.rejected) {
        reasons[one.why.message].push_back(one.path);
    }
    for (const auto& [reason, paths] : reasons) {
        group(reason, paths);
    }
    std::vector<std::string> conflicts;
    for (const auto& one : report.conflicts) {
        conflicts.push_back(one.path);
    }
    if (!conflicts.empty()) {
        group("The same object with other content is kept already; both are kept, the one that came last is shown.", conflicts);
    }
    std::vector<std::string> missing;
    for (const auto& one : report.missing) {
        missing.push_back(one.path);
    }
    if (!missing.empty()) {
        group("A DICOMDIR lists this file, but it is not there; the rest was imported.", missing);
    }
    if (report.cancelled) {
        text += "Cancelled. What was imported stays; the same command again goes on from here.\n";
    }
    return text;
}

int exitOfImport(const importing::ImportReport& report)
{
    const bool anything = report.imported + report.duplicate > 0;
    const bool whole = report.rejected.empty() && report.missing.empty() && !report.cancelled && !report.stopped;
    return whole ? kDone : anything ? kSomeFailed : kNothingDone;
}

int runImport(Context& context, const ImportArguments& arguments)
{
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    importing::ImportOptions options;
    if (!arguments.patient.id.empty() || !arguments.study.empty()) {
        options.patient = arguments.patient;
        options.patient->study = StudyInstanceUid(arguments.study);
    }
    importing::ImportEvents events;
    events.progress = [&context](const importing::ImportProgress& now) {
        context.progress(std::to_string(now.looked) + " looked at, " + std::to_string(now.imported) + " imported, " + std::to_string(now.duplicate)
                         + " known, " + std::to_string(now.rejected) + " refused, " + std::to_string(now.bytes >> 20) + " MB");
    };
    std::vector<std::filesystem::path> paths;
    for (const auto& path : arguments.paths) {
        paths.push_back(context.path(path));
    }
    const auto report = importing::importPaths((*workspace)->cache(), paths, options, events, (*workspace)->clock(), context.stop());
    context.endProgress();
    if (report.stopped) {
        static_cast<void>(context.complain(*report.stopped));
    }
    return context.done(importJson(report), importText(report), exitOfImport(report));
}

int runExport(Context& context, const std::string& uid, const std::string& out)
{
    const auto workspace = context.workspace(false);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto found = oneObject((*workspace)->cache(), uid);
    if (!found) {
        return context.failed(found.error(), exitOf(found.error()));
    }
    const auto bytes = (*workspace)->cache().read(found->identity);
    if (!bytes) {
        return context.failed(bytes.error());
    }
    if (const auto written = writeAtomically(out, **bytes); !written) {
        return context.failed(written.error());
    }
    return context.done({{"file", out}, {"bytes", (*bytes)->size()}, {"version", found->identity.contentVersion}}, out);
}

} // namespace

void addImportCommands(CLI::App& app, Context& context, Run& run)
{
    auto* import = app.add_subcommand("import", "Files, folders, zip and tar archives and DICOMDIR media into the cache");
    auto arguments = std::make_shared<ImportArguments>();
    import->add_option("PATH", arguments->paths, "Files and folders")->required();
    import->add_option("--as-patient", arguments->patient.id, "PatientID that JPEG, PNG, PDF and MP4 files are of");
    import->add_option("--issuer", arguments->patient.issuer, "Issuer of that PatientID");
    import->add_option("--patient-name", arguments->patient.name, "Family^Given=漢字=かな");
    import->add_option("--birth-date", arguments->patient.birthDate, "YYYYMMDD");
    import->add_option("--sex", arguments->patient.sex, "M, F or O")->check(CLI::IsMember({"M", "F", "O"}));
    import->add_option("--study", arguments->study, "StudyInstanceUID the files belong to; a new study when absent");
    import->add_option("--title", arguments->patient.title, "Title of the document, description of the series");
    import->callback([&context, &run, arguments] { run = [&context, arguments] { return runImport(context, *arguments); }; });

    auto* exported = app.add_subcommand("export", "Writes an object of the cache to a file, byte for byte as it came");
    auto sop = std::make_shared<std::string>();
    auto out = std::make_shared<std::string>();
    exported->add_option("--sop", *sop, "SOPInstanceUID")->required();
    exported->add_option("-o,--out", *out, "The file to write")->required();
    exported->callback([&context, &run, sop, out] { run = [&context, sop, out] { return runExport(context, *sop, *out); }; });
}

} // namespace akari::cli
