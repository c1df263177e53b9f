// The viewport's menu, its presentation states, and the lines that PET adds to a corner.
#include <QContextMenuEvent>
#include <QMenu>
#include <algorithm>

#include "app/window/ViewportWidget.h"
#include "app/window/Words.h"

namespace akari::window {

// The window in standardised uptake values; without one that could be computed there is no such line (PET trap).
void ViewportWidget::addSuvLines(render::Corners& corners, const image::FrameAttributes& frame, const image::Window& window)
{
    if (!frame.suv) {
        return;
    }
    const std::pair<QString, const std::optional<double>&> kinds[] = {
        {tr("SUVbw"), frame.suv->bodyWeight}, {tr("SUVlbm"), frame.suv->leanBodyMass}, {tr("SUVbsa"), frame.suv->bodySurface}};
    for (const auto& [name, factor] : kinds) {
        if (factor) {
            const double low = (window.center - window.width / 2) * *factor;
            const double high = (window.center + window.width / 2) * *factor;
            corners.bottomRight.push_back(utf8(tr("%1  %2 – %3").arg(name, shortNumber(low), shortNumber(high))));
            return;
        }
    }
}

// None, then each in the order of their making, then none again.
void ViewportWidget::nextPresentationState()
{
    const auto states = m_view.presentationStates();
    if (!m_view.presentationState()) {
        m_view.setPresentationState(states.empty() ? nullptr : states.front());
    } else {
        const auto at = std::find(states.begin(), states.end(), m_view.presentationState());
        m_view.setPresentationState(at == states.end() || at + 1 == states.end() ? nullptr : *(at + 1));
    }
    Q_EMIT windowChanged();
}

void ViewportWidget::contextMenuEvent(QContextMenuEvent* event)
{
    // The right button zooms: a menu is asked for by the keyboard, or by a click with Shift.
    const bool wanted = event->reason() == QContextMenuEvent::Keyboard || event->modifiers().testFlag(Qt::ShiftModifier);
    if (!wanted || !m_view.bound()) {
        return;
    }
    QMenu menu(this);
    menu.setObjectName(QStringLiteral("viewport.menu"));
    fillMenu(menu);
    menu.exec(event->globalPos());
}

void ViewportWidget::fillMenu(QMenu& menu)
{
    const auto add = [&](const QString& words, bool on, auto&& act) {
        QAction* action = menu.addAction(words);
        action->setCheckable(true);
        action->setChecked(on);
        connect(action, &QAction::triggered, this, [this, act] {
            act();
            refresh();
            Q_EMIT windowChanged();
        });
    };
    add(tr("Overlays (O)"), m_view.state().showOverlays, [this] { m_view.toggleOverlays(); });
    const auto* frame = m_view.frame();
    if (frame != nullptr && (frame->windows.size() > 1 || !frame->voiTables.empty())) {
        menu.addSeparator();
        for (const image::Window& window : frame->windows) {
            const QString words = window.explanation.empty() ? tr("W %1  L %2").arg(shortNumber(window.width), shortNumber(window.center))
                                                             : QString::fromStdString(window.explanation);
            add(words, m_view.state().window == window, [this, window] { m_view.setWindow(window); });
        }
        for (std::size_t i = 0; i < frame->voiTables.size(); ++i) {
            const std::string& words = frame->voiTables[i]->explanation;
            add(words.empty() ? tr("VOI table %1").arg(i + 1) : QString::fromStdString(words),
                m_view.state().voiTable == static_cast<int>(i), [this, i] { m_view.setVoiTable(static_cast<int>(i)); });
        }
    }
    menu.addSeparator();
    add(tr("No presentation state"), !m_view.presentationState(), [this] { m_view.setPresentationState(nullptr); });
    for (const auto& state : m_view.presentationStates()) {
        const std::string& words = state->description.empty() ? state->label : state->description;
        add(tr("Presentation state: %1").arg(QString::fromStdString(words)), m_view.presentationState() == state,
            [this, state] { m_view.setPresentationState(state); });
    }
}

} // namespace akari::window
