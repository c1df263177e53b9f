// Reading: strip on the left, grid in the centre, report on the right, one slim tool bar on top.
#pragma once

#include <QWidget>
#include <memory>
#include <set>

#include "app/window/PatientBanner.h"
#include "app/window/ReportController.h"
#include "app/window/StudyStrip.h"
#include "app/window/ViewportGrid.h"

class QActionGroup;
class QSplitter;
class QToolBar;

namespace akari::window {

class ReadingPage final : public QWidget {
    Q_OBJECT

public:
    ReadingPage(session::Engine engine, QWidget* parent = nullptr);
    ~ReadingPage() override;

    // False: the report of the study on screen could not be saved, so that study stays.
    bool open(const std::string& archive, const StudyInstanceUid& study);
    void closeStudy();
    bool hasStudy() const { return m_session != nullptr; }
    session::ReadingSession* session() { return m_session.get(); }
    ViewportGrid& grid() { return *m_grid; }
    ReportController& report() { return *m_report; }
    reporting::ReportEditor& editor() { return *m_editor; }
    QAction* action(const QString& name) const;
    void openPrior(const QString& studyInstanceUid, const QString& archive = {}); // archive: another than the study's
    void markKeyImage();
    void insertLastMeasurement();

Q_SIGNALS:
    void backRequested();
    void statusChanged();
    void failed(QString sentence);

private:
    QAction* addAction(QToolBar* bar, const QString& name, const QString& text, const QKeySequence& key, bool checkable = false);
    void makeToolBar();
    void contentChanged();
    void showFirstImages();
    void annotationDrawn(const measure::Annotation& annotation);
    void keepAnnotations();
    void undo();
    void redo();
    QString priorTag() const;
    void showImage(const SeriesInstanceUid& series, const SopInstanceUid& sop, FrameNumber frame);
    void openDocument(const QString& sopInstanceUid);

    const session::Engine m_engine;
    std::unique_ptr<session::ReadingSession> m_session;
    PatientBanner* m_banner;
    QToolBar* m_tools;
    StudyStrip* m_strip;
    ViewportGrid* m_grid;
    reporting::ReportEditor* m_editor;
    ReportController* m_report;
    Coalesced m_changed;
    bool m_imagesShown = false;
    bool m_priorWanted = false;
    bool m_settled = false;               // the series on screen was put first again after the rest was asked for
    std::set<std::string> m_prefetched;   // display sets brought into memory unasked
};

} // namespace akari::window
