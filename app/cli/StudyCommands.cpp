// studies, series: what the cache holds.
#include "app/cli/PixelStages.h"

namespace akari::cli {

namespace {

const char* geometryName(image::GeometryKind kind)
{
    switch (kind) {
    case image::GeometryKind::Volume: return "volume";
    case image::GeometryKind::Stack: return "stack";
    case image::GeometryKind::None: return "none";
    }
    return "none";
}

double rounded(double value) { return std::round(value * 1e6) / 1e6; }

Json displaySetJson(const image::DisplaySet& set)
{
    const auto& first = set.frames.front();
    Json spacing = Json::array();
    if (first.calibration != image::Calibration::None || first.plane) {
        const auto& inPlane = first.plane ? first.plane->spacing : first.inPlaneSpacing;
        spacing = {rounded(inPlane.betweenColumns), rounded(inPlane.betweenRows), rounded(set.spacingBetweenSlices)};
    }
    Json sops = Json::array();
    for (const auto& frame : set.frames) {
        sops.push_back(frame.identity.sop.value);
    }
    Json gaps = Json::array();
    for (const auto& gap : set.gaps) {
        gaps.push_back({{"after", gap.after}, {"millimetres", rounded(gap.millimetres)}, {"usual", rounded(gap.usual)}, {"missing", gap.missing}});
    }
    Json findings = Json::array();
    for (const auto& found : set.findings) {
        findings.push_back({{"code", found.code}, {"message", found.message}, {"sopInstanceUids", found.sopInstanceUids}});
    }
    return {{"id", set.id}, {"label", set.label}, {"frames", set.frames.size()}, {"geometry", geometryName(set.geometry)},
            {"spacing", spacing}, {"tilt", rounded(set.tiltDegrees)}, {"evenSpacing", set.evenSpacing}, {"splitReason", set.splitReason},
            {"gaps", gaps}, {"findings", findings},
            {"warnings", set.warnings}, {"sopInstanceUids", sops}};
}

int runStudies(Context& context)
{
    const auto workspace = context.workspace(false);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto studies = (*workspace)->cache().studies();
    if (!studies) {
        return context.failed(studies.error());
    }
    Json all = Json::array();
    std::string text;
    for (const auto& study : *studies) {
        all.push_back({{"studyInstanceUid", study.study.value}, {"archive", study.archive}, {"patientId", study.patientId},
                       {"patientName", study.patientName.dicom()}, {"studyDate", study.studyDate}, {"studyDescription", study.studyDescription},
                       {"accessionNumber", study.accessionNumber}, {"modalities", study.modalities}, {"expected", study.expected},
                       {"stored", study.stored}, {"bytes", study.storedBytes}, {"complete", study.complete}, {"lastSync", study.lastSync},
                       {"withdrawn", study.server.withdrawn}, {"changed", study.server.changed}, {"checkedAt", study.server.checkedAt}});
        text += study.studyDate + "  " + study.patientId + "  " + study.patientName.display("ja") + "  " + std::to_string(study.stored)
                + (study.complete ? " complete" : " incomplete") + (study.server.withdrawn ? ", withdrawn" : "") + (study.server.changed ? ", changed" : "") + "\n    " + study.study.value + "\n";
    }
    return context.done({{"studies", all}}, text.empty() ? "The cache is empty." : text);
}

Result<cache::StudyRecord> studyOf(workspace::Workspace& workspace, const std::string& uid, const std::string& archive)
{
    if (archive.empty()) {
        return oneStudy(workspace.cache(), uid);
    }
    const auto study = workspace.cache().study(archive, StudyInstanceUid(uid));
    if (!study) {
        return fail(study.error());
    }
    if (!*study) {
        return fail("study.unknown", "The cache does not hold this study of that archive; sync it first.");
    }
    return **study;
}

int runSeries(Context& context, const std::string& uid, const std::string& archive, const std::string& rulesFile)
{
    const auto workspace = context.workspace(false);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto study = studyOf(**workspace, uid, archive);
    if (!study) {
        return context.failed(study.error(), exitOf(study.error()));
    }
    if (rulesFile.empty() && (*workspace)->rulesProblem()) {
        return context.failed(*(*workspace)->rulesProblem());
    }
    const auto rules = rulesFile.empty() ? Result<image::SplitRules>((*workspace)->engine().rules) : workspace::readSplitRules(rulesFile);
    if (!rules) {
        return context.failed(rules.error(), kUsage);
    }
    const auto store = storeOf(**workspace, study->archive, study->study, *rules);
    const auto sets = store->displaySets();
    const auto records = (*workspace)->cache().series(study->archive, study->study);
    if (!records) {
        return context.failed(records.error());
    }
    Json all = Json::array();
    std::string text;
    for (const auto& record : *records) {
        Json own = Json::array();
        text += record.series.value + "  " + record.modality + "  " + record.description + "  " + std::to_string(record.stored) + " objects\n";
        for (const auto& set : sets) {
            if (set->series == record.series) {
                own.push_back(displaySetJson(*set));
                text += "    " + set->id + "  " + std::to_string(set->frames.size()) + " frames  " + geometryName(set->geometry) + "  " + set->label + "\n";
                for (const auto& warning : set->warnings) {
                    text += "        " + warning + "\n";
                }
            }
        }
        all.push_back({{"seriesInstanceUid", record.series.value}, {"modality", record.modality}, {"seriesNumber", record.seriesNumber},
                       {"description", record.description}, {"instances", record.stored}, {"expected", record.expected}, {"displaySets", own}});
    }
    Json states = Json::array();
    for (const auto& state : store->presentationStates()) {
        states.push_back(presentationStateJson(*state));
        text += "presentation state  " + state->label + "  " + state->identity.sop.value + "\n";
    }
    return context.done({{"series", all}, {"presentationStates", states}}, text);
}

int runInstances(Context& context, const std::string& uid)
{
    const auto workspace = context.workspace(false);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto places = (*workspace)->cache().findSeries(SeriesInstanceUid(uid));
    if (!places) {
        return context.failed(places.error());
    }
    if (places->size() != 1) {
        const bool none = places->empty();
        return context.failed({none ? "series.unknown" : "series.ambiguous",
                               none ? "The cache does not hold this series; sync its study first." : "More than one study holds a series with this UID.", {}},
                              none ? kNothingDone : kUsage);
    }
    const auto objects = (*workspace)->cache().objects(places->front().archive, places->front().study, places->front().series);
    if (!objects) {
        return context.failed(objects.error());
    }
    Json all = Json::array();
    std::string text;
    for (const auto& object : *objects) {
        all.push_back({{"sopInstanceUid", object.identity.sop.value}, {"sopClassUid", object.sopClassUid}, {"instanceNumber", object.instanceNumber},
                       {"frames", object.numberOfFrames}, {"bytes", object.length}, {"version", object.identity.contentVersion}});
        text += std::to_string(object.instanceNumber) + "  " + object.identity.sop.value + "\n";
    }
    return context.done({{"instances", all}}, text);
}

} // namespace

void addStudyCommands(CLI::App& app, Context& context, Run& run)
{
    app.add_subcommand("studies", "Studies in the cache")->callback([&context, &run] { run = [&context] { return runStudies(context); }; });

    auto* series = app.add_subcommand("series", "Series and display sets of a study in the cache");
    auto uid = std::make_shared<std::string>();
    auto archive = std::make_shared<std::string>();
    series->add_option("STUDY", *uid, "StudyInstanceUID")->required();
    series->add_option("--archive", *archive, "Which archive's, if two have it");
    auto rules = std::make_shared<std::string>();
    series->add_option("--rules", *rules, "Split series by the rules in this file (docs/split-rules.md)");
    series->callback([&context, &run, uid, archive, rules] {
        run = [&context, uid, archive, rules] { return runSeries(context, *uid, *archive, *rules); };
    });

    auto* instances = app.add_subcommand("instances", "Objects of a series in the cache");
    auto seriesUid = std::make_shared<std::string>();
    instances->add_option("SERIES", *seriesUid, "SeriesInstanceUID")->required();
    instances->callback([&context, &run, seriesUid] { run = [&context, seriesUid] { return runInstances(context, *seriesUid); }; });
}

} // namespace akari::cli
