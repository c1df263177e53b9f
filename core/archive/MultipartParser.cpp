#include "core/archive/MultipartParser.h"

#include <algorithm>
#include <cctype>
#include <cstring>

#include "core/archive/FieldText.h"
#include "core/archive/HttpErrors.h"

namespace akari::archive {
namespace {

constexpr std::size_t kLongestBoundary = 200;
constexpr std::uint64_t kTrustedLength = 64 << 20; // room made before the bytes are there
constexpr std::size_t kSlack = 4096;

// The value at the front of text, a quoted string or a token.
std::string parameterValue(std::string_view text)
{
    text = trimmed(text);
    std::string value;
    if (text.empty() || text.front() != '"') {
        return std::string(trimmed(text.substr(0, text.find(';'))));
    }
    for (std::size_t i = 1; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            ++i;
        }
        value.push_back(text[i]);
    }
    return value;
}

const std::uint8_t* findIn(BytesView bytes, std::string_view what)
{
    const std::string_view text = asText(bytes);
#if defined(__GLIBC__)
    return static_cast<const std::uint8_t*>(::memmem(text.data(), text.size(), what.data(), what.size()));
#else
    const auto at = text.find(what);
    return at == std::string_view::npos ? nullptr : bytes.data() + at;
#endif
}

} // namespace

MultipartParser::MultipartParser(std::string_view boundary, PartHandler handler) : MultipartParser(boundary, std::move(handler), Limits{}) {}

MultipartParser::MultipartParser(std::string_view boundary, PartHandler handler, Limits limits)
    : m_delimiter("\r\n--" + std::string(boundary)), m_handler(std::move(handler)), m_limits(limits),
      m_pending("\r\n") // the first delimiter may stand at the very start, without a line's end before it
{
}

std::string MultipartParser::boundaryOf(std::string_view contentType)
{
    bool quoted = false;
    for (std::size_t i = 0; i < contentType.size(); ++i) {
        if (contentType[i] == '\\' && quoted) {
            ++i;
        } else if (contentType[i] == '"') {
            quoted = !quoted;
        } else if (contentType[i] == ';' && !quoted) {
            const std::string_view rest = contentType.substr(i + 1);
            const auto equals = rest.find('=');
            if (equals != std::string_view::npos && lowered(trimmed(rest.substr(0, equals))) == "boundary") {
                const std::string value = parameterValue(rest.substr(equals + 1));
                return value.size() <= kLongestBoundary ? value : std::string();
            }
        }
    }
    return {};
}

Status MultipartParser::failed(std::string detail)
{
    m_state = State::Failed;
    m_error = {"archive.broken", "The archive's answer is damaged; it is asked again.", "multipart: " + std::move(detail)};
    return fail(m_error);
}

Status MultipartParser::tooLong()
{
    m_state = State::Failed;
    m_error = oversized("multipart: a part of more than " + std::to_string(m_limits.part) + " bytes");
    return fail(m_error);
}

Status MultipartParser::feed(BytesView bytes)
{
    while (!bytes.empty()) {
        Status done;
        switch (m_state) {
        case State::Preamble: done = takePreamble(bytes); break;
        case State::Delimiter: done = takeDelimiterLine(bytes); break;
        case State::Fields: done = takeFields(bytes); break;
        case State::Body: done = takeBody(bytes); break;
        case State::Epilogue: return {};
        case State::Failed: return fail(m_error);
        }
        if (!done) {
            m_state = State::Failed;
            m_error = done.error();
            return done;
        }
    }
    return {};
}

Status MultipartParser::takePreamble(BytesView& bytes)
{
    m_pending += asText(bytes);
    const auto at = m_pending.find(m_delimiter);
    if (at == std::string::npos) {
        bytes = {};
        m_pending.erase(0, m_pending.size() - std::min(m_pending.size(), m_delimiter.size() - 1));
        return {};
    }
    // What follows the delimiter came with these bytes.
    const std::size_t after = m_pending.size() - at - m_delimiter.size();
    bytes = bytes.last(after);
    m_pending.clear();
    m_state = State::Delimiter;
    return {};
}

Status MultipartParser::takeDelimiterLine(BytesView& bytes)
{
    while (!bytes.empty()) {
        m_pending.push_back(static_cast<char>(bytes.front()));
        bytes = bytes.subspan(1);
        if (m_pending == "--") {
            m_pending.clear();
            m_state = State::Epilogue;
            return {};
        }
        if (m_pending.back() == '\n') {
            if (!trimmed(m_pending).empty()) {
                return failed("text after a delimiter");
            }
            // Fields end with an empty line; one that begins with it has none.
            m_pending = "\r\n";
            m_state = State::Fields;
            return {};
        }
        if (m_pending.size() > 256) {
            return failed("delimiter line without end");
        }
    }
    return {};
}

