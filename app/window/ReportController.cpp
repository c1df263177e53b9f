#include "app/window/ReportController.h"

#include <QApplication>
#include <QTime>

#include "app/window/OutboxDialog.h"
#include "app/window/Words.h"
#include "core/archive/Delivery.h"
#include "reporting/editor/ReviewSheet.h"

namespace akari::window {

namespace {
constexpr int kAutosaveMilliseconds = 2000;
}

ReportController::ReportController(session::Engine engine, reporting::ReportEditor* editor, QObject* parent)
    : QObject(parent), m_engine(engine), m_service(engine), m_editor(editor)
{
    m_autosave.setSingleShot(true);
    m_autosave.setInterval(kAutosaveMilliseconds);
    connect(&m_autosave, &QTimer::timeout, this, &ReportController::saveNow);
    connect(m_editor, &reporting::ReportEditor::edited, this, [this](const reporting::Document& document) {
        if (!m_hasDocument || m_session == nullptr || document.subject.study != m_session->study()) {
            return; // hazard 2
        }
        m_document = document;
        m_unsaved = true;
        m_autosave.start();
    });
    connect(m_editor, &reporting::ReportEditor::signRequested, this, &ReportController::sign);
}

ReportController::~ReportController()
{
    saveNow();
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

void ReportController::setSession(session::ReadingSession* session)
{
    saveNow();
    m_autosave.stop();
    m_unsaved = false;
    m_session = session;
    m_hasDocument = false;
    m_refused = false;
    m_document = {};
    m_editor->setReadOnly(true);
    m_editor->setDocument({});
    m_editor->setSavedText({});
    contentChanged();
}

void ReportController::makeDocument()
{
    const auto subject = m_service.subjectOf(m_session->archive(), m_session->study());
    if (!subject) {
        return; // nothing of the study is in the cache yet
    }
    if (!m_session->draftJson().empty()) {
        auto kept = reporting::fromJson(m_session->draftJson());
        if (!kept) {
            Q_EMIT failed(Words::error(kept.error()));
            return;
        }
        const auto& mine = kept->subject;
        if (mine.study != subject->study || mine.patientId != subject->patientId || mine.issuerOfPatientId != subject->issuerOfPatientId
            || mine.accessionNumber != subject->accessionNumber) {
            // Hazard 10: a draft is never relabelled. Its text stays in records as it is.
            if (!m_refused) {
                m_refused = true;
                Q_EMIT failed(Words::error({"sign.patient", {}, {}}));
            }
            return;
        }
        m_document = std::move(*kept);
    } else {
        m_document = reporting::newDocument(*subject, utf8(Words::language()));
    }
    m_document.subject = *subject;
    m_hasDocument = true;
    show();
}

void ReportController::contentChanged()
{
    if (m_session != nullptr && !m_hasDocument) {
        makeDocument();
    }
}

QString ReportController::savedLine() const
{
    if (m_session->draftFinal()) {
        return tr("Signed");
    }
    return m_session->draftId().empty() ? tr("Nothing written yet") : tr("Draft saved %1").arg(QTime::currentTime().toString(QStringLiteral("HH:mm:ss")));
}

void ReportController::show()
{
    m_editor->setDocument(m_document);
    m_editor->setReadOnly(m_session->draftFinal());
    const auto archive = m_engine.records.archive(m_session->archive());
    m_editor->setSubjectColor(QColor(archive && !archive->color.empty() ? text(archive->color) : QStringLiteral("#4ea1ff")));
    m_editor->setSavedText(savedLine());
    for (std::size_t i = 0; i < m_document.keyImages.size(); ++i) {
        if (const auto picture = m_service.keyImage(m_document, m_document.keyImages[i], 256)) {
            m_editor->setKeyImageThumbnail(static_cast<int>(i), *picture);
        }
    }
}

bool ReportController::hasDraft() const
{
    return m_session != nullptr && !m_signing && !m_session->draftFinal() && (m_unsaved || !m_session->draftId().empty());
}

void ReportController::discard()
{
    if (!hasDraft()) {
        return;
    }
    if (const Status discarded = m_session->discardReport(); !discarded) {
        Q_EMIT failed(Words::error(discarded.error()));
        return;
    }
    m_unsaved = false; // or setSession would save it again
    setSession(m_session);
    Q_EMIT saved(savedLine());
}

bool ReportController::saveNow()
{
    m_autosave.stop();
    if (!m_unsaved || m_session == nullptr || !m_hasDocument) {
        return true;
    }
    const auto kept = m_session->saveReport(reporting::toJson(m_document), m_document.subject.study);
    if (!kept) {
        Q_EMIT failed(Words::error(kept.error()));
        m_editor->setSavedText(tr("NOT saved: %1").arg(Words::error(kept.error())));
        if (kept.error().code != "report.final" && kept.error().code != "report.discarded") {
            m_autosave.start(); // what could not be written is tried again
        }
        return false;
    }
    m_unsaved = false;
    m_editor->setSavedText(savedLine());
    Q_EMIT saved(savedLine());
    return true;
}

void ReportController::addMeasurement(const measure::Annotation& annotation, const measure::Measurement& value,
                                      const image::FrameAttributes& frame, int slice)
{
    if (!m_hasDocument || m_signing || m_session->draftFinal()) {
        return;
    }
    m_document = m_editor->document();
    reporting::ReportMeasurement item;
    item.annotation = annotation;
    item.value = value;
    item.image = {frame.identity.study, frame.identity.series, frame.identity.sop, frame.sopClassUid, std::nullopt};
    if (frame.frame.value > 1) {
        item.image.frame = frame.frame;
    }
    const bool known = std::any_of(m_document.measurements.begin(), m_document.measurements.end(),
                                   [&](const auto& m) { return m.annotation.id == annotation.id; });
    if (!known) {
        m_document.measurements.push_back(std::move(item));
    }
    m_editor->setDocument(m_document);
    m_editor->appendToCurrentSection(tr("%1 (image %2)").arg(text(value.text(m_document.language))).arg(slice));
    m_document = m_editor->document();
    m_unsaved = true;
    m_autosave.start();
}

void ReportController::addKeyImage(const image::FrameAttributes& frame, reporting::KeyImage key, int slice, const QImage& picture)
{
    if (!m_hasDocument || m_signing || m_session->draftFinal()) {
        return;
    }
    m_document = m_editor->document();
    key.image = {frame.identity.study, frame.identity.series, frame.identity.sop, frame.sopClassUid, std::nullopt};
    if (frame.frame.value > 1) {
        key.image.frame = frame.frame;
    }
    key.caption = utf8(tr("%1, image %2").arg(text(frame.seriesDescription)).arg(slice));
    m_document.keyImages.push_back(key);
    m_editor->setDocument(m_document);
    for (std::size_t i = 0; i + 1 < m_document.keyImages.size(); ++i) {
        if (const auto earlier = m_service.keyImage(m_document, m_document.keyImages[i], 256)) {
            m_editor->setKeyImageThumbnail(static_cast<int>(i), *earlier);
        }
    }
    m_editor->setKeyImageThumbnail(static_cast<int>(m_document.keyImages.size()) - 1, picture);
    m_unsaved = true;
    m_autosave.start();
}

void ReportController::sign()
{
    if (!m_hasDocument || m_signing || m_session->draftFinal()) {
        return;
    }
    m_unsaved = true;
    m_document = m_editor->document();
    if (!saveNow()) {
        return; // what could not be saved can't be what is signed; saveNow has said why
    }
    QList<reporting::ReviewCheck> checks;
    for (const auto& check : m_session->preSignChecks()) {
        checks.push_back({check.level == session::CheckLevel::Refusal  ? reporting::ReviewSeverity::Refusal
                          : check.level == session::CheckLevel::Warning ? reporting::ReviewSeverity::Warning
                                                                        : reporting::ReviewSeverity::Note,
                          Words::check(check)});
    }
    const auto reader = m_engine.records.reader();
    if (!reader || !*reader) {
        Q_EMIT failed(Words::error({"reader.none", {}, {}}));
        return;
    }
    const int objects = m_document.measurements.empty() ? 2 : 3;
    reporting::ReviewSheet sheet(m_document, checks, objects, m_editor->window());
    if (sheet.exec() == QDialog::Accepted) {
        signNow(utf8(sheet.secret()));
    }
}

void ReportController::signNow(const std::string& secret)
{
    m_signing = true;
    m_editor->setReadOnly(true);
    m_editor->setSavedText(tr("Signing …"));
    if (m_thread.joinable()) {
        m_thread.join();
    }
    const auto study = m_session->study();
    const std::string draftId = m_session->draftId();
    m_thread = std::thread([this, draftId, secret, study] {
        auto done = m_service.sign(draftId, secret);
        if (!done) {
            postToGui(this, [this, study, error = done.error()] {
                m_signing = false;
                if (m_session != nullptr && m_session->study() == study) {
                    m_editor->setReadOnly(false);
                    m_editor->setSavedText(savedLine());
                }
                Q_EMIT failed(Words::error(error));
            });
            return;
        }
        postToGui(this, [this, study, count = static_cast<int>(done->objects.size())] {
            if (m_session != nullptr && m_session->study() == study) {
                // What records keep is what was signed, whatever the editor held.
                const auto kept = m_engine.records.draft(m_session->draftId());
                m_session->reportSigned(kept ? kept->json : reporting::toJson(m_document));
                m_unsaved = false;
                m_autosave.stop();
                m_editor->setReadOnly(true);
                m_editor->setSavedText(tr("Signed; sending …"));
            }
            Q_EMIT signedReport(count);
        });
        const auto sent = archive::deliver(m_engine.records, draftId, {}, m_engine.known);
        postToGui(this, [this, sent, study] {
            m_signing = false;
            bool all = sent && !sent->items.empty();
            QString reason = sent ? QString() : Words::error(sent.error());
            for (std::size_t i = 0; sent && i < sent->items.size(); ++i) {
                all = all && sent->items[i].state == records::DeliveryState::Archived;
                if (!sent->items[i].reason.empty()) {
                    reason = OutboxDialog::reasonText(sent->items[i]);
                }
            }
            const QString line = all ? tr("✓ In the archive, read back and compared") : tr("Signed; not in the archive yet. %1").arg(reason);
            if (m_session != nullptr && m_session->study() == study) {
                m_editor->setSavedText(line);
            }
            Q_EMIT delivered(all, line);
        });
    });
}

} // namespace akari::window
