#include "app/window/ViewportWidget.h"

#include <QDragEnterEvent>
#include <QElapsedTimer>
#include <QKeyEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <cmath>

#include "app/paint/Painter.h"
#include "app/window/Style.h"
#include "app/window/Words.h"

namespace akari::window {

ViewportWidget::ViewportWidget(QWidget* parent) : QWidget(parent)
{
    setAttribute(Qt::WA_InputMethodEnabled, false);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(false);
    setAcceptDrops(true);
    setMinimumSize(120, 120);
    setObjectName(QStringLiteral("viewport"));
}

void ViewportWidget::setSession(session::ReadingSession* session)
{
    m_session = session;
    m_drawing.reset();
    m_view.clear();
    refresh();
}

void ViewportWidget::setTool(Tool tool)
{
    m_tool = tool;
    m_drawing.reset();
    setCursor(tool == Tool::Window ? Qt::ArrowCursor : Qt::CrossCursor);
}

void ViewportWidget::setActive(bool active)
{
    if (m_active != active) {
        m_active = active;
        update();
    }
}

void ViewportWidget::setCrosshair(std::optional<image::Vec3> point)
{
    m_crosshair = point;
    refresh();
}

void ViewportWidget::refresh()
{
    m_dirty = true;
    update();
}

std::vector<render::MeasuredAnnotation> ViewportWidget::annotations() const
{
    std::vector<render::MeasuredAnnotation> shown;
    const auto table = m_view.table();
    const auto* frame = m_view.frame();
    if (m_session == nullptr || !table || frame == nullptr || m_view.state().plane.kind != view::PlaneKind::Native) {
        return shown;
    }
    const auto& entry = table->entries[static_cast<std::size_t>(m_view.index().value)];
    const auto add = [&](const measure::Annotation& annotation, bool selected) {
        if (!measure::liesOn(annotation, *frame) || !entry.slice) {
            return;
        }
        const auto value = measure::measure(annotation, *entry.slice);
        shown.push_back({annotation, value ? value->text(utf8(Words::language())) : std::string(), selected});
    };
    for (const auto& annotation : m_session->annotations().all()) {
        add(annotation, false);
    }
    if (m_drawing) {
        add(*m_drawing, true);
    }
    return shown;
}

render::Corners ViewportWidget::corners() const
{
    render::Corners corners;
    const auto set = m_view.displaySet();
    const auto* frame = m_view.frame();
    if (!set || frame == nullptr) {
        return corners;
    }
    if (m_view.prior() && !m_priorTag.isEmpty()) {
        corners.topLeft.push_back(utf8(m_priorTag));
    }
    corners.topLeft.push_back(set->label.empty() ? set->modality : set->label);
    const auto& state = m_view.state();
    if (state.plane.kind == view::PlaneKind::Native) {
        QString place = tr("%1 / %2").arg(state.plane.index.value + 1).arg(m_view.count());
        if (frame->plane) {
            const double at = static_cast<std::size_t>(state.plane.index.value) < set->positions.size()
                                  ? set->positions[static_cast<std::size_t>(state.plane.index.value)] : 0.0;
            place += QStringLiteral("   %1 mm").arg(at, 0, 'f', 1);
        }
        corners.bottomLeft.push_back(utf8(place));
    } else {
        const QString names[] = {tr("Native"), tr("Axial"), tr("Coronal"), tr("Sagittal"), tr("Oblique")};
        const auto axes = view::axesOf(state.plane);
        const image::Vec3& point = state.plane.through;
        // The LPS coordinate itself, as akarictl render --at takes it; the sagittal normal points to the right.
        const double at = state.plane.kind == view::PlaneKind::Axial      ? point.z
                          : state.plane.kind == view::PlaneKind::Coronal  ? point.y
                          : state.plane.kind == view::PlaneKind::Sagittal ? point.x
                                                                          : image::dot(point, image::cross(axes.right, axes.down));
        corners.bottomLeft.push_back(utf8(names[static_cast<int>(state.plane.kind)] + QStringLiteral("   %1 mm").arg(at, 0, 'f', 1)));
    }
    const auto progress = m_view.store()->progressOf(set->series);
    if (!progress.complete() && progress.expected > 0) {
        corners.topRight.push_back(utf8(tr("%1 of %2 arrived").arg(progress.arrived).arg(progress.expected)));
    }
    for (std::size_t i = 0; i < set->warnings.size() && i < 2; ++i) {
        corners.topRight.push_back("⚠ " + set->warnings[i]);
    }
    if (frame->samplesPerPixel == 1) {
        const auto window = m_view.window();
        corners.bottomRight.push_back(utf8(m_view.tableInEffect() ? tr("VOI table")
                                                                  : tr("W %1  L %2").arg(shortNumber(window.width), shortNumber(window.center))));
        // The factors count on the image's own modality values, and on a window.
        if (!m_view.presentation() && !m_view.tableInEffect()) {
            addSuvLines(corners, *frame, window);
        }
    }
    if (const auto presented = m_view.presentation()) {
        corners.topLeft.push_back(utf8(tr("Presentation state: %1").arg(QString::fromStdString(presented->label))));
    } else if (!m_view.presentationStates().empty()) {
        corners.topLeft.push_back(utf8(tr("Presentation states: %1 (G)").arg(m_view.presentationStates().size())));
    }
    corners.bottomRight.push_back(utf8(tr("zoom %1 %").arg(std::lround(state.zoom * 100))));
    return corners;
}

render::Wording ViewportWidget::wording()
{
    render::Wording words;
    words.flipped = utf8(tr("FLIPPED"));
    words.rotated = utf8(tr("ROTATED %1°"));
    words.lossy = utf8(tr("Lossy"));
    words.lossyRatio = utf8(tr("Lossy %1:1"));
    words.reduced = utf8(tr("Reduced to %1 %"));
    words.atDetector = utf8(tr("Scale at detector"));
    words.mip = utf8(tr("MIP %1 mm"));
    words.minIp = utf8(tr("MinIP %1 mm"));
    words.mean = utf8(tr("Mean %1 mm"));
    words.tiltCorrected = utf8(tr("Tilt corrected"));
    words.unevenSpacing = utf8(tr("Uneven spacing"));
    words.gaps = utf8(tr("Slices missing at %1 places"));
    words.estimatedMagnification = utf8(tr("Scale by estimated magnification"));
    words.calibrated = utf8(tr("Scale calibrated"));
    words.interpolated = utf8(tr("Interpolated"));
    words.provisional = utf8(tr("Lossless copy, original on its way"));
    words.volume = utf8(tr("3D"));
    words.volumeReduced = utf8(tr("3D reduced to %1"));
    words.someSlices = utf8(tr("%1 of %2 slices"));
    words.missing = utf8(tr("Slices are missing under this plane"));
    return words;
}

render::PlanarScene ViewportWidget::scene() const
{
    render::PlanarScene scene;
    scene.wording = wording();
    scene.table = m_view.table();
    scene.state = m_view.state();
    scene.presentation = m_view.presentation();
    const bool ownTable = m_view.frame() != nullptr && m_view.frame()->windows.empty() && !m_view.frame()->voiTables.empty();
    if (!scene.state.window && scene.state.voiTable < 0 && !scene.presentation && m_view.frame() != nullptr
        && m_view.frame()->samplesPerPixel == 1 && !ownTable) {
        scene.state.window = m_view.window();
    }
    const double ratio = devicePixelRatioF();
    scene.width = std::max(1, static_cast<int>(std::lround(width() * ratio)));
    scene.height = std::max(1, static_cast<int>(std::lround(height() * ratio)));
    scene.devicePixelRatio = ratio;
    scene.prior = m_view.prior();
    scene.annotations = annotations();
    if (m_view.state().plane.kind != view::PlaneKind::Native) {
        scene.crosshair = m_crosshair;
    }
    scene.corners = corners();
    if (m_view.displaySet()) {
        const auto progress = m_view.store()->progressOf(m_view.displaySet()->series);
        scene.absentText = utf8(tr("loading %1/%2").arg(scene.table ? scene.table->present : 0).arg(std::max<std::int64_t>(progress.expected, m_view.count())));
    }
    return scene;
}

// A plane cut through a volume that has not all arrived would read gaps as anatomy (hazard 5). Where the gaps are known they are
// hatched; else the plane waits, and says so.
bool ViewportWidget::waitsForSlices() const
{
    if (!m_view.bound() || m_view.state().plane.kind == view::PlaneKind::Native || !m_view.displaySet()) {
        return false;
    }
    const auto progress = m_view.store()->progressOf(m_view.displaySet()->series);
    const auto& frames = m_view.displaySet()->frames;
    const bool placed = std::any_of(frames.begin(), frames.end(), [](const auto& frame) { return frame.travelling; });
    return progress.expected > 0 && !progress.complete() && !placed;
}

QString ViewportWidget::emptyText() const
{
    if (waitsForSlices()) {
        const auto progress = m_view.store()->progressOf(m_view.displaySet()->series);
        return tr("Waiting for %1 of %2 slices: planes are cut when every slice is here.").arg(progress.expected - progress.arrived).arg(progress.expected);
    }
    return m_session != nullptr && m_session->syncState().running ? tr("The study is arriving …") : tr("Drop a series here, or double-click one on the left.");
}

void ViewportWidget::draw()
{
    m_dirty = false;
    QElapsedTimer timer;
    timer.start();
    const auto table = m_view.table();
    const double ratio = devicePixelRatioF();
    if (!table || table->entries.empty() || waitsForSlices()) {
        m_picture = {};
        m_picture.width = std::max(1, static_cast<int>(width() * ratio));
        m_picture.height = std::max(1, static_cast<int>(height() * ratio));
        m_image = QImage(m_picture.width, m_picture.height, QImage::Format_RGB32);
        m_image.fill(Qt::black);
        QPainter painter(&m_image);
        painter.setFont(paint::textFont(13 * ratio));
        painter.setPen(QColor(Tokens::kDim));
        painter.drawText(m_image.rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap, emptyText());
    } else {
        m_picture = render::renderPlanar(scene());
        if (m_picture.provenance.token != table->token) {
            return; // hazard 1: a picture of something else has no way onto the screen
        }
        m_image = paint::paint(m_picture, ratio);
        if (m_session != nullptr && m_picture.failure.empty() && !m_picture.provenance.touchedAbsent) {
            m_session->shown(m_view.state().displaySetId);
        }
    }
    m_image.setDevicePixelRatio(ratio);
    m_paintMilliseconds = static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void ViewportWidget::paintEvent(QPaintEvent*)
{
    const double ratio = devicePixelRatioF();
    if (m_dirty || m_image.size() != QSize(static_cast<int>(std::lround(width() * ratio)), static_cast<int>(std::lround(height() * ratio)))) {
        draw();
    }
    QPainter painter(this);
    painter.drawImage(0, 0, m_image);
    if (m_active) {
        painter.setPen(QPen(QColor(m_view.prior() ? Tokens::kPrior : Tokens::kAccent), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

std::optional<image::PixelPoint> ViewportWidget::imagePoint(const QPointF& position) const
{
    static_cast<void>(m_view.table());
    const auto* frame = m_view.frame();
    if (frame == nullptr || m_view.state().plane.kind != view::PlaneKind::Native) {
        return std::nullopt;
    }
    const double ratio = devicePixelRatioF();
    const auto mapping = view::nativeMapping(*frame, m_view.state(), static_cast<int>(std::lround(width() * ratio)),
                                             static_cast<int>(std::lround(height() * ratio)));
    // A device pixel's centre is its integer coordinate.
    return mapping.toImage(position.x() * ratio - 0.5, position.y() * ratio - 0.5);
}

void ViewportWidget::wheelEvent(QWheelEvent* event)
{
    m_wheelRest += event->angleDelta().y();
    const int steps = m_wheelRest / 120;
    m_wheelRest -= steps * 120;
    if (steps == 0 || !m_view.bound()) {
        return;
    }
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        m_view.zoomBy(std::pow(1.1, steps));
        refresh();
    } else {
        m_view.scroll(-steps);
        refresh();
        Q_EMIT scrolled();
    }
    event->accept();
}

void ViewportWidget::mousePressEvent(QMouseEvent* event)
{
    if (m_drawing) {
        return; // a second button during a drawing changes nothing
    }
    Q_EMIT activated();
    setFocus(Qt::MouseFocusReason);
    m_pressed = m_last = event->position();
    m_button = event->button();
    m_moved = false;
    if (m_button != Qt::LeftButton || m_tool == Tool::Window || m_session == nullptr) {
        return;
    }
    const auto table = m_view.table(); // before frame(): it may bring a newer order
    const auto at = imagePoint(event->position());
    const auto* frame = m_view.frame();
    if (!at || !table || !table->entries[static_cast<std::size_t>(m_view.index().value)].slice) {
        return;
    }
    measure::Annotation annotation;
    annotation.id = makeUid();
    annotation.trackingUid = makeUid();
    annotation.kind = m_tool == Tool::Length ? measure::Kind::Length : measure::Kind::Ellipse;
    annotation.object = frame->identity;
    annotation.frame = frame->frame;
    annotation.points = {*at, *at};
    m_drawing = annotation;
}

bool ViewportWidget::drawsOnShownFrame() const
{
    const auto* frame = m_view.frame();
    return m_drawing && frame != nullptr && measure::liesOn(*m_drawing, *frame);
}

void ViewportWidget::dragTool(const QPointF& position)
{
    const QPointF step = position - m_last;
    const double ratio = devicePixelRatioF();
    if (m_drawing && !drawsOnShownFrame()) {
        m_drawing.reset(); // the image under the gesture has changed: a line must not begin on one slice and end on another
        return;
    }
    if (m_drawing) {
        if (const auto at = imagePoint(position)) {
            m_drawing->points[1] = *at;
        }
    } else if (m_button == Qt::LeftButton && m_tool == Tool::Window) {
        m_view.dragWindow(step.x(), step.y());
        Q_EMIT windowChanged();
    } else if (m_button == Qt::RightButton) {
        m_view.zoomBy(std::pow(1.01, -step.y()));
    } else if (m_button == Qt::MiddleButton) {
        m_view.pan(step.x() * ratio, step.y() * ratio);
    }
}

void ViewportWidget::mouseMoveEvent(QMouseEvent* event)
{
    if (m_button == Qt::NoButton || !m_view.bound()) {
        return;
    }
    if (!m_moved && (event->position() - m_pressed).manhattanLength() < 3) {
        return;
    }
    m_moved = true;
    dragTool(event->position());
    m_last = event->position();
    refresh();
}

void ViewportWidget::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_drawing && event->button() != m_button) {
        return;
    }
    if (m_drawing && !drawsOnShownFrame()) {
        m_drawing.reset();
    }
    const bool click = !m_moved;
    const auto drawn = std::exchange(m_drawing, std::nullopt);
    const bool wasLeft = std::exchange(m_button, Qt::NoButton) == Qt::LeftButton;
    if (drawn && m_moved) {
        Q_EMIT annotationDrawn(*drawn);
    } else if (wasLeft && click && m_view.bound() && m_view.state().plane.kind != view::PlaneKind::Native && m_view.displaySet()) {
        const double ratio = devicePixelRatioF();
        const auto mapping = view::mprMapping(*m_view.displaySet(), m_view.state(), static_cast<int>(std::lround(width() * ratio)),
                                              static_cast<int>(std::lround(height() * ratio)));
        Q_EMIT crosshairMoved(mapping.toPatient(event->position().x() * ratio - 0.5, event->position().y() * ratio - 0.5));
    }
    refresh();
}

void ViewportWidget::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && m_tool == Tool::Window) {
        Q_EMIT oneUpRequested();
    }
}

void ViewportWidget::keyPressEvent(QKeyEvent* event)
{
    const auto scrollBy = [&](int steps) {
        m_view.scroll(steps);
        refresh();
        Q_EMIT scrolled();
    };
    const int key = event->key();
    if (!m_view.bound()) {
        QWidget::keyPressEvent(event);
        return;
    }
    if (key >= Qt::Key_1 && key <= Qt::Key_9 && event->modifiers() == Qt::NoModifier) {
        m_view.setPreset(key - Qt::Key_0);
        refresh();
        Q_EMIT windowChanged();
        return;
    }
    switch (key) {
    case Qt::Key_Up: case Qt::Key_Left: scrollBy(-1); return;
    case Qt::Key_Down: case Qt::Key_Right: scrollBy(1); return;
    case Qt::Key_PageUp: scrollBy(-10); return;
    case Qt::Key_PageDown: scrollBy(10); return;
    case Qt::Key_Home: scrollBy(-m_view.count()); return;
    case Qt::Key_End: scrollBy(m_view.count()); return;
    case Qt::Key_Plus: m_view.zoomBy(1.1); break;
    case Qt::Key_Minus: m_view.zoomBy(1 / 1.1); break;
    case Qt::Key_R: m_view.reset(); break;
    case Qt::Key_I: m_view.toggleInvert(); break;
    case Qt::Key_F: m_view.flipHorizontal(); break;
    case Qt::Key_O: m_view.toggleOverlays(); break;
    case Qt::Key_G: nextPresentationState(); break;
    default: QWidget::keyPressEvent(event); return;
    }
    refresh();
}

void ViewportWidget::focusInEvent(QFocusEvent* event)
{
    Q_EMIT activated();
    QWidget::focusInEvent(event);
}

void ViewportWidget::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasFormat(QStringLiteral("application/x-akari-display-set"))) {
        event->acceptProposedAction();
    }
}

void ViewportWidget::dropEvent(QDropEvent* event)
{
    Q_EMIT displaySetDropped(QString::fromUtf8(event->mimeData()->data(QStringLiteral("application/x-akari-display-set"))));
    event->acceptProposedAction();
}

} // namespace akari::window
