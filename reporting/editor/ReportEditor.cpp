#include "reporting/editor/ReportEditor.h"

#include <QFocusEvent>
#include <QFrame>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "reporting/Wording.h"
#include "reporting/editor/PatientLine.h"
#include "reporting/editor/SectionEdit.h"

namespace akari::reporting {

namespace {

std::string toUtf8(const QString& text)
{
    const QByteArray bytes = text.toUtf8();
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

QString nameOf(SectionKind kind, int otherIndex)
{
    switch (kind) {
    case SectionKind::Indication: return QStringLiteral("section.indication");
    case SectionKind::Technique: return QStringLiteral("section.technique");
    case SectionKind::Comparison: return QStringLiteral("section.comparison");
    case SectionKind::Findings: return QStringLiteral("section.findings");
    case SectionKind::Impression: return QStringLiteral("section.impression");
    case SectionKind::Other: break;
    }
    return QStringLiteral("section.other%1").arg(otherIndex);
}

// Holds the place of a picture that isn't drawn yet, so that nothing moves when it comes.
QIcon blankIcon(const QSize& size)
{
    QPixmap pixmap(size);
    pixmap.fill(Qt::black);
    return pixmap;
}

std::pair<std::string, int> keyOf(const ImageReference& image) { return {image.sop.value, image.frame ? image.frame->value : 1}; }

} // namespace

void ReportEditor::setDocument(const Document& document)
{
    m_showing = true;
    if (document.subject.study != m_document.subject.study) {
        m_thumbnails.clear();
    }
    m_document = document;
    std::vector<SectionKind> kinds;
    for (const auto& section : m_document.sections) {
        kinds.push_back(section.kind);
    }
    if (kinds != m_kinds) {
        m_kinds = std::move(kinds);
        makeSections();
    }
    showSubject();
    showSections();
    showMeasurements();
    showKeyImages();
    showEnabled();
    m_showing = false;
}

void ReportEditor::makeSections()
{
    for (auto& row : m_sections) {
        row.edit->hide();
        row.edit->deleteLater();
        row.heading->deleteLater();
    }
    m_sections.clear();
    m_current = nullptr;
    int others = 0;
    for (std::size_t i = 0; i < m_kinds.size(); ++i) {
        auto* heading = new QLabel(this);
        heading->setTextFormat(Qt::PlainText);
        heading->setProperty("dim", true);
        auto* edit = new SectionEdit(this);
        edit->setObjectName(nameOf(m_kinds[i], m_kinds[i] == SectionKind::Other ? others++ : 0));
        heading->setBuddy(edit);
        m_sectionColumn->addWidget(heading);
        m_sectionColumn->addWidget(edit);
        m_sectionColumn->addSpacing(i + 1 < m_kinds.size() ? 6 : 0);
        connect(edit, &QPlainTextEdit::textChanged, this, [this, i] { textChanged(i); });
        connect(edit, &SectionEdit::focused, this, [this, edit] { m_current = edit; });
        connect(edit, &QPlainTextEdit::cursorPositionChanged, this, [this, edit] {
            // The field grows downwards; what is being written stays in sight.
            const QPoint at = edit->mapTo(m_scroll->widget(), edit->cursorRect().center());
            if (edit->hasFocus()) {
                m_scroll->ensureVisible(at.x(), at.y(), 0, 40);
            }
        });
        m_sections.push_back({heading, edit});
    }
}

void ReportEditor::showSubject()
{
    const auto& s = m_document.subject;
    m_name->setText(s.study.empty() ? tr("No study") : patientLine(s.patientName));
    QStringList rest;
    if (!s.patientId.empty()) {
        rest << tr("ID %1").arg(fromUtf8(s.patientId));
    }
    if (s.studyDate.size() == 8) {
        rest << fromUtf8(s.studyDate.substr(0, 4) + "-" + s.studyDate.substr(4, 2) + "-" + s.studyDate.substr(6, 2));
    }
    if (!s.studyDescription.empty()) {
        rest << fromUtf8(s.studyDescription);
    }
    m_id->setText(rest.join(QStringLiteral("  ·  ")));
    m_name->setToolTip(m_name->text());
    m_id->setToolTip(m_id->text());
}

void ReportEditor::showSections()
{
    for (std::size_t i = 0; i < m_sections.size(); ++i) {
        const auto& section = m_document.sections[i];
        auto& row = m_sections[i];
        row.heading->setText(fromUtf8(section.heading.empty() ? headingFor(section.kind, m_document.language) : section.heading));
        const QString text = fromUtf8(section.text);
        if (row.edit->toPlainText() != text) {
            row.edit->setPlainText(text);
        }
        row.edit->setPlaceholderText(section.kind == SectionKind::Findings ? tr("What you see. M measures a length, E an ellipse.") : QString());
        row.edit->setAccessibleName(row.heading->text());
    }
}

void ReportEditor::showMeasurements()
{
    const int selected = m_measurements->currentRow();
    m_measurements->clear();
    for (std::size_t i = 0; i < m_document.measurements.size(); ++i) {
        m_measurements->addItem(fromUtf8(sentenceOf(m_document.measurements[i], i, m_document.language)));
    }
    const int count = m_measurements->count();
    m_measurements->setVisible(count > 0);
    m_toText->setVisible(count > 0);
    m_removeMeasurement->setVisible(count > 0);
    if (count > 0) {
        m_measurements->setCurrentRow(std::min(std::max(selected, 0), count - 1));
        int height = 2 * m_measurements->frameWidth() + 4;
        for (int i = 0; i < count; ++i) {
            height += std::max(m_measurements->sizeHintForRow(i), 24);
        }
        m_measurements->setFixedHeight(height);
    }
}

void ReportEditor::showKeyImages()
{
    m_keyImages->clear();
    for (std::size_t i = 0; i < m_document.keyImages.size(); ++i) {
        const auto& key = m_document.keyImages[i];
        const QString caption = key.caption.empty() ? tr("Key image %1").arg(i + 1) : fromUtf8(key.caption);
        const auto known = m_thumbnails.find(keyOf(key.image));
        auto* item = new QListWidgetItem(known == m_thumbnails.end() ? blankIcon(m_keyImages->iconSize()) : known->second, caption, m_keyImages);
        item->setToolTip(caption);
        item->setSizeHint({m_keyImages->iconSize().width() + 16, m_keyImages->iconSize().height() + 32});
    }
    const bool any = m_keyImages->count() > 0;
    m_keyImages->setVisible(any);
    m_removeKeyImage->setVisible(any);
    m_noKeyImages->setVisible(!any);
}

void ReportEditor::showEnabled()
{
    const bool writable = !m_readOnly && !m_document.sections.empty();
    for (auto& row : m_sections) {
        row.edit->setReadOnly(m_readOnly);
    }
    m_insert->setEnabled(writable);
    m_toText->setEnabled(writable && m_measurements->currentRow() >= 0);
    m_removeMeasurement->setEnabled(writable && m_measurements->currentRow() >= 0);
    m_removeKeyImage->setEnabled(writable && m_keyImages->currentRow() >= 0);
    m_sign->setEnabled(writable);
}

void ReportEditor::setReadOnly(bool readOnly)
{
    m_readOnly = readOnly;
    showEnabled();
}

void ReportEditor::setSubjectColor(const QColor& color)
{
    m_stripe->setStyleSheet(QStringLiteral("background: %1;").arg(color.name()));
}

void ReportEditor::setSavedText(const QString& text) { m_state->setText(text); }

SectionEdit* ReportEditor::currentEdit() const
{
    if (m_current) {
        return m_current;
    }
    for (std::size_t i = 0; i < m_sections.size(); ++i) {
        if (m_kinds[i] == SectionKind::Findings) {
            return m_sections[i].edit;
        }
    }
    return m_sections.empty() ? nullptr : m_sections.front().edit;
}

void ReportEditor::appendToCurrentSection(const QString& text)
{
    auto* edit = currentEdit();
    if (!edit || m_readOnly) {
        return;
    }
    if (!m_current) {
        edit->moveCursor(QTextCursor::End);
    }
    edit->insertApart(text);
}

void ReportEditor::setKeyImageThumbnail(int index, const QImage& picture)
{
    if (index < 0 || index >= static_cast<int>(m_document.keyImages.size())) {
        return;
    }
    const QIcon icon(QPixmap::fromImage(picture));
    m_thumbnails[keyOf(m_document.keyImages[static_cast<std::size_t>(index)].image)] = icon;
    m_keyImages->item(index)->setIcon(icon);
}

void ReportEditor::textChanged(std::size_t index)
{
    if (m_showing || m_readOnly || index >= m_document.sections.size()) {
        return;
    }
    const std::string text = toUtf8(m_sections[index].edit->toPlainText());
    if (text == m_document.sections[index].text) {
        return; // an input method composing changes nothing yet
    }
    m_document.sections[index].text = text;
    Q_EMIT edited(m_document);
}

void ReportEditor::measurementToText()
{
    const int row = m_measurements->currentRow();
    if (row < 0 || row >= static_cast<int>(m_document.measurements.size())) {
        return;
    }
    appendToCurrentSection(m_measurements->item(row)->text());
}

void ReportEditor::removeMeasurement()
{
    const int row = m_measurements->currentRow();
    if (m_readOnly || row < 0 || row >= static_cast<int>(m_document.measurements.size())) {
        return;
    }
    m_document.measurements.erase(m_document.measurements.begin() + row);
    showMeasurements();
    showEnabled();
    Q_EMIT edited(m_document);
}

void ReportEditor::removeKeyImage()
{
    const int row = m_keyImages->currentRow();
    if (m_readOnly || row < 0 || row >= static_cast<int>(m_document.keyImages.size())) {
        return;
    }
    m_document.keyImages.erase(m_document.keyImages.begin() + row);
    showKeyImages();
    showEnabled();
    Q_EMIT edited(m_document);
}

void ReportEditor::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    if (auto* edit = currentEdit()) {
        edit->setFocus(event->reason());
    }
}

} // namespace akari::reporting
