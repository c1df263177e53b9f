#include "app/window/VolumePane.h"

#include <QComboBox>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "app/paint/Painter.h"
#include "app/window/Style.h"
#include "app/window/ToGui.h"

namespace akari::window {

VolumePane::VolumePane(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("volume"));
    setAttribute(Qt::WA_InputMethodEnabled, false);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(120, 120);
    m_presets = new QComboBox(this);
    m_presets->setObjectName(QStringLiteral("volume.preset"));
    m_presets->addItem(tr("Bone"), static_cast<int>(render::VolumePreset::CtBone));
    m_presets->addItem(tr("Soft tissue"), static_cast<int>(render::VolumePreset::CtSoftTissue));
    m_presets->addItem(tr("MIP"), static_cast<int>(render::VolumePreset::Mip));
    m_presets->setAccessibleName(tr("3D preset"));
    m_presets->setToolTip(tr("3D preset"));
    connect(m_presets, &QComboBox::currentIndexChanged, this, [this] {
        m_scene.preset = static_cast<render::VolumePreset>(m_presets->currentData().toInt());
        request(false);
    });
    m_thread = std::thread([this] { run(); });
}

VolumePane::~VolumePane()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
        m_stop.requestStop();
    }
    m_wake.notify_all();
    m_thread.join();
}

void VolumePane::bind(std::shared_ptr<load::StudyStore> store, const std::string& displaySetId)
{
    m_store = std::move(store);
    m_displaySetId = displaySetId;
    m_scene.table = nullptr;
    m_scene.azimuth = m_scene.elevation = 0;
    m_scene.zoom = 1;
    m_token = BindingToken{};
    ++m_binding;
    m_picture = {};
    m_image = {};
    contentChanged();
}

void VolumePane::setPreset(render::VolumePreset preset) { m_presets->setCurrentIndex(m_presets->findData(static_cast<int>(preset))); }

void VolumePane::contentChanged()
{
    if (!m_store || !isVisible()) {
        update();
        return;
    }
    const auto table = m_store->table(m_displaySetId);
    if (!table) {
        return;
    }
    const auto progress = m_store->progressOf(table->displaySet->series);
    const bool all = table->complete() && (progress.expected <= 0 || progress.complete());
    if (!all) {
        m_store->want(m_displaySetId, FrameIndex{static_cast<std::int32_t>(table->entries.size() / 2)});
    } else if (!m_scene.table || m_scene.table->generation != table->generation) {
        m_scene.table = table;
        m_scene.wording = ViewportWidget::wording();
        m_token = table->token;
        request(false);
    }
    update();
}

void VolumePane::request(bool interactive)
{
    if (!m_scene.table || width() < 16 || height() < 16) {
        return;
    }
    m_scene.width = static_cast<int>(std::lround(width() * devicePixelRatioF()));
    m_scene.height = static_cast<int>(std::lround(height() * devicePixelRatioF()));
    m_scene.devicePixelRatio = devicePixelRatioF();
    m_scene.interactive = interactive;
    m_waiting = true;
    {
        const std::lock_guard lock(m_mutex);
        m_next = m_scene;
        m_nextBinding = m_binding;
    }
    m_wake.notify_all();
}

void VolumePane::run()
{
    render::VolumeRenderer renderer;
    for (;;) {
        render::VolumeScene scene;
        std::uint64_t binding = 0;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [&] { return m_closing || m_next.has_value(); });
            if (m_closing) {
                return;
            }
            scene = std::move(*m_next);
            binding = m_nextBinding;
            m_next.reset();
        }
        auto picture = std::make_shared<render::Picture>(renderer.draw(scene, m_stop.token()));
        picture->provenance.token = scene.table->token;
        {
            const std::lock_guard lock(m_mutex);
            m_refinable = renderer.canRefine();
        }
        postToGui(this, [this, picture, binding] {
            if (binding == m_binding) {
                showPicture(std::move(*picture));
            }
        });
    }
}

void VolumePane::showPicture(render::Picture picture)
{
    if (picture.provenance.token != m_token) {
        return; // hazard 1
    }
    m_waiting = false;
    m_picture = std::move(picture);
    m_image = paint::paint(m_picture, devicePixelRatioF());
    m_image.setDevicePixelRatio(devicePixelRatioF());
    update();
    Q_EMIT drawn();
    // The first picture is a coarse one, so that it is there soon; the finer one follows while the reader rests.
    const std::lock_guard lock(m_mutex);
    if (m_refinable && !m_next) {
        m_next = m_scene;
        m_next->interactive = false;
        m_wake.notify_all();
    }
}

void VolumePane::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), Qt::black);
    if (!m_image.isNull()) {
        painter.drawImage(0, 0, m_image);
        return;
    }
    painter.setPen(QColor(Tokens::kDim));
    const bool loading = m_store && !m_scene.table;
    painter.drawText(rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap,
                     loading ? tr("3D is drawn when every slice is here.") : m_waiting ? tr("Preparing 3D …") : QString());
}

void VolumePane::resizeEvent(QResizeEvent*)
{
    m_presets->adjustSize();
    m_presets->move(width() - m_presets->width() - 8, 8);
    request(false);
}

void VolumePane::showEvent(QShowEvent*) { contentChanged(); }

void VolumePane::mousePressEvent(QMouseEvent* event) { m_last = event->position(); }

void VolumePane::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF step = event->position() - m_last;
    m_last = event->position();
    if (event->buttons().testFlag(Qt::RightButton)) {
        m_scene.zoom = std::clamp(m_scene.zoom * std::pow(1.01, -step.y()), 0.2, 20.0);
    } else {
        m_scene.azimuth -= step.x() * 0.5;
        m_scene.elevation = std::clamp(m_scene.elevation + step.y() * 0.5, -90.0, 90.0);
    }
    request(true);
}

void VolumePane::mouseReleaseEvent(QMouseEvent*) { request(false); }

void VolumePane::wheelEvent(QWheelEvent* event)
{
    m_scene.zoom = std::clamp(m_scene.zoom * std::pow(1.1, event->angleDelta().y() / 120.0), 0.2, 20.0);
    request(false);
}

} // namespace akari::window
