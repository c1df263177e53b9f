#include "app/window/OpenRequestBar.h"

#include <algorithm>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "app/window/Style.h"

namespace akari::window {

OpenRequestBar::OpenRequestBar(QWidget* parent) : QFrame(parent), m_text(new QLabel(this))
{
    setObjectName(QStringLiteral("openRequest"));
    setStyleSheet(QStringLiteral("#openRequest { border-bottom: 1px solid %1; }").arg(QString::fromUtf8(Tokens::kWarn)));
    m_text->setObjectName(QStringLiteral("openRequest.text"));
    m_text->setTextFormat(Qt::PlainText); // a patient's name is no markup
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* open = new QPushButton(tr("Open it"), this);
    auto* later = new QPushButton(tr("Not now"), this);
    open->setObjectName(QStringLiteral("openRequest.open"));
    later->setObjectName(QStringLiteral("openRequest.later"));
    for (QPushButton* button : {open, later}) {
        button->setFocusPolicy(Qt::TabFocus); // a click leaves the focus in the report
        button->setAutoDefault(false);
    }
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 8, 4);
    layout->addWidget(m_text, 1);
    layout->addWidget(open);
    layout->addWidget(later);
    connect(open, &QPushButton::clicked, this, [this] { answer(true); });
    connect(later, &QPushButton::clicked, this, [this] { answer(false); });
    hide();
}

void OpenRequestBar::ask(const QString& archive, const QString& studyInstanceUid, const QString& description)
{
    const bool known = std::any_of(m_asked.begin(), m_asked.end(),
                                   [&](const Asked& one) { return one.archive == archive && one.study == studyInstanceUid; });
    if (!known) {
        m_asked.push_back({archive, studyInstanceUid, description});
    }
    if (m_asked.size() > kMost) {
        m_asked.pop_front();
    }
    show();
}

void OpenRequestBar::answer(bool open)
{
    if (m_asked.empty()) {
        return;
    }
    const Asked first = m_asked.front();
    m_asked.pop_front();
    show();
    if (open) {
        Q_EMIT accepted(first.archive, first.study);
    }
}

void OpenRequestBar::show()
{
    if (m_asked.empty()) {
        hide();
        return;
    }
    QString text = tr("Asked for from outside: %1").arg(m_asked.front().description);
    if (m_asked.size() > 1) {
        text += QStringLiteral("  ·  ") + tr("%n more", nullptr, static_cast<int>(m_asked.size()) - 1);
    }
    m_text->setText(text);
    m_text->setToolTip(text);
    setVisible(true);
}

} // namespace akari::window
