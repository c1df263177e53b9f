// Left of the grid: the current study's series and the priors as cards with thumbnails and n/N.
#pragma once

#include <QListWidget>
#include <QWidget>

#include "core/session/ReadingSession.h"

class QLabel;

namespace akari::window {

class StudyStrip final : public QWidget {
    Q_OBJECT

public:
    explicit StudyStrip(QWidget* parent = nullptr);
    void setSession(session::ReadingSession* session);
    void contentChanged();
    void setShown(const std::string& displaySetId);

Q_SIGNALS:
    void displaySetChosen(QString displaySetId);
    void priorChosen(QString studyInstanceUid, QString archive);
    void documentChosen(QString sopInstanceUid);

private:
    void splitMenu(const QPoint& at);
    void fillSeries();
    void fillPriors();
    QIcon thumbnail(const image::DisplaySet& set);

    session::ReadingSession* m_session = nullptr;
    QListWidget* m_series;
    QListWidget* m_priors;
    QLabel* m_priorsTitle;
    std::map<std::string, QIcon> m_thumbnails;
};

} // namespace akari::window
