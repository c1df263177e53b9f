// Between the session and the editor: fills the document, saves it every few seconds, signs it, sends it.
#pragma once

#include <QObject>
#include <QTimer>
#include <thread>

#include "app/report/ReportService.h"
#include "app/window/ToGui.h"
#include "core/session/ReadingSession.h"
#include "reporting/editor/ReportEditor.h"

namespace akari::window {

class ReportController final : public QObject {
    Q_OBJECT

public:
    ReportController(session::Engine engine, reporting::ReportEditor* editor, QObject* parent = nullptr);
    ~ReportController() override;

    void setSession(session::ReadingSession* session); // saves what is unsaved first
    void contentChanged();
    bool saveNow(); // false: something is still unsaved; failed() has said why

    const reporting::Document& document() const { return m_document; }
    bool hasDocument() const { return m_hasDocument; }
    bool signing() const { return m_signing; }
    void addMeasurement(const measure::Annotation& annotation, const measure::Measurement& value, const image::FrameAttributes& frame, int slice);
    // `seen` says how it was shown; what it shows is filled in here.
    void addKeyImage(const image::FrameAttributes& frame, reporting::KeyImage seen, int slice, const QImage& picture);
    // Throws the draft away and begins an empty one; the caller has asked the reader. Nothing while it is being signed.
    void discard();
    // Something is written here that can be thrown away.
    bool hasDraft() const;
    // The review sheet, then signing and sending in the background.
    void sign();
    // Without the sheet: what the sheet's button does.
    void signNow(const std::string& secret);

Q_SIGNALS:
    void saved(QString line);
    void failed(QString sentence);
    void signedReport(int objects);
    void delivered(bool all, QString line);

private:
    void makeDocument();
    void show();
    QString savedLine() const;

    const session::Engine m_engine;
    const report::ReportService m_service;
    reporting::ReportEditor* m_editor;
    session::ReadingSession* m_session = nullptr;
    reporting::Document m_document;
    bool m_hasDocument = false;
    bool m_unsaved = false;
    bool m_refused = false; // the kept draft is of another patient than the study now
    bool m_signing = false;
    QTimer m_autosave;
    std::thread m_thread;
};

} // namespace akari::window
