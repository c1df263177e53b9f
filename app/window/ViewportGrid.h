// The grid of panes: layouts, the active pane, linked scrolling, the shared crosshair.
#pragma once

#include <QWidget>
#include <vector>

#include "app/window/ViewportWidget.h"
#include "app/window/VolumePane.h"

class QGridLayout;

namespace akari::window {

enum class Layout { Single, SideBySide, Mpr };

class ViewportGrid final : public QWidget {
    Q_OBJECT

public:
    explicit ViewportGrid(QWidget* parent = nullptr);

    void setSession(session::ReadingSession* session);
    void contentChanged();
    void setLayoutKind(Layout layout);
    Layout layoutKind() const { return m_layoutKind; }
    void setTool(Tool tool);
    void setLinked(bool linked);
    bool linked() const { return m_linked; }
    void setSlab(const image::Slab& slab);

    // Shows a display set in the active pane (in MPR: in all planes and 3D).
    void showDisplaySet(const std::string& displaySetId);
    // Shows a prior's display set in the second pane.
    void showPrior(std::shared_ptr<load::StudyStore> store, const std::string& displaySetId, const QString& tag);
    void showPlace(const load::StudyStore::Place& place);

    ViewportWidget& pane(int index) { return *m_panes[static_cast<std::size_t>(index)]; }
    ViewportWidget& active() { return *m_panes[static_cast<std::size_t>(m_active)]; }
    VolumePane& volume() { return *m_volume; }
    void activateNext();
    void toggleOneUp();

Q_SIGNALS:
    void activeChanged();
    void annotationDrawn(akari::measure::Annotation annotation);

private:
    void activate(int index);
    void paneScrolled(int index);
    void crosshair(const image::Vec3& point);
    void arrange();
    int paneCount() const;

    session::ReadingSession* m_session = nullptr;
    Layout m_layoutKind = Layout::Single;
    bool m_linked = true;
    bool m_oneUp = false;
    int m_active = 0;
    double m_linkOffset = 0; // mm, prior minus current, the reader's own
    QGridLayout* m_grid;
    std::vector<ViewportWidget*> m_panes; // four, reused by every layout
    VolumePane* m_volume;
    std::optional<image::Vec3> m_crosshair;
    std::string m_volumeSet;
};

} // namespace akari::window
