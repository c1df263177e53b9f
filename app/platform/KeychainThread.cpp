#include "app/platform/KeychainThread.h"

#include <future>
#include <mutex>
#include <QCoreApplication>
#include <QThread>

#include "app/platform/Keychain.h"

namespace akari::platform {

struct KeychainThread::Impl {
    const std::chrono::milliseconds patience;
    Keychain keychain;

    std::mutex mutex;
    // Protected by mutex: made with the first question.
    std::unique_ptr<QThread> thread;
    std::unique_ptr<QObject> place; // lives in the thread

    // One question at a time: a keychain that is locked asks its person once.
    template <class Answer> Answer ask(std::function<Answer()> question)
    {
        const std::lock_guard lock(mutex);
        if (QCoreApplication::instance() == nullptr) {
            return fail("keychain.unavailable", "This program does not use the keychain.", "no event loop");
        }
        if (!thread) {
            thread = std::make_unique<QThread>();
            place = std::make_unique<QObject>();
            place->moveToThread(thread.get());
            thread->start();
        }
        const auto answer = std::make_shared<std::promise<Answer>>();
        auto coming = answer->get_future();
        QMetaObject::invokeMethod(
            place.get(), [answer, question = std::move(question)] { answer->set_value(question()); }, Qt::QueuedConnection);
        if (coming.wait_for(patience) != std::future_status::ready) {
            return fail("keychain.unavailable", "This computer's keychain does not answer.", "no answer in time");
        }
        return coming.get();
    }
};

KeychainThread::KeychainThread(std::chrono::milliseconds patience) : m_impl(new Impl{patience, {}, {}, {}, {}}) {}

KeychainThread::~KeychainThread()
{
    if (m_impl->thread) {
        m_impl->thread->quit();
        m_impl->thread->wait();
    }
}

Result<std::optional<Bytes>> KeychainThread::read(const std::string& name)
{
    return m_impl->ask<Result<std::optional<Bytes>>>([impl = m_impl.get(), name] { return impl->keychain.read(name); });
}

Status KeychainThread::write(const std::string& name, BytesView secret)
{
    return m_impl->ask<Status>(
        [impl = m_impl.get(), name, kept = Bytes(secret.begin(), secret.end())] { return impl->keychain.write(name, kept); });
}

Status KeychainThread::remove(const std::string& name)
{
    return m_impl->ask<Status>([impl = m_impl.get(), name] { return impl->keychain.remove(name); });
}

} // namespace akari::platform
