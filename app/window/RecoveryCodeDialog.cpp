#include "app/window/RecoveryCodeDialog.h"

#include <QCheckBox>
#include <QDate>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPrintDialog>
#include <QPrinter>
#include <QPushButton>
#include <QVBoxLayout>

namespace akari::window {

namespace {

constexpr int kGroupsALine = 4;
constexpr int kGroup = 5; // with its dash

// Two lines of four groups.
QString inLines(const QString& code)
{
    const int half = kGroupsALine * kGroup;
    return code.left(half - 1) + QLatin1Char('\n') + code.mid(half);
}

QFont codeFont(int points)
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSize(points);
    font.setBold(true);
    return font;
}

} // namespace

RecoveryCodeDialog::RecoveryCodeDialog(const QString& code, QWidget* parent) : QDialog(parent), m_code(code)
{
    setWindowTitle(QStringLiteral("Akari"));
    setMinimumWidth(520);
    auto* title = new QLabel(tr("Your recovery code"), this);
    title->setProperty("title", true);
    auto* text = new QLabel(
        tr("If the passphrase or this computer's keychain is lost, this code opens your data, and nothing else does. Write it down or "
           "print it, and keep it away from this computer. It is not shown again."),
        this);
    text->setWordWrap(true);
    text->setProperty("dim", true);
    auto* shown = new QLabel(inLines(code), this);
    shown->setObjectName(QStringLiteral("recovery.code"));
    shown->setAlignment(Qt::AlignCenter);
    shown->setTextInteractionFlags(Qt::TextSelectableByMouse);
    shown->setStyleSheet(QStringLiteral("font-family: \"%1\"; font-size: 22px; font-weight: 600; padding: 18px; background: #0f1215; "
                                        "border: 1px solid #2a2f37; border-radius: 4px;")
                             .arg(codeFont(16).family()));
    auto* kept = new QCheckBox(tr("I have written it down or printed it"), this);
    kept->setObjectName(QStringLiteral("recovery.kept"));
    auto* buttons = new QDialogButtonBox(this);
    m_close = buttons->addButton(tr("Close"), QDialogButtonBox::AcceptRole);
    m_close->setProperty("primary", true);
    m_close->setEnabled(false);
    auto* printing = buttons->addButton(tr("Print …"), QDialogButtonBox::ActionRole);
    printing->setAutoDefault(false);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(14);
    column->addWidget(title);
    column->addWidget(text);
    column->addWidget(shown);
    column->addWidget(kept);
    column->addWidget(buttons);
    connect(kept, &QCheckBox::toggled, m_close, &QWidget::setEnabled);
    connect(printing, &QPushButton::clicked, this, &RecoveryCodeDialog::print);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
}

void RecoveryCodeDialog::reject()
{
    if (m_close->isEnabled()) {
        QDialog::accept();
    }
}

void RecoveryCodeDialog::print()
{
    QPrinter printer(QPrinter::HighResolution);
    QPrintDialog dialog(&printer, this);
    if (dialog.exec() == QDialog::Accepted) {
        paintOn(printer);
    }
}

void RecoveryCodeDialog::paintOn(QPagedPaintDevice& device) const
{
    QPainter painter(&device);
    const QRectF page(0, 0, device.width(), device.height());
    const double line = device.logicalDpiY() / 72.0 * 20; // 20 points
    QFont font = painter.font();
    font.setPointSize(16);
    painter.setFont(font);
    painter.drawText(QRectF(0, 0, page.width(), 2 * line), Qt::AlignLeft | Qt::AlignTop,
                     tr("Akari: recovery code of %1").arg(QLocale().toString(QDate::currentDate(), QLocale::LongFormat)));
    painter.setFont(codeFont(22));
    painter.drawText(QRectF(0, 3 * line, page.width(), 4 * line), Qt::AlignLeft | Qt::AlignTop, inLines(m_code));
    font.setPointSize(11);
    painter.setFont(font);
    painter.drawText(QRectF(0, 8 * line, page.width(), 8 * line), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                     tr("Opens the data folder when its passphrase or the computer's keychain is lost. Whoever has this sheet and a copy "
                        "of the folder can read "
                        "patients' data: keep it locked away, and away from the computer. A newer code makes this one void."));
}

} // namespace akari::window
