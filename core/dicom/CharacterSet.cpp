#include "core/dicom/CharacterSet.h"

#include <algorithm>
#include <memory>

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "core/dicom/CharacterRepertoire.h"

namespace akari::dicom {
namespace {

constexpr std::uint8_t kEscape = 0x1B;

bool isPlain(BytesView text)
{
    return std::all_of(text.begin(), text.end(), [](std::uint8_t b) { return b < 0x80 && b != kEscape; });
}

bool isUtf8(BytesView text)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::uint8_t lead = text[at];
        const std::size_t more = lead < 0x80 ? 0 : lead >= 0xC2 && lead < 0xE0 ? 1 : lead >= 0xE0 && lead < 0xF0 ? 2 : lead >= 0xF0 && lead < 0xF5 ? 3 : 9;
        if (more == 9 || at + more >= text.size() + (more == 0 ? 1 : 0)) {
            return false;
        }
        for (std::size_t k = 1; k <= more; ++k) {
            if ((text[at + k] & 0xC0) != 0x80) {
                return false;
            }
        }
        const std::uint8_t second = more > 0 ? text[at + 1] : 0;
        if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
            (lead == 0xF4 && second > 0x8F)) {
            return false;
        }
        at += more + 1;
    }
    return true;
}

void appendLatin1(std::string& out, BytesView text)
{
    for (const std::uint8_t b : text) {
        if (b < 0x80) {
            out += static_cast<char>(b);
        } else {
            out += static_cast<char>(0xC0 | b >> 6);
            out += static_cast<char>(0x80 | (b & 0x3F));
        }
    }
}

// False when something had no meaning in that set; U+FFFD stands in its place.
bool appendConverted(std::string& out, BytesView text, const char* converter)
{
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UConverter, decltype(&ucnv_close)> owner(ucnv_open(converter, &status), ucnv_close);
    if (U_FAILURE(status) || text.size() > static_cast<std::size_t>(INT32_MAX / 4)) {
        appendLatin1(out, text);
        return false;
    }
    std::u16string wide(text.size() * 2 + 8, u'\0');
    const int32_t units = ucnv_toUChars(owner.get(), wide.data(), static_cast<int32_t>(wide.size()),
                                        reinterpret_cast<const char*>(text.data()), static_cast<int32_t>(text.size()), &status);
    if (U_FAILURE(status)) {
        appendLatin1(out, text);
        return false;
    }
    wide.resize(static_cast<std::size_t>(units));
    std::string narrow(wide.size() * 3 + 1, '\0');
    int32_t length = 0;
    u_strToUTF8(narrow.data(), static_cast<int32_t>(narrow.size()), &length, wide.data(), units, &status);
    if (U_FAILURE(status)) {
        appendLatin1(out, text);
        return false;
    }
    narrow.resize(static_cast<std::size_t>(length));
    out += narrow;
    return wide.find(u'\xFFFD') == std::u16string::npos;
}

// What has no declared meaning: UTF-8 if it can be, else Latin-1.
void appendUndeclared(std::string& out, BytesView text)
{
    if (isUtf8(text)) {
        out += asText(text);
    } else {
        appendLatin1(out, text);
    }
}

// ISO 2022 as DICOM restricts it (PS3.5 6.1.2.5): no shifts, G0 in the lower half, G1 in the upper one, back to the start at delimiters.
class ExtensionDecoder {
public:
    // unescaped: what upper bytes mean that no escape announces; the one set among the declared extensions that could give them a meaning.
    ExtensionDecoder(const Repertoire& first, const std::optional<CodeElement>& unescaped, bool personName)
        : m_first(first), m_unescaped(unescaped), m_personName(personName)
    {
        reset();
    }

    std::string decode(BytesView text)
    {
        for (std::size_t at = 0; at < text.size();) {
            const std::uint8_t b = text[at];
            if (b == kEscape) {
                at += takeEscape(text.subspan(at));
            } else if (b < 0x20 || (b == ' ' && m_g0.bytesPerCharacter > 1)) {
                take(CodeElement{}, text.subspan(at, 1));
                if (b != ' ') {
                    reset();
                }
                ++at;
            } else {
                at += takeCharacter(text.subspan(at));
            }
        }
        flush();
        return std::move(m_out);
    }
    bool suspicious() const { return m_suspicious; }

private:
    void reset()
    {
        m_g0 = m_first.g0.value_or(CodeElement{});
        m_g1 = m_first.g1;
    }

    std::size_t takeEscape(BytesView text)
    {
        const auto escape = escapeAt(text);
        if (!escape) {
            m_suspicious = true;
            return 1;
        }
        if (escape->element.inG1) {
            m_g1 = escape->element;
        } else {
            m_g0 = escape->element;
        }
        return escape->length;
    }

    std::size_t takeCharacter(BytesView text)
    {
        const bool upper = text[0] >= 0x80;
        if (upper && !m_g1) {
            m_suspicious = true;
            std::size_t end = 1;
            while (end < text.size() && text[end] >= 0x80) {
                ++end;
            }
            flush();
            appendUnescaped(text.first(end));
            return end;
        }
        const CodeElement element = upper ? *m_g1 : m_g0;
        if (text.size() < element.bytesPerCharacter || (element.bytesPerCharacter == 2 && isBroken(text, upper))) {
            m_suspicious = true;
            flush();
            appendLatin1(m_out, text.first(1));
            return 1;
        }
        take(element, text.first(element.bytesPerCharacter));
        const bool delimits = !upper && element.bytesPerCharacter == 1 &&
                              (text[0] == '\\' || (m_personName && (text[0] == '^' || text[0] == '=')));
        if (delimits) {
            reset();
        }
        return element.bytesPerCharacter;
    }

