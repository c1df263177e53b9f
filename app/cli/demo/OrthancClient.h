// A few calls of Orthanc's own interface over one kept connection. One object belongs to one thread.
#pragma once

#include <string>

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari::demo {

struct RestReply {
    long status = 0;
    std::string body;
};

class OrthancClient {
public:
    OrthancClient(std::string root, const std::string& user, const std::string& password);
    ~OrthancClient();
    OrthancClient(const OrthancClient&) = delete;
    OrthancClient& operator=(const OrthancClient&) = delete;

    // "demo.unreachable" when nothing answers; every HTTP status is an answer.
    Result<RestReply> get(const std::string& path);
    Result<RestReply> post(const std::string& path, BytesView body);

private:
    Result<RestReply> perform(const std::string& path);

    void* m_curl; // CURL
    std::string m_root;
};

} // namespace akari::demo
