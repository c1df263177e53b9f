#include "app/cli/demo/DemoArchive.h"

#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/demo/DemoUpload.h"
#include "app/cli/demo/OrthancProcess.h"
#include "app/cli/demo/OrthancClient.h"
#include "core/base/Bytes.h"
#include "core/base/FileIo.h"

namespace akari::demo {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using namespace std::chrono_literals;

constexpr const char* kUser = "akari";
constexpr const char* kSettings = "orthanc.json";

std::optional<fs::path> firstFile(std::initializer_list<const char*> candidates)
{
    for (const char* candidate : candidates) {
        std::error_code ignored;
        if (fs::is_regular_file(candidate, ignored)) {
            return fs::path(candidate);
        }
    }
    return std::nullopt;
}

std::optional<fs::path> orthancProgram()
{
    return firstFile({"/usr/sbin/Orthanc", "/usr/bin/Orthanc", "/usr/local/sbin/Orthanc", "/usr/local/bin/Orthanc", "/opt/homebrew/bin/Orthanc"});
}

std::optional<fs::path> dicomWebPlugin()
{
    return firstFile({"/usr/share/orthanc/plugins/libOrthancDicomWeb.so", "/usr/lib/orthanc/plugins/libOrthancDicomWeb.so",
                      "/usr/local/share/orthanc/plugins/libOrthancDicomWeb.so"});
}

// What an earlier start on this folder used.
struct Remembered {
    int port = 0;
    std::string password;
};

Remembered remembered(const fs::path& folder)
{
    Remembered past;
    if (const auto bytes = readWholeFile(folder / kSettings, 1 << 20)) {
        const json settings = json::parse(asText(*bytes), nullptr, false);
        if (settings.is_object() && settings.contains("HttpPort") && settings["HttpPort"].is_number_integer()) {
            past.port = settings["HttpPort"].get<int>();
        }
        if (settings.is_object() && settings.contains("RegisteredUsers") && settings["RegisteredUsers"].is_object()) {
            const json users = settings["RegisteredUsers"];
            past.password = users.contains(kUser) && users[kUser].is_string() ? users[kUser].get<std::string>() : "";
        }
    }
    if (past.password.empty()) {
        past.password = toHex(randomBytes(16));
    }
    return past;
}

json settingsFor(const fs::path& folder, const fs::path& plugin, int port, const std::string& password)
{
    return {{"Name", "AKARI-DEMO"},
            {"StorageDirectory", (folder / "storage").string()},
            {"IndexDirectory", (folder / "index").string()},
            {"TemporaryDirectory", (folder / "temporary").string()},
            {"Plugins", json::array({plugin.string()})},
            {"StorageCompression", false},
            {"StoreMD5ForAttachments", false},
            {"OverwriteInstances", false},
            {"DefaultEncoding", "Utf8"}, // what QIDO answers are written in
            {"DicomServerEnabled", false},
            {"HttpServerEnabled", true},
            {"HttpPort", port},
            {"HttpBindAddresses", json::array({"127.0.0.1"})},
            {"HttpThreadsCount", 24},
            {"HttpCompressionEnabled", false},
            {"KeepAlive", true},
            {"RemoteAccessAllowed", false},
            {"AuthenticationEnabled", true},
            {"RegisteredUsers", {{kUser, password}}},
            {"DicomWeb", {{"Enable", true}, {"Root", "/dicom-web/"}, {"EnableWado", false}, {"Ssl", false}, {"StudiesMetadata", "Full"}, {"SeriesMetadata", "Full"}}}};
}

Status makeFolders(const fs::path& folder)
{
    std::error_code error;
    for (const char* name : {"storage", "index", "temporary"}) {
        fs::create_directories(folder / name, error);
        if (error) {
            return fail("demo.folder", "The demo archive's folder can't be made; choose one that you may write to.", error.message());
        }
    }
    fs::permissions(folder, fs::perms::owner_all, error);
    return {};
}

} // namespace