Status MultipartParser::takeFields(BytesView& bytes)
{
    while (!bytes.empty()) {
        const auto* end = static_cast<const std::uint8_t*>(std::memchr(bytes.data(), '\n', bytes.size()));
        const std::size_t count = end ? static_cast<std::size_t>(end - bytes.data()) + 1 : bytes.size();
        m_pending += asText(bytes.first(count));
        bytes = bytes.subspan(count);
        if (m_pending.size() > m_limits.fields) {
            return failed("a part's header is too long");
        }
        if (m_pending.size() >= 4 && m_pending.compare(m_pending.size() - 4, 4, "\r\n\r\n") == 0) {
            return beginBody();
        }
    }
    return {};
}

Status MultipartParser::beginBody()
{
    m_part = {};
    m_length.reset();
    std::string_view rest = m_pending;
    while (!rest.empty()) {
        const auto end = rest.find("\r\n");
        const std::string_view line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
        if (const auto colon = line.find(':'); colon != std::string_view::npos) {
            m_part.fields[lowered(trimmed(line.substr(0, colon)))] = std::string(trimmed(line.substr(colon + 1)));
        }
    }
    if (const auto found = m_part.fields.find("content-length"); found != m_part.fields.end()) {
        const std::string& text = found->second;
        if (!text.empty() && text.size() <= 18 && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); })) {
            m_length = std::stoull(text);
            if (*m_length > m_limits.part) {
                return tooLong();
            }
        }
    }
    m_part.body.reserve(m_length ? static_cast<std::size_t>(std::min(*m_length, kTrustedLength)) : m_expected);
    m_pending.clear();
    m_state = State::Body;
    return {};
}

Status MultipartParser::append(BytesView bytes)
{
    if (m_part.body.size() + bytes.size() > m_limits.part + m_delimiter.size()) {
        return tooLong();
    }
    m_part.body.insert(m_part.body.end(), bytes.begin(), bytes.end());
    return {};
}

Status MultipartParser::endBody()
{
    if (m_part.body.size() > m_limits.part) {
        return tooLong();
    }
    m_expected = std::min<std::size_t>(m_part.body.size() + kSlack, kTrustedLength);
    m_state = State::Delimiter;
    Part part = std::move(m_part);
    m_part = {};
    return m_handler(std::move(part));
}

// Content-Length says where the delimiter must stand: nothing is searched.
Status MultipartParser::takeKnownLength(BytesView& bytes)
{
    const std::uint64_t missing = *m_length - m_part.body.size();
    const BytesView taken = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(missing, bytes.size())));
    bytes = bytes.subspan(taken.size());
    if (const Status done = append(taken); !done || taken.size() < missing) {
        return done;
    }
    while (!bytes.empty() && m_pending.size() < m_delimiter.size()) {
        if (static_cast<char>(bytes.front()) != m_delimiter[m_pending.size()]) {
            return failed("a part does not end where its length says");
        }
        m_pending.push_back(static_cast<char>(bytes.front()));
        bytes = bytes.subspan(1);
    }
    if (m_pending.size() < m_delimiter.size()) {
        return {};
    }
    m_pending.clear();
    return endBody();
}

// The delimiter lies across what the part has and what came now, or in a body that is shorter than its first line's end.
bool MultipartParser::endsInSeam(BytesView& bytes)
{
    const std::size_t keep = m_delimiter.size() - 1;
    const std::size_t before = std::min(keep, m_part.body.size());
    const std::size_t after = std::min(keep, bytes.size());
    std::string seam(asText(BytesView(m_part.body).last(before)));
    seam += asText(bytes.first(after));
    const auto at = seam.find(m_delimiter);
    if (at == std::string::npos) {
        return false;
    }
    m_part.body.resize(m_part.body.size() - (before - at));
    bytes = bytes.subspan(at + m_delimiter.size() - before);
    return true;
}

Status MultipartParser::takeBody(BytesView& bytes)
{
    if (m_length) {
        return takeKnownLength(bytes);
    }
    if (!m_part.body.empty() && endsInSeam(bytes)) {
        return endBody();
    }
    if (const std::uint8_t* found = findIn(bytes, m_delimiter)) {
        const std::size_t count = static_cast<std::size_t>(found - bytes.data());
        if (const Status done = append(bytes.first(count)); !done) {
            return done;
        }
        bytes = bytes.subspan(count + m_delimiter.size());
        return endBody();
    }
    const Status done = append(bytes);
    bytes = {};
    return done;
}

} // namespace akari::archive
