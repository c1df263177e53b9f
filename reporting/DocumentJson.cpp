#include <cmath>

#include <nlohmann/json.hpp>

#include "reporting/Document.h"
#include "reporting/JsonFields.h"

namespace akari::reporting {

namespace {

using Json = nlohmann::json;
using Fields = json::Fields;

// Names on disk; never renamed.
const json::Names<SectionKind> kSections{{SectionKind::Indication, "indication"}, {SectionKind::Technique, "technique"},
    {SectionKind::Comparison, "comparison"}, {SectionKind::Findings, "findings"}, {SectionKind::Impression, "impression"},
    {SectionKind::Other, "other"}};
const json::Names<measure::Kind> kKinds{{measure::Kind::Length, "length"}, {measure::Kind::Ellipse, "ellipse"}};
const json::Names<image::Calibration> kCalibrations{{image::Calibration::None, "none"}, {image::Calibration::Geometry, "geometry"},
    {image::Calibration::AtDetector, "atDetector"}, {image::Calibration::EstimatedMagnification, "estimatedMagnification"},
    {image::Calibration::Calibrated, "calibrated"}, {image::Calibration::UltrasoundRegion, "ultrasoundRegion"}};
const json::Names<image::VoiFunction> kFunctions{{image::VoiFunction::Linear, "LINEAR"},
    {image::VoiFunction::LinearExact, "LINEAR_EXACT"}, {image::VoiFunction::Sigmoid, "SIGMOID"}};

Json writeSubject(const Subject& s)
{
    return {{"archive", s.archive}, {"study", s.study.value}, {"patientId", s.patientId},
            {"issuerOfPatientId", s.issuerOfPatientId},
            {"patientName", {{"alphabetic", s.patientName.alphabetic}, {"ideographic", s.patientName.ideographic},
                             {"phonetic", s.patientName.phonetic}}},
            {"birthDate", s.birthDate}, {"sex", s.sex}, {"studyDate", s.studyDate}, {"studyTime", s.studyTime},
            {"studyDescription", s.studyDescription}, {"studyId", s.studyId}, {"accessionNumber", s.accessionNumber},
            {"referringPhysician", s.referringPhysician}, {"requestedProcedureId", s.requestedProcedureId},
            {"requestedProcedureDescription", s.requestedProcedureDescription}, {"modalities", s.modalities}};
}

void readSubject(Fields f, Subject& s)
{
    s.archive = f.text("archive");
    s.study = StudyInstanceUid(f.text("study"));
    s.patientId = f.text("patientId");
    s.issuerOfPatientId = f.text("issuerOfPatientId");
    if (auto name = f.object("patientName")) {
        s.patientName = {name->text("alphabetic"), name->text("ideographic"), name->text("phonetic")};
    }
    s.birthDate = f.text("birthDate");
    s.sex = f.text("sex");
    s.studyDate = f.text("studyDate");
    s.studyTime = f.text("studyTime");
    s.studyDescription = f.text("studyDescription");
    s.studyId = f.text("studyId");
    s.accessionNumber = f.text("accessionNumber");
    s.referringPhysician = f.text("referringPhysician");
    s.requestedProcedureId = f.text("requestedProcedureId");
    s.requestedProcedureDescription = f.text("requestedProcedureDescription");
    s.modalities = f.texts("modalities");
}

Json writeReference(const ImageReference& r)
{
    Json out{{"study", r.study.value}, {"series", r.series.value}, {"sop", r.sop.value}, {"sopClass", r.sopClassUid}};
    if (r.frame) {
        out["frame"] = r.frame->value;
    }
    return out;
}

void readReference(Fields f, ImageReference& r)
{
    r.study = StudyInstanceUid(f.text("study"));
    r.series = SeriesInstanceUid(f.text("series"));
    r.sop = SopInstanceUid(f.uid("sop"));
    r.sopClassUid = f.text("sopClass");
    if (f.has("frame")) {
        r.frame = FrameNumber{f.positive("frame")};
    }
}

Json writeValue(const measure::Measurement& m)
{
    Json out{{"kind", json::name(kKinds, m.kind)}, {"length", m.length}, {"area", m.area}, {"unit", m.unit},
             {"areaUnit", m.areaUnit}, {"calibration", json::name(kCalibrations, m.calibration)}};
    if (m.statistics) {
        out["statistics"] = {{"pixels", m.statistics->pixels}, {"mean", m.statistics->mean},
                             {"sd", m.statistics->standardDeviation}, {"min", m.statistics->minimum},
                             {"max", m.statistics->maximum}, {"unit", m.statistics->unit}};
    }
    return out;
}

void readValue(Fields f, measure::Measurement& m)
{
    m.kind = f.named("kind", kKinds, m.kind);
    m.length = f.number("length");
    m.area = f.number("area");
    m.unit = f.text("unit");
    m.areaUnit = f.text("areaUnit");
    m.calibration = f.named("calibration", kCalibrations, image::Calibration::None);
    if (auto s = f.object("statistics")) {
        m.statistics = measure::Statistics{static_cast<std::size_t>(std::max(0.0, s->number("pixels"))), s->number("mean"),
                                           s->number("sd"), s->number("min"), s->number("max"), s->text("unit")};
    }
}

// The keys of a `measure` input entry, and what a draft needs beyond them.
Json writeMeasurement(const ReportMeasurement& m)
{
    Json points = Json::array();
    for (const auto& p : m.annotation.points) {
        points.push_back({{"column", p.column}, {"row", p.row}});
    }
    const auto& object = m.annotation.object;
    return {{"type", json::name(kKinds, m.annotation.kind)}, {"sop", object.sop.value}, {"frame", m.annotation.frame.value},
            {"points", points}, {"label", m.annotation.label}, {"id", m.annotation.id},
            {"trackingUid", m.annotation.trackingUid}, {"archive", object.archive}, {"study", object.study.value},
            {"series", object.series.value}, {"contentVersion", object.contentVersion}, {"image", writeReference(m.image)},
            {"value", writeValue(m.value)}};
}

void readMeasurement(Fields f, ReportMeasurement& m)
{
    auto& a = m.annotation;
    a.kind = f.required("type", kKinds);
    a.object = {f.text("archive"), StudyInstanceUid(f.text("study")), SeriesInstanceUid(f.text("series")),
                SopInstanceUid(f.uid("sop")), f.text("contentVersion")};
    a.frame = FrameNumber{f.positive("frame")};
    for (auto point : f.objects("points")) {
        a.points.push_back({point.number("column", true), point.number("row", true)});
    }
    if (a.points.size() != 2) {
        f.complain("points", "must hold exactly two points");
    }
    a.label = f.text("label");
    a.id = f.has("id") ? f.text("id") : makeUid();
    a.trackingUid = f.has("trackingUid") ? f.text("trackingUid") : makeUid();
    m.value.kind = a.kind;
    m.image.study = a.object.study;
    m.image.series = a.object.series;
    m.image.sop = a.object.sop;
    if (auto reference = f.object("image")) {
        readReference(*reference, m.image);
    }
    if (auto value = f.object("value")) {
        readValue(*value, m.value);
    }
}

Json writeKeyImage(const KeyImage& k)
{
    Json out = writeReference(k.image);
    out["caption"] = k.caption;
    if (k.window) {
        out["window"] = {{"center", k.window->center}, {"width", k.window->width},
                         {"function", json::name(kFunctions, k.window->function)}, {"explanation", k.window->explanation}};
    }
    if (k.voiTable >= 0) {
        out["voiTable"] = k.voiTable;
    }
    if (k.invert) {
        out["invert"] = true;
    }
    if (!k.presentationState.empty()) {
        out["presentationState"] = k.presentationState;
    }
    if (k.turn) {
        out["turn"] = {
            {"quarterTurns", k.turn->quarterTurns}, {"flipHorizontal", k.turn->flipHorizontal}, {"flipVertical", k.turn->flipVertical}};
    }
    if (k.area) {
        out["area"] = {{"firstColumn", k.area->firstColumn},
                       {"firstRow", k.area->firstRow},
                       {"lastColumn", k.area->lastColumn},
                       {"lastRow", k.area->lastRow}};
    }
    return out;
}

void readKeyImage(Fields f, KeyImage& k)
{
    readReference(f, k.image);
    k.caption = f.text("caption");
    if (auto w = f.object("window")) {
        k.window = image::Window{w->number("center"), w->number("width", true),
                                 w->named("function", kFunctions, image::VoiFunction::Linear), w->text("explanation")};
    }
    if (f.has("voiTable")) {
        const double index = f.number("voiTable");
        k.voiTable = index >= 0 && index < 1000 ? static_cast<int>(index) : -1;
    }
    k.invert = f.flag("invert");
    k.presentationState = f.has("presentationState") ? f.uid("presentationState") : std::string();
    if (auto turn = f.object("turn")) {
        const double turns = turn->number("quarterTurns");
        k.turn = Turn{turns >= 0 && turns < 4 ? static_cast<int>(turns) : 0, turn->flag("flipHorizontal"), turn->flag("flipVertical")};
    }
    if (auto area = f.object("area")) {
        image::DisplayedArea seen;
        seen.firstColumn = area->number("firstColumn");
        seen.firstRow = area->number("firstRow");
        seen.lastColumn = area->number("lastColumn");
        seen.lastRow = area->number("lastRow");
        // A part without extent would show nothing: the whole image is shown instead.
        if (seen.lastColumn > seen.firstColumn && seen.lastRow > seen.firstRow) {
            k.area = seen;
        }
    }
}

void readSection(Fields f, Section& s)
{
    s.heading = f.text("heading");
    s.text = f.text("text");
    s.kind = f.named("kind", kSections, kindOfHeading(s.heading));
    if (s.heading.empty() && s.kind == SectionKind::Other) {
        f.complain("heading", "is missing");
    }
}

} // namespace

std::string toJson(const Document& document)
{
    Json sections = Json::array();
    for (const auto& s : document.sections) {
        sections.push_back({{"kind", json::name(kSections, s.kind)}, {"heading", s.heading}, {"text", s.text}});
    }
    Json measurements = Json::array();
    for (const auto& m : document.measurements) {
        measurements.push_back(writeMeasurement(m));
    }
    Json keyImages = Json::array();
    for (const auto& k : document.keyImages) {
        keyImages.push_back(writeKeyImage(k));
    }
    const Json out{{"title", document.title}, {"language", document.language}, {"subject", writeSubject(document.subject)},
                   {"sections", sections}, {"measurements", measurements}, {"keyImages", keyImages}};
    // A byte that isn't UTF-8 must not cost the draft.
    return out.dump(1, ' ', false, Json::error_handler_t::replace);
}

Result<Document> fromJson(const std::string& text)
{
    const Json root = Json::parse(text, nullptr, false);
    if (root.is_discarded()) {
        return fail("report.json", "The report is not valid JSON; check brackets, quotes and that it is UTF-8.");
    }
    if (!root.is_object()) {
        return fail("report.json", "The report must be a JSON object with \"sections\".");
    }
    json::Problem problem;
    Fields f(root, {}, problem);
    Document out;
    out.language = f.has("language") ? f.text("language") : "en";
    if (out.language != "ja" && out.language != "en") {
        f.complain("language", "must be \"ja\" or \"en\"");
    }
    out.title = f.has("title") ? f.text("title") : defaultTitle(out.language);
    if (auto subject = f.object("subject")) {
        readSubject(*subject, out.subject);
    }
    for (auto item : f.objects("sections")) {
        readSection(item, out.sections.emplace_back());
    }
    for (auto item : f.objects("measurements")) {
        readMeasurement(item, out.measurements.emplace_back());
    }
    for (auto item : f.objects("keyImages")) {
        readKeyImage(item, out.keyImages.emplace_back());
    }
    if (!problem.text.empty()) {
        return fail("report.json", "The report can't be read: " + problem.text + ".");
    }
    return out;
}

} // namespace akari::reporting
