// One pane of the grid: paints what its presenter says, turns gestures into commands. The input method is off here, so that M is M
// in kana mode too.
#pragma once

#include <QImage>
#include <QWidget>
#include <memory>
#include <optional>

#include "core/session/ReadingSession.h"
#include "core/session/Viewport.h"
#include "render/PlanarScene.h"

class QMenu;

namespace akari::window {

enum class Tool { Window, Length, Ellipse };

class ViewportWidget final : public QWidget {
    Q_OBJECT

public:
    // What pictures say of themselves, in the reader's language.
    static render::Wording wording();
    explicit ViewportWidget(QWidget* parent = nullptr);

    session::Viewport& view() { return m_view; }
    const session::Viewport& view() const { return m_view; }
    void setSession(session::ReadingSession* session);
    void setTool(Tool tool);
    void setActive(bool active);
    void setCrosshair(std::optional<image::Vec3> point);
    void setPriorTag(const QString& tag) { m_priorTag = tag; }

    // After the view was changed by code.
    void refresh();
    // The scene that is on screen, and its picture painted: the same function that akarictl render calls.
    render::PlanarScene scene() const;
    const QImage& shownImage() const { return m_image; }
    const render::Picture& picture() const { return m_picture; }
    // Overlays, the image's windows and VOI tables, presentation states: with the menu key or Shift and the right button.
    void fillMenu(QMenu& menu);
    double lastPaintMilliseconds() const { return m_paintMilliseconds; }

Q_SIGNALS:
    void activated();
    void scrolled();                                    // the reader moved to another frame or plane
    void windowChanged();
    void crosshairMoved(akari::image::Vec3 point);
    void annotationDrawn(akari::measure::Annotation annotation);
    void displaySetDropped(QString displaySetId);
    void oneUpRequested();

protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void draw();
    QString emptyText() const;
    render::Corners corners() const;
    static void addSuvLines(render::Corners& corners, const image::FrameAttributes& frame, const image::Window& window);
    void nextPresentationState();
    std::vector<render::MeasuredAnnotation> annotations() const;
    std::optional<image::PixelPoint> imagePoint(const QPointF& position) const;
    bool waitsForSlices() const;
    void dragTool(const QPointF& position);
    bool drawsOnShownFrame() const;

    session::Viewport m_view;
    session::ReadingSession* m_session = nullptr;
    Tool m_tool = Tool::Window;
    bool m_active = false;
    QString m_priorTag;
    std::optional<image::Vec3> m_crosshair;

    render::Picture m_picture;
    QImage m_image;
    bool m_dirty = true;
    double m_paintMilliseconds = 0;
    int m_wheelRest = 0;

    // A gesture in progress.
    QPointF m_pressed, m_last;
    Qt::MouseButton m_button = Qt::NoButton;
    bool m_moved = false;
    std::optional<measure::Annotation> m_drawing;
};

} // namespace akari::window