DemoArchive::~DemoArchive() { stop(); }

bool DemoArchive::running() { return childRunning(m_pid); }

void DemoArchive::stop()
{
    endChild(m_pid, 10s);
}

void DemoArchive::wait(const std::function<bool()>& until)
{
    while (running() && !(until && until())) {
        std::this_thread::sleep_for(200ms);
    }
}

Status DemoArchive::launch(const fs::path& folder, const fs::path& program)
{
    const auto pid = spawnLogged(program, {(folder / kSettings).string()}, folder, folder / "orthanc.log");
    if (!pid) {
        return fail(pid.error());
    }
    m_pid = *pid;
    OrthancClient rest(m_restUrl, m_user, m_password);
    for (int tries = 0; tries < 1200; ++tries) {
        if (!childRunning(m_pid)) {
            return fail("demo.start_failed", "Orthanc ended while starting; see orthanc.log in the demo archive's folder.");
        }
        const auto reply = rest.get("/dicom-web/studies?limit=1");
        if (reply && reply->status == 200) {
            return {};
        }
        if (reply && reply->status == 404) {
            break; // Orthanc is up without its plugin
        }
        std::this_thread::sleep_for(50ms);
    }
    stop();
    return fail("demo.start_failed", "Orthanc started but its DICOMweb plugin does not answer; see orthanc.log in the demo archive's folder.");
}

Status DemoArchive::fill(const DemoOptions& options)
{
    const auto sent = uploadDemo({m_restUrl, m_user, m_password}, options.largeSlices, options.progress);
    if (!sent) {
        return fail(sent.error());
    }
    m_uploaded = *sent;
    return {};
}

Result<std::unique_ptr<DemoArchive>> DemoArchive::start(const DemoOptions& options)
{
    const auto program = orthancProgram();
    const auto plugin = dicomWebPlugin();
    if (!program || !plugin) {
        return fail("demo.not_installed", "The demo archive needs Orthanc and its DICOMweb plugin; install the packages orthanc and orthanc-dicomweb.");
    }
    std::error_code ignored;
    const fs::path folder = fs::absolute(options.storageFolder, ignored);
    if (const Status made = makeFolders(folder); !made) {
        return fail(made.error());
    }
    const Remembered past = remembered(folder);
    if (past.port > 0) {
        OrthancClient rest("http://127.0.0.1:" + std::to_string(past.port), kUser, past.password);
        if (const auto reply = rest.get("/system"); reply && reply->status == 200) {
            return fail("demo.running", "A demo archive is already serving this folder; stop it first or choose another folder.");
        }
    }
    Status launched = fail("demo.start_failed", "No free port was found on this machine's loopback.");
    std::unique_ptr<DemoArchive> archive(new DemoArchive);
    // Between our look and Orthanc's own bind, somebody else may take the port: then once more with another.
    for (int attempt = 0; attempt < 3 && !launched; ++attempt) {
        const auto port = freeLoopbackPort(attempt == 0 ? past.port : 0);
        if (!port) {
            break;
        }
        const std::string settings = settingsFor(folder, *plugin, *port, past.password).dump(2);
        if (const Status written = writeAtomically(folder / kSettings, asBytes(settings)); !written) {
            return fail("demo.folder", "The demo archive's settings can't be written; is the disk full?", written.error().detail);
        }
        archive->m_user = kUser;
        archive->m_password = past.password;
        archive->m_restUrl = "http://127.0.0.1:" + std::to_string(*port);
        archive->m_url = archive->m_restUrl + "/dicom-web";
        if (options.progress) {
            options.progress("Starting Orthanc at " + archive->m_restUrl + ".");
        }
        launched = archive->launch(folder, *program);
    }
    if (!launched) {
        return fail(launched.error());
    }
    if (options.fill) {
        if (const Status filled = archive->fill(options); !filled) {
            return fail(filled.error());
        }
    }
    return archive;
}

} // namespace akari::demo
