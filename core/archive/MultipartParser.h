// Takes a multipart body (RFC 2046 5.1, RFC 2387) apart as it arrives. Each part's body is copied once, into a buffer of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari::archive {

class MultipartParser {
public:
    struct Part {
        std::map<std::string, std::string> fields; // names in lower case
        Bytes body;
    };
    struct Limits {
        std::uint64_t part = std::uint64_t{2} << 30; // bytes of one part's body
        std::size_t fields = 16 * 1024;              // bytes of one part's header block
    };
    // Only whole parts: what a cut stream leaves unfinished is never handed over. May fail to end the parsing.
    using PartHandler = std::function<Status(Part part)>;

    MultipartParser(std::string_view boundary, PartHandler handler);
    MultipartParser(std::string_view boundary, PartHandler handler, Limits limits);

    // "archive.broken" when this is no multipart body or a part's Content-Length does not end at a delimiter, "archive.oversized" when a
    // part is longer than the limit; what the handler says else. After a failure every further call fails the same way.
    Status feed(BytesView bytes);
    // The closing delimiter was seen.
    bool closed() const { return m_state == State::Epilogue; }

    // The boundary parameter of a Content-Type, quoted or not; empty when there is none or it is longer than RFC 2046 allows
    // (70, and some leeway).
    static std::string boundaryOf(std::string_view contentType);

private:
    enum class State { Preamble, Delimiter, Fields, Body, Epilogue, Failed };
    // Each takes bytes off the front.
    Status takePreamble(BytesView& bytes);
    Status takeDelimiterLine(BytesView& bytes);
    Status takeFields(BytesView& bytes);
    Status takeBody(BytesView& bytes);
    Status takeKnownLength(BytesView& bytes);
    bool endsInSeam(BytesView& bytes);
    Status beginBody();
    Status endBody();
    Status append(BytesView bytes);
    Status failed(std::string detail);
    Status tooLong();

    // Constant after construction.
    std::string m_delimiter; // CR LF - - boundary
    PartHandler m_handler;
    Limits m_limits;

    State m_state = State::Preamble;
    std::string m_pending;   // of the delimiter line, the fields or the preamble's tail
    Part m_part;
    std::optional<std::uint64_t> m_length; // Content-Length of the part
    std::size_t m_expected = 0;            // of the next part: as long as the last one
    Error m_error;
};

} // namespace akari::archive
