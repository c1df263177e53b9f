#include <QEvent>
#include <QFrame>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "reporting/editor/ReportEditor.h"
#include "reporting/editor/SectionEdit.h"

namespace akari::reporting {

namespace {

constexpr int kThumbnail = 84;

QLabel* heading(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setProperty("dim", true);
    QFont font = label->font();
    font.setBold(true);
    label->setFont(font);
    return label;
}

QPushButton* smallButton(QWidget* parent, const QString& name)
{
    auto* button = new QPushButton(parent);
    button->setObjectName(name);
    button->setAutoDefault(false);
    return button;
}

QFrame* separator(QWidget* parent)
{
    auto* line = new QFrame(parent);
    line->setProperty("line", true);
    line->setFixedHeight(1);
    return line;
}

} // namespace

ReportEditor::ReportEditor(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("report"));
    setFocusPolicy(Qt::StrongFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    makeSubject(column);
    column->addWidget(separator(this));
    m_scroll = new QScrollArea(this);
    m_scroll->setObjectName(QStringLiteral("report.scroll"));
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    auto* body = new QWidget(m_scroll);
    auto* bodyColumn = new QVBoxLayout(body);
    bodyColumn->setContentsMargins(12, 12, 12, 12);
    bodyColumn->setSpacing(12);
    m_sectionColumn = new QVBoxLayout;
    m_sectionColumn->setSpacing(4);
    bodyColumn->addLayout(m_sectionColumn);
    makeMeasurements(bodyColumn);
    makeKeyImages(bodyColumn);
    bodyColumn->addStretch(1);
    m_scroll->setWidget(body);
    column->addWidget(m_scroll, 1);
    column->addWidget(separator(this));
    makeFooter(column);
    retranslate();
    setDocument({});
}

ReportEditor::~ReportEditor() = default;

void ReportEditor::makeSubject(QVBoxLayout* column)
{
    auto* subject = new QFrame(this);
    subject->setObjectName(QStringLiteral("report.subject"));
    auto* row = new QHBoxLayout(subject);
    row->setContentsMargins(0, 0, 12, 0);
    row->setSpacing(8);
    m_stripe = new QFrame(subject);
    m_stripe->setObjectName(QStringLiteral("report.subject.stripe"));
    m_stripe->setFixedWidth(4);
    m_stripe->setMinimumHeight(48);
    row->addWidget(m_stripe);
    auto* lines = new QVBoxLayout;
    lines->setContentsMargins(0, 6, 0, 6);
    lines->setSpacing(0);
    m_name = new QLabel(subject);
    m_name->setObjectName(QStringLiteral("report.subject.name"));
    m_name->setProperty("heading", true);
    m_id = new QLabel(subject);
    m_id->setObjectName(QStringLiteral("report.subject.id"));
    m_id->setProperty("dim", true);
    for (auto* label : {m_name, m_id}) {
        label->setTextFormat(Qt::PlainText); // a name is never markup
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        lines->addWidget(label);
    }
    row->addLayout(lines, 1);
    column->addWidget(subject);
}

void ReportEditor::makeMeasurements(QVBoxLayout* column)
{
    auto* group = new QVBoxLayout;
    group->setSpacing(4);
    auto* top = new QHBoxLayout;
    m_measurementsHeading = heading(this);
    m_insert = smallButton(this, QStringLiteral("report.insertMeasurement"));
    top->addWidget(m_measurementsHeading, 1);
    top->addWidget(m_insert);
    group->addLayout(top);
    m_measurements = new QListWidget(this);
    m_measurements->setObjectName(QStringLiteral("report.measurements"));
    m_measurements->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_measurements->setWordWrap(true);
    group->addWidget(m_measurements);
    auto* actions = new QHBoxLayout;
    m_toText = smallButton(this, QStringLiteral("report.measurementToText"));
    m_removeMeasurement = smallButton(this, QStringLiteral("report.removeMeasurement"));
    actions->addWidget(m_toText);
    actions->addWidget(m_removeMeasurement);
    actions->addStretch(1);
    group->addLayout(actions);
    column->addLayout(group);
    connect(m_insert, &QPushButton::clicked, this, &ReportEditor::insertMeasurementRequested);
    connect(m_toText, &QPushButton::clicked, this, &ReportEditor::measurementToText);
    connect(m_removeMeasurement, &QPushButton::clicked, this, &ReportEditor::removeMeasurement);
    connect(m_measurements, &QListWidget::itemSelectionChanged, this, &ReportEditor::showEnabled);
    connect(m_measurements, &QListWidget::itemActivated, this, [this](QListWidgetItem* item) { Q_EMIT measurementActivated(m_measurements->row(item)); });
}

void ReportEditor::makeKeyImages(QVBoxLayout* column)
{
    auto* group = new QVBoxLayout;
    group->setSpacing(4);
    m_keyImagesHeading = heading(this);
    group->addWidget(m_keyImagesHeading);
    m_noKeyImages = new QLabel(this);
    m_noKeyImages->setProperty("dim", true);
    m_noKeyImages->setWordWrap(true);
    group->addWidget(m_noKeyImages);
    m_keyImages = new QListWidget(this);
    m_keyImages->setObjectName(QStringLiteral("report.keyImages"));
    m_keyImages->setViewMode(QListView::IconMode);
    m_keyImages->setFlow(QListView::LeftToRight);
    m_keyImages->setWrapping(false);
    m_keyImages->setMovement(QListView::Static);
    m_keyImages->setIconSize({kThumbnail, kThumbnail});
    m_keyImages->setSpacing(2);
    m_keyImages->setFixedHeight(kThumbnail + 44);
    m_keyImages->setTextElideMode(Qt::ElideRight);
    m_keyImages->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    group->addWidget(m_keyImages);
    auto* actions = new QHBoxLayout;
    m_removeKeyImage = smallButton(this, QStringLiteral("report.removeKeyImage"));
    actions->addWidget(m_removeKeyImage);
    actions->addStretch(1);
    group->addLayout(actions);
    column->addLayout(group);
    connect(m_removeKeyImage, &QPushButton::clicked, this, &ReportEditor::removeKeyImage);
    connect(m_keyImages, &QListWidget::itemSelectionChanged, this, &ReportEditor::showEnabled);
    connect(m_keyImages, &QListWidget::itemActivated, this, [this](QListWidgetItem* item) { Q_EMIT keyImageActivated(m_keyImages->row(item)); });
}

void ReportEditor::makeFooter(QVBoxLayout* column)
{
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 8, 12, 8);
    m_state = new QLabel(this);
    m_state->setObjectName(QStringLiteral("report.state"));
    m_state->setProperty("dim", true);
    m_state->setWordWrap(true);
    m_state->setTextFormat(Qt::PlainText);
    m_sign = new QPushButton(this);
    m_sign->setObjectName(QStringLiteral("report.sign"));
    m_sign->setProperty("primary", true);
    m_sign->setAutoDefault(false);
    row->addWidget(m_state, 1);
    row->addWidget(m_sign);
    column->addLayout(row);
    connect(m_sign, &QPushButton::clicked, this, &ReportEditor::signRequested);
}

void ReportEditor::retranslate()
{
    m_measurementsHeading->setText(tr("Measurements"));
    m_insert->setText(tr("Insert last"));
    m_insert->setToolTip(tr("Take the newest measurement of the images into the report, at the cursor"));
    m_toText->setText(tr("Into text"));
    m_toText->setToolTip(tr("Write the selected measurement at the cursor"));
    m_removeMeasurement->setText(tr("Remove"));
    m_keyImagesHeading->setText(tr("Key images"));
    m_noKeyImages->setText(tr("K on an image marks it as a key image."));
    m_removeKeyImage->setText(tr("Remove"));
    m_sign->setText(tr("Sign …"));
    showSubject();
    showSections();
}

void ReportEditor::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) {
        retranslate();
    }
}

} // namespace akari::reporting
