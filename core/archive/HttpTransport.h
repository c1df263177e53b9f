// HTTP through libcurl for one archive: connections are kept and reused, TLS is always verified, credentials never leave the archive's
// origin. Thread-safe: each request in flight has a connection of its own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/archive/HostGate.h"
#include "core/archive/TokenSource.h"
#include "core/base/Bytes.h"
#include "core/base/JobQueue.h"
#include "core/base/Result.h"
#include "core/records/Records.h"

namespace akari::archive {

struct ResponseHead {
    int status = 0;
    std::string address;                       // asked for this answer, redirections followed
    std::map<std::string, std::string> fields; // names in lower case; of repeated fields the values joined with ", "
    bool framed = false;                       // HTTP/2: a cut body is known for one without a length
    std::string field(const std::string& lowerCaseName) const;
    // Whether a body that is cut can be told from a whole one, unless a proxy ended in good order what broke off behind it: nginx, which asks
    // by HTTP/1.0 unless told otherwise, or an HTTP/2 front of a server that says no length.
    bool tellsItsEnd() const;
    // Whether no proxy can do so.
    bool tellsItsLength() const { return !field("content-length").empty(); }
    // "text/html" of "text/html; charset=utf-8", lower case.
    std::string mediaType() const;
};

// Takes the body as it comes; an error ends the transfer and is the request's answer. Called on the requesting thread. What it takes is
// of the final answer only, redirections apart, of whatever status.
using BodySink = std::function<Status(const ResponseHead& head, BytesView bytes)>;

struct Request {
    std::string path;                        // "/studies?limit=1", appended to the archive's address
    std::string url;                         // instead of path: a whole address of the archive's origin
    std::vector<std::string> fields;         // "Accept: application/dicom+json"
    const Bytes* body = nullptr;             // a POST; kept by the caller until the answer is there
    bool compressed = false;                 // offers gzip; what inflates beyond measure is "archive.oversized"
    StopToken stop;
};

struct Answer {
    ResponseHead head;
    std::uint64_t received = 0;              // bytes of body, inflated
};

// Failures: archive.url, archive.unreachable, archive.tls (the detail says what certificate was shown), archive.certificate (of the
// client: unreadable, or its password wrong), archive.proxy, archive.broken (cut), archive.refused (another origin), "stopped",
// archive.resting (HostGate), archive.oversized, what the token source says, and whatever the sink says. An answer of any HTTP status is
// an answer.
class HttpTransport {
public:
    // With a token source each request bears its token, and a 401 is asked once more with the next one.
    explicit HttpTransport(records::ArchiveSettings settings, std::shared_ptr<TokenSource> tokens = nullptr);
    ~HttpTransport();
    HttpTransport(const HttpTransport&) = delete;
    HttpTransport& operator=(const HttpTransport&) = delete;

    Result<Answer> send(const Request& request, const BodySink& sink);
    std::chrono::seconds restLeft() { return m_gate.left(); }

private:
    class Handle;
    struct Transfer;
    std::unique_ptr<Handle> take();
    void giveBack(std::unique_ptr<Handle> handle);
    Result<Answer> follow(Handle& handle, const Request& request, const std::string& bearer, const BodySink& sink);
    Result<Answer> sendOnce(Handle& handle, const Request& request, const std::string& url, const std::string& bearer, const BodySink& sink);
    void prepare(Handle& handle, const Request& request, const std::string& url, Transfer& transfer) const;
    Status applySecurity(Handle& handle, const std::string& bearer) const;
    Status applyProxy(Handle& handle, const std::string& url) const;

    // Protected by m_mutex.
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Handle>> m_idle;

    HostGate m_gate;

    // Constant after construction.
    records::ArchiveSettings m_settings;
    std::shared_ptr<TokenSource> m_tokens;
};

std::string percentEncoded(std::string_view text);
// The error of an HTTP status that is no success, worded for the user.
Error statusError(int status);

} // namespace akari::archive