    // Writers forget escapes. A two-byte set that the whole run fits is certain enough; a one-byte set fits anything, so UTF-8 is tried first.
    void appendUnescaped(BytesView run)
    {
        const bool twoBytes = m_unescaped && m_unescaped->bytesPerCharacter == 2;
        std::string converted;
        if (twoBytes && run.size() % 2 == 0 && appendConverted(converted, run, m_unescaped->converter)) {
            m_out += converted;
        } else if (m_unescaped && !twoBytes && !isUtf8(run) && appendConverted(converted, run, m_unescaped->converter)) {
            m_out += converted;
        } else {
            appendUndeclared(m_out, run);
        }
    }

    static bool isBroken(BytesView text, bool upper) { return upper ? text[1] < 0x80 : text[1] >= 0x80 || text[1] < 0x21; }

    void take(const CodeElement& element, BytesView character)
    {
        if (!(element == m_runElement)) {
            flush();
            m_runElement = element;
        }
        if (element.prefix != 0) {
            m_run.push_back(element.prefix);
        }
        for (const std::uint8_t b : character) {
            m_run.push_back(element.bytesPerCharacter == 2 ? static_cast<std::uint8_t>(b | 0x80) : b);
        }
    }

    void flush()
    {
        if (m_run.empty()) {
            return;
        }
        if (!m_runElement.converter) {
            m_out += asText(m_run);
        } else if (std::string_view(m_runElement.converter) == "JIS_X0201") {
            appendJis201();
        } else if (!appendConverted(m_out, m_run, m_runElement.converter)) {
            m_suspicious = true;
        }
        m_run.clear();
    }

    // The yen sign at 5C is DICOM's backslash (PS3.5 6.1.2.3 note), so it stays one.
    void appendJis201()
    {
        for (const std::uint8_t b : m_run) {
            if (b == 0x7E) {
                m_out += "\u203E";
            } else if (b < 0x80) {
                m_out += static_cast<char>(b);
            } else if (b >= 0xA1 && b <= 0xDF) {
                const unsigned point = 0xFF61U + (b - 0xA1U);
                m_out += static_cast<char>(0xE0 | point >> 12);
                m_out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
                m_out += static_cast<char>(0x80 | (point & 0x3F));
            } else {
                m_suspicious = true;
                m_out += "\uFFFD";
            }
        }
    }

    const Repertoire m_first;
    const std::optional<CodeElement> m_unescaped;
    const bool m_personName;
    CodeElement m_g0;
    std::optional<CodeElement> m_g1;
    CodeElement m_runElement;
    Bytes m_run;
    std::string m_out;
    bool m_suspicious = false;
};

// The one set for upper bytes among the code extensions; nullopt when there is none or more than one. JIS X 0201 has no converter here.
std::optional<CodeElement> onlyUpperSet(const std::vector<std::string>& terms)
{
    std::optional<CodeElement> out;
    for (std::size_t k = 1; k < terms.size(); ++k) {
        const auto g1 = repertoireOf(terms[k]).g1;
        if (g1 && (out || std::string_view(g1->converter) == "JIS_X0201")) {
            return std::nullopt;
        }
        out = g1 ? g1 : out;
    }
    return out;
}

} // namespace

CharacterSet::CharacterSet(std::vector<std::string> terms) : m_terms(std::move(terms))
{
    m_known = std::all_of(m_terms.begin(), m_terms.end(),
                          [](const std::string& term) { return repertoireOf(term).family != Family::Unknown; });
    const Repertoire first = m_terms.empty() ? Repertoire{Family::Default} : repertoireOf(m_terms.front());
    m_plainIsAscii = !first.g0 || first.g0->converter == nullptr;
}

std::string CharacterSet::decode(BytesView value, bool personName, bool* suspicious) const
{
    bool odd = false;
    if (!suspicious) {
        suspicious = &odd;
    }
    *suspicious = false;
    if (m_plainIsAscii && isPlain(value)) {
        return std::string(asText(value));
    }
    const Repertoire first = m_terms.empty() ? Repertoire{Family::Default} : repertoireOf(m_terms.front());
    std::string out;
    if (first.family == Family::Whole) {
        if (std::string_view(first.converter) == "UTF-8" && isUtf8(value)) {
            return std::string(asText(value));
        }
        *suspicious = !appendConverted(out, value, first.converter);
        if (*suspicious && std::string_view(first.converter) == "UTF-8") {
            out.clear();
            appendLatin1(out, value);
        }
        return out;
    }
    const bool declaresNothing = m_terms.size() <= 1 && (first.family == Family::Default || first.family == Family::Unknown || !first.g1);
    const bool escapes = std::find(value.begin(), value.end(), kEscape) != value.end();
    if (declaresNothing && !escapes) {
        *suspicious = true;
        appendUndeclared(out, value);
        return out;
    }
    ExtensionDecoder decoder(first, onlyUpperSet(m_terms), personName);
    out = decoder.decode(value);
    *suspicious = decoder.suspicious();
    return out;
}

} // namespace akari::dicom
