#include "app/report/ReportService.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "app/paint/Painter.h"
#include "core/archive/DicomWeb.h"
#include "core/dicom/Tags.h"
#include "render/PlanarScene.h"
#include "reporting/pdf/Pdf.h"

namespace akari::report {

namespace {

constexpr int kKeyImageSize = 768;
constexpr std::int64_t kMostClockSkewSeconds = 120; // hazard 9

reporting::Subject subjectFrom(const cache::StudyRecord& record, const dicom::DataSet& image)
{
    using namespace dicom::tags;
    reporting::Subject subject;
    subject.archive = record.archive;
    subject.study = record.study;
    subject.patientId = image.textOr(PatientID, record.patientId);
    subject.issuerOfPatientId = image.textOr(IssuerOfPatientID);
    subject.patientName = image.personName(PatientName).value_or(record.patientName);
    subject.birthDate = image.textOr(PatientBirthDate);
    subject.sex = image.textOr(PatientSex);
    subject.studyDate = image.textOr(StudyDate);
    subject.studyTime = image.textOr(StudyTime);
    subject.studyDescription = image.textOr(StudyDescription);
    subject.studyId = image.textOr(StudyID);
    subject.accessionNumber = image.textOr(AccessionNumber);
    if (const auto referrer = image.personName(ReferringPhysicianName)) {
        subject.referringPhysician = referrer->dicom();
    }
    if (const auto& requests = image.items(RequestAttributesSequence); !requests.empty()) {
        subject.requestedProcedureId = requests.front().textOr(RequestedProcedureID);
        subject.requestedProcedureDescription = requests.front().textOr(RequestedProcedureDescription);
    }
    if (subject.requestedProcedureDescription.empty()) {
        subject.requestedProcedureDescription = image.textOr(RequestedProcedureDescription);
    }
    subject.modalities = record.modalities;
    return subject;
}

} // namespace

std::shared_ptr<load::StudyStore> ReportService::storeOf(const std::string& archive, const StudyInstanceUid& study) const
{
    auto store = std::make_shared<load::StudyStore>(load::StudyStore::Services{m_engine.cache, m_engine.pool, m_budget, m_engine.rules}, archive,
                                                    study, [](const std::string&) {});
    static_cast<void>(store->addFromCache());
    return store;
}

Result<reporting::Subject> ReportService::subjectOf(const std::string& archive, const StudyInstanceUid& study) const
{
    const auto record = m_engine.cache.study(archive, study);
    if (!record) {
        return fail(record.error());
    }
    if (!*record) {
        return fail("study.unknown", "The cache does not hold this study; sync it first.");
    }
    const auto series = m_engine.cache.series(archive, study);
    if (!series) {
        return fail(series.error());
    }
    for (const auto& one : *series) {
        const auto headers = m_engine.cache.headers(archive, study, one.series);
        if (!headers || headers->empty()) {
            continue;
        }
        dicom::ReadLimits limits;
        limits.headerOnly = true;
        if (const auto file = dicom::readPart10(headers->front().header, limits)) {
            return subjectFrom(**record, file->dataSet);
        }
    }
    return fail("study.unknown", "The cache holds no readable object of this study; sync it first.");
}

Status ReportService::resolve(reporting::Document& document) const
{
    const auto complete = [&](reporting::ImageReference& image) -> Result<cache::ObjectRecord> {
        const auto found = m_engine.cache.findObject(image.sop);
        if (!found) {
            return fail(found.error());
        }
        for (const auto& object : *found) {
            const bool otherSeries = !image.series.empty() && object.identity.series != image.series;
            if (object.identity.archive != document.subject.archive || otherSeries) {
                continue;
            }
            image.study = object.identity.study;
            image.series = object.identity.series;
            image.sopClassUid = object.sopClassUid;
            if (object.numberOfFrames <= 1) {
                image.frame.reset();
            }
            return object;
        }
        return fail("report.image", "An image that the report cites is not in the cache; sync its study, or take the reference out.");
    };
    for (auto& key : document.keyImages) {
        if (const auto object = complete(key.image); !object) {
            return fail(object.error());
        }
    }
    std::map<StudyInstanceUid, std::shared_ptr<load::StudyStore>> stores;
    for (auto& item : document.measurements) {
        if (item.image.sop.empty()) {
            item.image.sop = item.annotation.object.sop;
            item.image.frame = item.annotation.frame;
        }
        const FrameNumber frame = item.image.frame.value_or(item.annotation.frame);
        const auto object = complete(item.image);
        if (!object) {
            return fail(object.error());
        }
        item.annotation.object = object->identity;
        item.annotation.frame = frame;
        if (item.annotation.id.empty()) {
            item.annotation.id = makeUid();
        }
        if (item.annotation.trackingUid.empty()) {
            item.annotation.trackingUid = makeUid();
        }
        if (item.annotation.label.empty()) {
            item.annotation.label = "Lesion " + std::to_string(&item - document.measurements.data() + 1);
        }
        auto& store = stores[object->identity.study];
        if (!store) {
            store = storeOf(document.subject.archive, object->identity.study);
        }
        const auto place = store->locate(item.image.sop, frame, object->identity.series);
        if (!place) {
            return fail("report.image", "A measurement of the report lies on an object that is not an image.");
        }
        const auto slice = store->load(place->displaySetId, place->index);
        if (!slice) {
            return fail(slice.error());
        }
        const auto value = measure::measure(item.annotation, **slice);
        if (!value) {
            return fail(value.error());
        }
        item.value = *value;
    }
    return {};
}

Result<std::string> ReportService::newDraft(const reporting::Document& document) const
{
    records::Draft draft;
    draft.archive = document.subject.archive;
    draft.study = document.subject.study;
    draft.json = reporting::toJson(document);
    draft.state = "draft";
    const auto saved = m_engine.records.saveDraft(draft);
    if (!saved) {
        return fail(saved.error());
    }
    return saved->id;
}

Result<reporting::Evidence> ReportService::evidenceOf(const reporting::Document& document) const
{
    reporting::Evidence evidence;
    const auto series = m_engine.cache.series(document.subject.archive, document.subject.study);
    if (!series) {
        return fail(series.error());
    }
    for (const auto& one : *series) {
        const auto objects = m_engine.cache.objects(document.subject.archive, document.subject.study, one.series);
        if (!objects) {
            return fail(objects.error());
        }
        for (const auto& object : *objects) {
            evidence.current.push_back({document.subject.study, one.series, object.sopClassUid, object.identity.sop});
        }
    }
    std::set<SopInstanceUid> cited;
    const auto cite = [&](const reporting::ImageReference& image) {
        if (image.study != document.subject.study && cited.insert(image.sop).second) {
            evidence.pertinent.push_back({image.study, image.series, image.sopClassUid, image.sop});
        }
    };
    for (const auto& key : document.keyImages) {
        cite(key.image);
    }
    for (const auto& item : document.measurements) {
        cite(item.image);
    }
    return evidence;
}

namespace {

// The presentation state that was on screen when the key image was marked. A picture without it would not be what the reader saw.
Status applyState(const load::StudyStore& store, const reporting::KeyImage& key, render::PlanarScene& scene)
{
    if (key.presentationState.empty()) {
        return {};
    }
    for (const auto& state : store.presentationStates()) {
        const auto presented = state->identity.sop.value == key.presentationState
                                   ? state->forFrame(key.image.sop, key.image.frame.value_or(FrameNumber{1})) : std::nullopt;
        if (presented) {
            scene.presentation = std::make_shared<const image::Presentation>(*presented);
            scene.state.area = presented->area;
            scene.state.quarterTurns = presented->quarterTurns;
            scene.state.flipHorizontal = presented->flipHorizontal;
            return {};
        }
    }
    return fail("report.presentation", "The presentation state of a key image is not in the cache; sync the study again, or mark the image anew.");
}

} // namespace

Result<QImage> ReportService::keyImage(const reporting::Document& document, const reporting::KeyImage& key, int size) const
{
    const auto store = storeOf(document.subject.archive, key.image.study);
    const auto place = store->locate(key.image.sop, key.image.frame.value_or(FrameNumber{1}), key.image.series);
    if (!place) {
        return fail("report.image", "A key image of the report is not an image in the cache.");
    }
    if (const auto loaded = store->load(place->displaySetId, place->index); !loaded) {
        return fail(loaded.error());
    }
    render::PlanarScene scene;
    scene.table = store->table(place->displaySetId);
    scene.state.displaySetId = place->displaySetId;
    scene.state.plane.index = place->index;
    scene.state.window = key.window;
    scene.state.voiTable = key.voiTable;
    scene.state.invert = key.invert;
    if (const auto applied = applyState(*store, key, scene); !applied) {
        return fail(applied.error());
    }
    if (key.turn) { // the state's own among it
        scene.state.quarterTurns = key.turn->quarterTurns;
        scene.state.flipHorizontal = key.turn->flipHorizontal;
        scene.state.flipVertical = key.turn->flipVertical;
    }
    scene.state.area = reporting::areaSeen(key, scene.state.area);
    const image::FrameAttributes& frame = scene.table->displaySet->frames[static_cast<std::size_t>(place->index.value)];
    scene.width = size;
    scene.height = size;
    scene.devicePixelRatio = 1.25;
    scene.alone = true;
    for (const auto& item : document.measurements) {
        if (measure::liesOn(item.annotation, frame)) {
            scene.annotations.push_back({item.annotation, item.value.text(document.language), false});
        }
    }
    return paint::paint(render::renderPlanar(scene), scene.devicePixelRatio);
}

Result<Bytes> ReportService::pdfOf(const reporting::Document& document, const records::Reader& reader, bool draft) const
{
    reporting::PdfContext context;
    context.draft = draft;
    context.reader = reader;
    context.clock = &m_engine.clock;
    context.hospital = document.subject.archive;
    for (const auto& key : document.keyImages) {
        auto picture = keyImage(document, key, kKeyImageSize);
        if (!picture) {
            return fail(picture.error());
        }
        context.keyImages.push_back({std::move(*picture), key.caption});
    }
    return reporting::renderPdf(document, context);
}

Result<Bytes> ReportService::previewPdf(const reporting::Document& document) const
{
    const auto reader = m_engine.records.reader();
    if (!reader) {
        return fail(reader.error());
    }
    return pdfOf(document, reader->value_or(records::Reader{}), true);
}

Result<SignedReport> ReportService::sign(const std::string& draftId, std::string_view signingSecret) const
{
    const auto draft = m_engine.records.draft(draftId);
    if (!draft) {
        return fail(draft.error());
    }
    if (draft->state == "final") {
        return fail("report.signed", "This report is signed already and can't be signed again.");
    }
    const auto reader = m_engine.records.reader();
    if (!reader) {
        return fail(reader.error());
    }
    if (!*reader) {
        return fail("reader.none", "No reader is enrolled in this data folder; enrol one first (akarictl reader set, or Settings).");
    }
    if (const auto known = m_engine.records.reauthenticate(signingSecret); !known) {
        return fail(known.error());
    }
    auto document = reporting::fromJson(draft->json);
    if (!document) {
        return fail(document.error());
    }
    const auto subject = subjectOf(draft->archive, draft->study);
    if (!subject) {
        return fail(subject.error());
    }
    if (document->subject.study != subject->study || document->subject.patientId != subject->patientId
        || document->subject.issuerOfPatientId != subject->issuerOfPatientId
        || document->subject.accessionNumber != subject->accessionNumber) {
        return fail("sign.patient", "The report's patient or accession is not that of the study in the cache; nothing was signed.");
    }
    if (const auto settings = m_engine.records.archive(draft->archive)) {
        archive::DicomWebClient client(*settings, m_engine.known);
        const auto skew = client.serverClockSkewSeconds();
        if (skew && std::abs(*skew) > kMostClockSkewSeconds) {
            return fail("sign.clock", "This computer's clock and the archive's differ by more than two minutes; set the clock, then sign.",
                        std::to_string(*skew) + " s");
        }
    }
    if (const auto resolved = resolve(*document); !resolved) {
        return fail(resolved.error());
    }
    const auto evidence = evidenceOf(*document);
    if (!evidence) {
        return fail(evidence.error());
    }
    const auto pdf = pdfOf(*document, **reader, false);
    if (!pdf) {
        return fail(pdf.error());
    }
    auto objects = reporting::encodeSigned(*document, *evidence, {**reader, &m_engine.clock, {}}, *pdf);
    if (!objects) {
        return fail(objects.error());
    }
    std::vector<records::SignedObject> kept;
    for (const auto& object : *objects) {
        records::SignedObject one;
        one.item.reportId = draftId;
        one.item.archive = draft->archive;
        one.item.study = draft->study;
        one.item.patientId = subject->patientId;
        one.item.issuerOfPatientId = subject->issuerOfPatientId;
        one.item.accessionNumber = subject->accessionNumber;
        one.item.sop = object.sop;
        one.item.kind = object.kind;
        one.item.sha256 = sha256Hex(object.part10);
        one.part10 = object.part10;
        kept.push_back(std::move(one));
    }
    if (const auto done = m_engine.records.sign(draftId, reporting::toJson(*document), std::move(kept)); !done) {
        return fail(done.error());
    }
    static_cast<void>(m_engine.records.audit("report.signed", std::to_string(objects->size()) + " objects queued"));
    return SignedReport{draftId, std::move(*objects)};
}

} // namespace akari::report
