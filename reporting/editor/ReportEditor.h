// The report panel beside the images: whose report, the sections, measurements, key images, state, Sign. It edits a Document as a value and
// knows no storage. GUI thread. Object names for tests: "report.subject", "report.subject.stripe", "report.subject.name",
// "report.subject.id", "section.indication|technique|comparison|findings|impression" ("section.other<n>", 0-based), "report.measurements",
// "report.insertMeasurement", "report.measurementToText", "report.removeMeasurement", "report.keyImages", "report.removeKeyImage",
// "report.state", "report.sign".
#pragma once

#include <QIcon>
#include <QWidget>

#include <map>
#include <vector>

#include "reporting/Document.h"

class QFrame;
class QLabel;
class QListWidget;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace akari::reporting {

class SectionEdit;

class ReportEditor : public QWidget {
    Q_OBJECT

public:
    explicit ReportEditor(QWidget* parent = nullptr);
    ~ReportEditor() override;

    // Shows another state of the report. Sections whose text is the same keep cursor, selection and undo. Emits nothing.
    void setDocument(const Document& document);
    Document document() const { return m_document; }

    void setReadOnly(bool readOnly);
    bool isReadOnly() const { return m_readOnly; }
    void setSubjectColor(const QColor& color); // the hospital's stripe
    void setSavedText(const QString& text);    // the state line
    // At the cursor of the section used last; without one, at the end of Findings. Emits edited().
    void appendToCurrentSection(const QString& text);
    void setKeyImageThumbnail(int index, const QImage& picture); // 0-based; kept while the key image stays in the document

Q_SIGNALS:
    void edited(const akari::reporting::Document& document); // by the reader
    void signRequested();
    void insertMeasurementRequested(); // the newest measurement of the images
    void keyImageActivated(int index);     // show it again
    void measurementActivated(int index);

protected:
    void focusInEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct SectionRow {
        QLabel* heading;
        SectionEdit* edit;
    };
    void makeSubject(QVBoxLayout* column);
    void makeMeasurements(QVBoxLayout* column);
    void makeKeyImages(QVBoxLayout* column);
    void makeFooter(QVBoxLayout* column);
    void makeSections();
    void showSubject();
    void showSections();
    void showMeasurements();
    void showKeyImages();
    void showEnabled();
    void retranslate();
    void textChanged(std::size_t index);
    void measurementToText();
    void removeMeasurement();
    void removeKeyImage();
    SectionEdit* currentEdit() const;

    Document m_document;
    bool m_readOnly = false;
    bool m_showing = false; // changes now are ours, not the reader's
    std::vector<SectionRow> m_sections;
    std::vector<SectionKind> m_kinds; // of the rows on screen
    SectionEdit* m_current = nullptr;
    std::map<std::pair<std::string, int>, QIcon> m_thumbnails; // by SOP and frame

    QFrame* m_stripe = nullptr;
    QLabel* m_name = nullptr;
    QLabel* m_id = nullptr;
    QScrollArea* m_scroll = nullptr;
    QVBoxLayout* m_sectionColumn = nullptr;
    QLabel* m_measurementsHeading = nullptr;
    QListWidget* m_measurements = nullptr;
    QPushButton* m_insert = nullptr;
    QPushButton* m_toText = nullptr;
    QPushButton* m_removeMeasurement = nullptr;
    QLabel* m_keyImagesHeading = nullptr;
    QLabel* m_noKeyImages = nullptr;
    QListWidget* m_keyImages = nullptr;
    QPushButton* m_removeKeyImage = nullptr;
    QLabel* m_state = nullptr;
    QPushButton* m_sign = nullptr;
};

} // namespace akari::reporting
