// A real Orthanc with its DICOMweb plugin on a free port and a folder of its own; killed and removed at the end.
#pragma once

#include <chrono>
#include <fstream>
#include <memory>
#include <thread>

#include "core/archive/DicomWeb.h"
#include "core/archive/HttpTransport.h"
#include "tests/support/HttpServer.h"
#include "tests/support/Program.h"
#include "tests/support/TempFolder.h"

namespace akari::test {

class Orthanc {
public:
    // Null when the program or its plugin is not installed, or does not start within 20 seconds.
    static std::unique_ptr<Orthanc> start()
    {
        const auto program = firstOf({"/usr/sbin/Orthanc", "/usr/bin/Orthanc", "/usr/local/bin/Orthanc"});
        const auto plugin = firstOf({"/usr/share/orthanc/plugins/libOrthancDicomWeb.so", "/usr/lib/orthanc/libOrthancDicomWeb.so"});
        if (program.empty() || plugin.empty()) {
            return nullptr;
        }
        std::unique_ptr<Orthanc> orthanc(new Orthanc);
        orthanc->run(program, plugin);
        archive::DicomWebClient client(orthanc->settings());
        for (int i = 0; i < 400; ++i) {
            if (client.probe()) {
                return orthanc;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return nullptr;
    }
    Orthanc(const Orthanc&) = delete;
    Orthanc& operator=(const Orthanc&) = delete;

    records::ArchiveSettings settings() const { return {"Orthanc", root() + "/dicom-web", "", "", "", "", "#336699"}; }

    bool upload(const Bytes& part10) { return post("/instances", part10, "Content-Type: application/dicom"); }
    // A study, series or instance by Orthanc's own name.
    bool remove(const std::string& name)
    {
        const std::string body = "{\"Resources\":[\"" + name + "\"]}";
        return post("/tools/bulk-delete", Bytes(body.begin(), body.end()), "Content-Type: application/json");
    }

private:
    Orthanc() = default;
    bool post(const std::string& path, const Bytes& body, const char* type)
    {
        archive::HttpTransport transport({"upload", root(), "", "", "", "", ""});
        archive::Request request;
        request.path = path;
        request.body = &body;
        request.fields = {type};
        const auto answer = transport.send(request, [](const archive::ResponseHead&, BytesView) { return Status(); });
        return answer && answer->head.status == 200;
    }
    std::string root() const { return "http://127.0.0.1:" + std::to_string(m_port); }
    void run(const std::filesystem::path& program, const std::filesystem::path& plugin)
    {
        m_port = HttpServer([](const HttpRequest&) { return HttpResponse(); }).port(); // was free a moment ago
        const std::string folder = m_folder.path().string();
        std::ofstream(m_folder.path() / "orthanc.json")
            << "{\"StorageDirectory\":\"" << folder << "/s\",\"IndexDirectory\":\"" << folder << "/s\",\"Plugins\":[\"" << plugin.string()
            << "\"],\"HttpPort\":" << m_port << ",\"DicomServerEnabled\":false,\"RemoteAccessAllowed\":false,\"AuthenticationEnabled\":false,"
            << "\"KeepAlive\":true,\"TcpNoDelay\":true,\"OverwriteInstances\":false,\"StableAge\":1,\"DicomWeb\":{\"Enable\":true,\"Root\":\"/dicom-web/\"}}";
        m_program = Program(program, {folder + "/orthanc.json"});
    }
    TempFolder m_folder;
    std::uint16_t m_port = 0;
    Program m_program;
};

} // namespace akari::test
