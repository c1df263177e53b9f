// A real Orthanc on this machine's loopback, filled with the studies of core/phantom: the archive of the demo and of tests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/base/Result.h"

namespace akari::demo {

struct DemoOptions {
    std::filesystem::path storageFolder;                 // made if absent; holds settings, index, objects and the log of Orthanc
    int largeSlices = 0;                                 // > 0 adds a whole-body CT of so many slices
    bool fill = true;                                    // false starts the archive and uploads nothing
    std::function<void(const std::string&)> progress{};  // one line in English, without patient data; may be empty
};

// Owns the Orthanc process; the destructor stops it. Not thread-safe, but stop() may be called from any thread.
class DemoArchive {
public:
    // Starts Orthanc and uploads whatever of the generated studies it does not hold yet; returns when all are there. A second start
    // on the same folder keeps password and port (another port if that one is taken) and uploads nothing.
    // demo.not_installed, demo.running, demo.folder, demo.start_failed, demo.upload_failed.
    static Result<std::unique_ptr<DemoArchive>> start(const DemoOptions& options);
    ~DemoArchive();
    DemoArchive(const DemoArchive&) = delete;
    DemoArchive& operator=(const DemoArchive&) = delete;

    const std::string& url() const { return m_url; }         // the DICOMweb root: http://127.0.0.1:PORT/dicom-web
    const std::string& restUrl() const { return m_restUrl; } // Orthanc's own interface: http://127.0.0.1:PORT
    const std::string& user() const { return m_user; }
    const std::string& password() const { return m_password; }
    std::int64_t pid() const { return m_pid; }
    int uploaded() const { return m_uploaded; } // objects sent by this start

    bool running();
    // Asks Orthanc to end, and ends it by force after ten seconds. Safe to call twice.
    void stop();
    // Lets the archive go on after this object, and this program, have ended.
    void leaveRunning() { m_pid = -1; }
    // Blocks until Orthanc ends or until() says so; asked five times a second.
    void wait(const std::function<bool()>& until = {});

private:
    DemoArchive() = default;
    Status launch(const std::filesystem::path& folder, const std::filesystem::path& program);
    Status fill(const DemoOptions& options);

    std::string m_url;
    std::string m_restUrl;
    std::string m_user;
    std::string m_password;
    std::int64_t m_pid = -1;
    int m_uploaded = 0;
};

} // namespace akari::demo
