#include "core/archive/JsonSplitter.h"

#include <cstring>

#include "core/archive/HttpErrors.h"

namespace akari::archive {
namespace {

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

Error noJson()
{
    return {"archive.notdicom", "What answers at this address is not a DICOMweb service; check the archive's address.", "no DICOM JSON"};
}

} // namespace

JsonSplitter::JsonSplitter(Handler handler) : JsonSplitter(std::move(handler), Limits{}) {}
JsonSplitter::JsonSplitter(Handler handler, Limits limits) : m_handler(std::move(handler)), m_limits(limits) {}

Status JsonSplitter::failed(Error error)
{
    m_state = State::Failed;
    m_error = std::move(error);
    m_text = {};
    return fail(m_error);
}

Status JsonSplitter::feed(BytesView text)
{
    if (m_state == State::Failed) {
        return fail(m_error);
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        // The inside of strings is most of the text: it goes over in one piece.
        if (m_state == State::Object && m_inString && !m_escaped) {
            std::size_t end = i;
            while (end < text.size() && text[end] != '"' && text[end] != '\\') {
                ++end;
            }
            m_text += asText(text.subspan(i, end - i));
            i = end;
            if (m_text.size() > m_limits.object) {
                return failed(oversized("a dataset of more than " + std::to_string(m_limits.object) + " bytes"));
            }
            if (i == text.size()) {
                break;
            }
        }
        if (const Status taken = take(static_cast<char>(text[i])); !taken) {
            return taken;
        }
    }
    return {};
}

Status JsonSplitter::take(char c)
{
    return m_state == State::Object ? takeInside(c) : takeOutside(c);
}

Status JsonSplitter::takeOutside(char c)
{
    static constexpr char kMark[] = "\xef\xbb\xbf";
    if (isSpace(c)) {
        return {};
    }
    if (m_state == State::Before && m_mark < 3 && c == kMark[m_mark]) {
        ++m_mark;
        return {};
    }
    if (m_state == State::Before && c == '[') {
        m_inArray = true;
        m_comma = true;
        m_state = State::Between;
        return {};
    }
    const bool mayBegin = m_state == State::Before || (m_state == State::Between && m_comma);
    if (c == '{' && mayBegin) {
        m_state = State::Object;
        m_comma = false;
        return takeInside(c);
    }
    if (m_state == State::Between && c == ',' && !m_comma) {
        m_comma = true;
        return {};
    }
    if (m_state == State::Between && c == ']') {
        m_state = State::After;
        return {};
    }
    return failed(noJson());
}

Status JsonSplitter::takeInside(char c)
{
    m_text.push_back(c);
    if (m_text.size() > m_limits.object) {
        return failed(oversized("a dataset of more than " + std::to_string(m_limits.object) + " bytes"));
    }
    if (m_escaped) {
        m_escaped = false;
    } else if (m_inString) {
        m_escaped = c == '\\';
        m_inString = c != '"';
    } else if (c == '"') {
        m_inString = true;
    } else if (c == '{' || c == '[') {
        if (++m_depth > m_limits.depth) {
            return failed(oversized("datasets nested too deep"));
        }
    } else if (c == '}' || c == ']') {
        return --m_depth == 0 ? endObject() : Status();
    }
    return {};
}

Status JsonSplitter::endObject()
{
    const auto object = nlohmann::json::parse(m_text, nullptr, false);
    m_text.clear();
    m_state = m_inArray ? State::Between : State::After;
    if (!object.is_object()) {
        return failed(noJson());
    }
    const Status taken = m_handler(object);
    return taken ? taken : failed(taken.error());
}

} // namespace akari::archive
