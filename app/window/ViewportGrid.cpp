#include "app/window/ViewportGrid.h"

#include <QGridLayout>
#include <cmath>

namespace akari::window {

namespace {
constexpr int kPanes = 4;
constexpr view::PlaneKind kMprPlanes[] = {view::PlaneKind::Axial, view::PlaneKind::Coronal, view::PlaneKind::Sagittal};
} // namespace

ViewportGrid::ViewportGrid(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this)), m_volume(new VolumePane(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(2);
    setStyleSheet(QStringLiteral("akari--window--ViewportGrid { background: #000; }"));
    for (int i = 0; i < kPanes; ++i) {
        auto* pane = new ViewportWidget(this);
        pane->setObjectName(QStringLiteral("viewport.%1").arg(i));
        m_panes.push_back(pane);
        connect(pane, &ViewportWidget::activated, this, [this, i] { activate(i); });
        connect(pane, &ViewportWidget::scrolled, this, [this, i] { paneScrolled(i); });
        connect(pane, &ViewportWidget::windowChanged, this, [this, i] {
            // In MPR the three planes are one volume and keep one window.
            for (int other = 0; m_layoutKind == Layout::Mpr && other < 3; ++other) {
                if (other != i && !m_panes[static_cast<std::size_t>(i)]->view().tableInEffect()) {
                    m_panes[static_cast<std::size_t>(other)]->view().setWindow(m_panes[static_cast<std::size_t>(i)]->view().window());
                    m_panes[static_cast<std::size_t>(other)]->refresh();
                }
            }
        });
        connect(pane, &ViewportWidget::crosshairMoved, this, [this](const image::Vec3& point) { crosshair(point); });
        connect(pane, &ViewportWidget::annotationDrawn, this, &ViewportGrid::annotationDrawn);
        connect(pane, &ViewportWidget::oneUpRequested, this, &ViewportGrid::toggleOneUp);
        connect(pane, &ViewportWidget::displaySetDropped, this, [this, i](const QString& id) {
            activate(i);
            showDisplaySet(id.toStdString());
        });
    }
    arrange();
    activate(0);
}

void ViewportGrid::setSession(session::ReadingSession* session)
{
    m_session = session;
    m_crosshair.reset();
    m_volumeSet.clear();
    m_linkOffset = 0;
    for (ViewportWidget* pane : m_panes) {
        pane->setSession(session);
        pane->setPriorTag({});
    }
    m_volume->bind(nullptr, {});
}

void ViewportGrid::contentChanged()
{
    for (ViewportWidget* pane : m_panes) {
        const auto before = pane->view().displaySet();
        pane->view().contentChanged();
        const auto table = pane->view().table();
        const bool changed = before != pane->view().displaySet() || !table || pane->picture().provenance.generation != table->generation;
        if (changed && pane->isVisible()) {
            pane->refresh();
        }
    }
    if (m_volume->isVisible()) {
        m_volume->contentChanged();
    }
}

int ViewportGrid::paneCount() const
{
    return m_layoutKind == Layout::Single ? 1 : m_layoutKind == Layout::SideBySide ? 2 : 3;
}

void ViewportGrid::arrange()
{
    for (ViewportWidget* pane : m_panes) {
        m_grid->removeWidget(pane);
        pane->hide();
    }
    m_grid->removeWidget(m_volume);
    m_volume->hide();
    for (int i = 0; i < 2; ++i) {
        m_grid->setRowStretch(i, 0);
        m_grid->setColumnStretch(i, 0);
    }
    if (m_oneUp) {
        m_grid->addWidget(m_panes[static_cast<std::size_t>(m_active)], 0, 0);
        m_panes[static_cast<std::size_t>(m_active)]->show();
        m_grid->setRowStretch(0, 1);
        m_grid->setColumnStretch(0, 1);
        return;
    }
    const int columns = m_layoutKind == Layout::Single ? 1 : 2;
    const int rows = m_layoutKind == Layout::Mpr ? 2 : 1;
    for (int i = 0; i < paneCount(); ++i) {
        m_grid->addWidget(m_panes[static_cast<std::size_t>(i)], i / 2, i % 2);
        m_panes[static_cast<std::size_t>(i)]->show();
    }
    if (m_layoutKind == Layout::Mpr) {
        m_grid->addWidget(m_volume, 1, 1);
        m_volume->show();
    }
    for (int i = 0; i < rows; ++i) {
        m_grid->setRowStretch(i, 1);
    }
    for (int i = 0; i < columns; ++i) {
        m_grid->setColumnStretch(i, 1);
    }
}

void ViewportGrid::setLayoutKind(Layout layout)
{
    if (layout == m_layoutKind && !m_oneUp) {
        return;
    }
    const auto shown = m_panes[0]->view().state().displaySetId;
    const auto point = m_panes[0]->view().point();
    const auto window = m_panes[0]->view().state().window;
    const bool leavingMpr = m_layoutKind == Layout::Mpr;
    m_layoutKind = layout;
    m_oneUp = false;
    if (layout == Layout::Mpr && m_session != nullptr && !shown.empty()) {
        for (std::size_t i = 0; i < 3; ++i) {
            m_panes[i]->view().bind(m_session->store(), shown, false);
            m_panes[i]->view().setPlane(kMprPlanes[i]);
            if (window) {
                m_panes[i]->view().setWindow(*window);
            }
        }
        m_volume->bind(m_session->store(), shown);
        m_volumeSet = shown;
        if (point) {
            crosshair(*point);
        }
    } else if (leavingMpr) {
        for (ViewportWidget* pane : m_panes) {
            pane->setCrosshair(std::nullopt);
        }
        if (m_panes[0]->view().bound()) {
            m_panes[0]->view().setPlane(view::PlaneKind::Native);
        }
        for (std::size_t i = 1; i < 3; ++i) {
            m_panes[i]->view().clear();
        }
    }
    arrange();
    activate(std::min(m_active, paneCount() - 1));
    for (ViewportWidget* pane : m_panes) {
        pane->refresh();
    }
}

void ViewportGrid::setTool(Tool tool)
{
    for (ViewportWidget* pane : m_panes) {
        pane->setTool(tool);
    }
}

void ViewportGrid::setLinked(bool linked)
{
    m_linked = linked;
    // Linking again keeps the offset that the reader has scrolled to by hand.
    const auto* current = m_panes[0]->view().frame();
    const auto* prior = m_panes[1]->view().frame();
    if (linked && current != nullptr && prior != nullptr && current->plane && prior->plane) {
        const auto matched = view::linkedFrame(*m_panes[0]->view().displaySet(), m_panes[0]->view().index(), *m_panes[1]->view().displaySet(), 0, true);
        const auto& set = *m_panes[1]->view().displaySet();
        const auto at = static_cast<std::size_t>(m_panes[1]->view().index().value);
        const auto to = matched ? static_cast<std::size_t>(matched->value) : at;
        m_linkOffset = 0;
        if (at < set.positions.size() && to < set.positions.size()) {
            // linkedFrame counts along the normal turned towards +x, +y or +z, whichever leads.
            const image::Vec3& n = set.normal;
            const double x = std::abs(n.x), y = std::abs(n.y), z = std::abs(n.z);
            const double lead = z >= x && z >= y ? n.z : y >= x ? n.y : n.x;
            m_linkOffset = (set.positions[at] - set.positions[to]) * (lead < 0 ? -1 : 1);
        }
    }
}

void ViewportGrid::setSlab(const image::Slab& slab)
{
    for (ViewportWidget* pane : m_panes) {
        if (pane->view().bound() && pane->view().state().plane.kind != view::PlaneKind::Native) {
            pane->view().setSlab(slab);
            pane->refresh();
        }
    }
}

void ViewportGrid::showDisplaySet(const std::string& displaySetId)
{
    if (m_session == nullptr) {
        return;
    }
    if (m_layoutKind == Layout::Mpr) {
        const auto set = m_session->store()->displaySet(displaySetId);
        if (set && set->geometry == image::GeometryKind::Volume) {
            for (std::size_t i = 0; i < 3; ++i) {
                m_panes[i]->view().bind(m_session->store(), displaySetId, false);
                m_panes[i]->view().setPlane(kMprPlanes[i]);
            }
            m_volume->bind(m_session->store(), displaySetId);
            m_volumeSet = displaySetId;
            if (const auto box = image::volumeBox(*set)) {
                crosshair(box->center);
            }
            return;
        }
        setLayoutKind(Layout::Single);
    }
    auto& pane = active();
    const bool priorSet = !m_session->store()->displaySet(displaySetId) && m_session->priorStore()
                          && m_session->priorStore()->displaySet(displaySetId);
    pane.view().bind(priorSet ? m_session->priorStore() : m_session->store(), displaySetId, priorSet);
    pane.refresh();
    Q_EMIT activeChanged();
}

void ViewportGrid::showPrior(std::shared_ptr<load::StudyStore> store, const std::string& displaySetId, const QString& tag)
{
    if (m_layoutKind != Layout::SideBySide) {
        setLayoutKind(Layout::SideBySide);
    }
    m_panes[1]->setPriorTag(tag);
    m_panes[1]->view().bind(std::move(store), displaySetId, true);
    m_panes[1]->refresh();
    m_linkOffset = 0;
    paneScrolled(0);
}

void ViewportGrid::showPlace(const load::StudyStore::Place& place)
{
    if (m_layoutKind == Layout::Mpr) {
        setLayoutKind(Layout::Single);
    }
    if (m_panes[0]->view().state().displaySetId != place.displaySetId) {
        activate(0);
        showDisplaySet(place.displaySetId);
    }
    m_panes[0]->view().showFrame(place.index);
    m_panes[0]->refresh();
    paneScrolled(0);
}

void ViewportGrid::activate(int index)
{
    m_active = index;
    for (int i = 0; i < kPanes; ++i) {
        m_panes[static_cast<std::size_t>(i)]->setActive(i == index && paneCount() > 1);
    }
    Q_EMIT activeChanged();
}

void ViewportGrid::activateNext()
{
    activate((m_active + 1) % paneCount());
    active().setFocus();
}

void ViewportGrid::toggleOneUp()
{
    if (paneCount() == 1) {
        return;
    }
    m_oneUp = !m_oneUp;
    arrange();
}

void ViewportGrid::paneScrolled(int index)
{
    auto& moved = *m_panes[static_cast<std::size_t>(index)];
    if (m_layoutKind == Layout::Mpr) {
        if (const auto point = moved.view().point()) {
            image::Vec3 shared = m_crosshair.value_or(*point);
            switch (moved.view().state().plane.kind) {
            case view::PlaneKind::Axial: shared.z = point->z; break;
            case view::PlaneKind::Coronal: shared.y = point->y; break;
            case view::PlaneKind::Sagittal: shared.x = point->x; break;
            default: break;
            }
            crosshair(shared);
        }
        return;
    }
    if (!m_linked || m_layoutKind != Layout::SideBySide || index > 1) {
        return;
    }
    auto& other = *m_panes[static_cast<std::size_t>(1 - index)];
    if (!moved.view().displaySet() || !other.view().displaySet()) {
        return;
    }
    const bool across = moved.view().prior() != other.view().prior();
    const double offset = index == 0 ? m_linkOffset : -m_linkOffset;
    const auto frame = view::linkedFrame(*moved.view().displaySet(), moved.view().index(), *other.view().displaySet(), offset, across);
    if (frame) {
        other.view().showFrame(*frame);
        other.refresh();
    }
}

void ViewportGrid::crosshair(const image::Vec3& point)
{
    m_crosshair = point;
    for (std::size_t i = 0; i < 3; ++i) {
        m_panes[i]->view().lookAt(point);
        m_panes[i]->setCrosshair(point);
    }
}

} // namespace akari::window
