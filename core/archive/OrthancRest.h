// Private to the room: what an Orthanc answers beyond DICOMweb, at the parent of its DICOMweb address, which is of the same origin.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "core/archive/HttpTransport.h"

namespace akari::archive {

class OrthancRest {
public:
    // `dicomWeb`: the archive's address. The transport outlives this.
    OrthancRest(HttpTransport& transport, std::string dicomWeb);

    // Whether GET /system is answered as an Orthanc does. Nullopt: no answer came, or none but of a server in trouble.
    std::optional<bool> answers(const StopToken& stop) const;
    // A 200 to a GET, or to a POST of `body` where there is one. Nullopt: anything else, or longer than 64 MiB.
    std::optional<std::string> text(const std::string& path, const StopToken& stop, const std::string& body = {}) const;
    std::optional<nlohmann::json> json(const std::string& path, const StopToken& stop, const std::string& body = {}) const;
    // Of a path: the whole address.
    std::string at(const std::string& path) const { return m_address + path; }

private:
    struct Said {
        int status = 0; // 0: no answer
        std::string text;
    };
    Said ask(const std::string& path, const StopToken& stop, const std::string& body) const;

    HttpTransport* m_transport;
    std::string m_address; // empty: DICOMweb is at the root, and nothing lies above it
};

// Of an object's member; empty where it is anything else.
std::string stringAt(const nlohmann::json& json, const char* key);
std::optional<std::int64_t> numberAt(const nlohmann::json& json, const char* key);

} // namespace akari::archive
