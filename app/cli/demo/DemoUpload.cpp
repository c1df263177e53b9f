#include "app/cli/demo/DemoUpload.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "app/cli/demo/OrthancClient.h"
#include "core/phantom/Phantom.h"

namespace akari::demo {

namespace {

using nlohmann::json;

constexpr int kConnections = 4;
constexpr int kMostAgain = 3;
constexpr std::size_t kMostWaiting = 24; // objects: generation waits for the archive, so that memory stays small

// A few threads that post what is handed over.
class Uploader {
public:
    explicit Uploader(const UploadTarget& target)
    {
        for (int i = 0; i < kConnections; ++i) {
            m_threads.emplace_back([this, target] { run(target); });
        }
    }
    ~Uploader() { finish(); }

    // False after a failure.
    bool add(phantom::GeneratedObject&& object)
    {
        std::unique_lock lock(m_mutex);
        m_room.wait(lock, [&] { return m_waiting.size() < kMostWaiting || m_failure; });
        if (m_failure) {
            return false;
        }
        m_waiting.push_back(std::move(object.part10));
        m_wake.notify_one();
        return true;
    }

    // Waits for the last answer.
    std::optional<Error> finish()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_closing = true;
        }
        m_wake.notify_all();
        for (std::thread& thread : m_threads) {
            if (thread.joinable()) {
                thread.join();
            }
        }
        return m_failure;
    }

private:
    void run(const UploadTarget& target)
    {
        OrthancClient rest(target.restUrl, target.user, target.password);
        while (true) {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [&] { return !m_waiting.empty() || m_closing || m_failure; });
            if (m_waiting.empty() || m_failure) {
                return;
            }
            const Bytes bytes = std::move(m_waiting.front());
            m_waiting.pop_front();
            m_room.notify_one();
            lock.unlock();
            auto reply = rest.post("/instances", bytes);
            // Orthanc closes a connection that has said nothing for a second, also while we begin to send; it stores nothing twice.
            for (int again = 0; !reply && again < kMostAgain; ++again) {
                reply = rest.post("/instances", bytes);
            }
            if (!reply || reply->status != 200) {
                setFailure(reply ? "HTTP status " + std::to_string(reply->status) : reply.error().detail);
                return;
            }
        }
    }
    void setFailure(std::string detail)
    {
        const std::lock_guard lock(m_mutex);
        if (!m_failure) {
            m_failure = Error{"demo.upload_failed", "The demo archive refused a generated object; is its disk full?", std::move(detail)};
        }
        m_wake.notify_all();
        m_room.notify_all();
    }

    // Protected by m_mutex.
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::condition_variable m_room;
    std::deque<Bytes> m_waiting;
    std::optional<Error> m_failure;
    bool m_closing = false;

    std::vector<std::thread> m_threads;
};

Result<std::size_t> instancesHeld(OrthancClient& rest, const std::string& seriesInstanceUid)
{
    const auto found = rest.post("/tools/lookup", asBytes(seriesInstanceUid));
    if (!found) {
        return fail(found.error());
    }
    const json matches = json::parse(found->body, nullptr, false);
    if (!matches.is_array()) {
        return fail("demo.upload_failed", "The demo archive does not answer as Orthanc does.", "HTTP status " + std::to_string(found->status));
    }
    for (const json& match : matches) {
        if (match.value("Type", "") != "Series") {
            continue;
        }
        const auto series = rest.get("/series/" + match.value("ID", ""));
        if (!series) {
            return fail(series.error());
        }
        const json facts = json::parse(series->body, nullptr, false);
        return facts.is_object() && facts.contains("Instances") ? facts["Instances"].size() : 0;
    }
    return std::size_t{0};
}

Result<bool> isComplete(OrthancClient& rest, const phantom::GroundTruth& truth)
{
    for (const phantom::SeriesTruth& series : truth.series) {
        const auto held = instancesHeld(rest, series.seriesInstanceUid);
        if (!held) {
            return fail(held.error());
        }
        if (*held < series.sopInstanceUids.size()) {
            return false;
        }
    }
    return true;
}

std::size_t objectsIn(const phantom::GroundTruth& truth)
{
    std::size_t count = 0;
    for (const phantom::SeriesTruth& series : truth.series) {
        count += series.sopInstanceUids.size();
    }
    return count;
}

} // namespace

Result<int> uploadDemo(const UploadTarget& target, int largeSlices, const std::function<void(const std::string&)>& progress)
{
    OrthancClient rest(target.restUrl, target.user, target.password);
    int sent = 0;
    for (const phantom::DemoPart& part : phantom::demoParts(largeSlices)) {
        const phantom::GroundTruth truth = part.generate({});
        const auto complete = isComplete(rest, truth);
        if (!complete) {
            return fail(complete.error());
        }
        if (*complete) {
            continue;
        }
        const std::size_t total = objectsIn(truth);
        std::size_t done = 0;
        Uploader uploader(target);
        part.generate([&](phantom::GeneratedObject&& object) {
            if (!uploader.add(std::move(object))) {
                return false;
            }
            ++done;
            if (progress && (done == total || done % 50 == 0)) {
                progress("Filling the demo archive: " + part.title + ", " + std::to_string(done) + " of " + std::to_string(total) + ".");
            }
            return true;
        });
        if (const auto failure = uploader.finish()) {
            return fail(*failure);
        }
        sent += static_cast<int>(done);
    }
    return sent;
}

} // namespace akari::demo
