// Results of other threads come back to the window's thread through one door, and are dropped when their receiver has gone.
#pragma once

#include <QMetaObject>
#include <QObject>
#include <QPointer>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace akari::window {

template <class Function> void postToGui(QObject* context, Function function)
{
    QMetaObject::invokeMethod(context, std::move(function), Qt::QueuedConnection);
}

// Many calls from any thread become one call on the window's thread. Outlives its receiver safely: shared by value.
class Coalesced {
public:
    template <class Function> Coalesced(QObject* context, Function function) : m_state(std::make_shared<State>())
    {
        m_state->context = context;
        m_state->run = std::move(function);
    }
    void operator()() const
    {
        if (m_state->pending.exchange(true)) {
            return;
        }
        const std::lock_guard lock(m_state->mutex);
        if (m_state->context == nullptr) {
            return;
        }
        QMetaObject::invokeMethod(
            m_state->context,
            [state = m_state] {
                state->pending = false;
                if (state->run) {
                    state->run();
                }
            },
            Qt::QueuedConnection);
    }
    // By the receiver's destructor, before anything of it goes.
    void detach() const
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->context = nullptr;
        m_state->run = nullptr;
    }

private:
    struct State {
        std::mutex mutex;
        QObject* context = nullptr; // protected by mutex
        std::function<void()> run;
        std::atomic<bool> pending{false};
    };
    std::shared_ptr<State> m_state;
};

} // namespace akari::window
