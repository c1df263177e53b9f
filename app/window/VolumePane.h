// The 3D pane: pictures come from akari-3d on a thread of its own; the latest scene wins, late pictures are dropped by their token.
#pragma once

#include <QImage>
#include <QWidget>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "core/session/Viewport.h"
#include "render/VolumeScene.h"

class QComboBox;

namespace akari::window {

class VolumePane final : public QWidget {
    Q_OBJECT

public:
    explicit VolumePane(QWidget* parent = nullptr);
    ~VolumePane() override;

    void bind(std::shared_ptr<load::StudyStore> store, const std::string& displaySetId);
    void contentChanged();
    void setPreset(render::VolumePreset preset);
    const render::Picture& picture() const { return m_picture; }
    bool waiting() const { return m_waiting; }

Q_SIGNALS:
    void drawn();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void request(bool interactive);
    void run();
    void showPicture(render::Picture picture);

    std::shared_ptr<load::StudyStore> m_store;
    std::string m_displaySetId;
    render::VolumeScene m_scene;
    BindingToken m_token;
    std::uint64_t m_binding = 0; // a new one at every bind: two series of one study share their token
    render::Picture m_picture;
    QImage m_image;
    bool m_waiting = false;
    QPointF m_last;
    QComboBox* m_presets;

    // Protected by m_mutex.
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::optional<render::VolumeScene> m_next;
    std::uint64_t m_nextBinding = 0;
    bool m_closing = false;
    bool m_refinable = false;
    StopSource m_stop;

    std::thread m_thread;
};

} // namespace akari::window
