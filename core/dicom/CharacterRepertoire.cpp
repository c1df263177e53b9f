#include "core/dicom/CharacterRepertoire.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string>

namespace akari::dicom {
namespace {

constexpr CodeElement kAscii{};
constexpr CodeElement kRomaji{"JIS_X0201", 1, false, 0};
constexpr CodeElement kKatakana{"JIS_X0201", 1, true, 0};
constexpr CodeElement kJis208{"EUC-JP", 2, false, 0};
constexpr CodeElement kJis212{"EUC-JP", 2, false, 0x8F};
constexpr CodeElement kKorean{"EUC-KR", 2, true, 0};
constexpr CodeElement kChinese{"EUC-CN", 2, true, 0};

constexpr CodeElement upperHalf(const char* converter) { return {converter, 1, true, 0}; }

struct Registration {
    int number;             // of the ISO registry, as in the defined terms
    std::string_view final; // escape sequence after ESC
    CodeElement element;
};

constexpr std::array<Registration, 20> kRegistrations = {{
    {6, "(B", kAscii},
    {13, ")I", kKatakana},
    {14, "(J", kRomaji},
    {100, "-A", upperHalf("ISO-8859-1")},
    {101, "-B", upperHalf("ISO-8859-2")},
    {109, "-C", upperHalf("ISO-8859-3")},
    {110, "-D", upperHalf("ISO-8859-4")},
    {144, "-L", upperHalf("ISO-8859-5")},
    {127, "-G", upperHalf("ISO-8859-6")},
    {126, "-F", upperHalf("ISO-8859-7")},
    {138, "-H", upperHalf("ISO-8859-8")},
    {148, "-M", upperHalf("ISO-8859-9")},
    {203, "-b", upperHalf("ISO-8859-15")},
    {166, "-T", upperHalf("TIS-620")},
    {87, "$B", kJis208},
    {-1, "$@", kJis208}, // the older edition of JIS X 0208, met in old files
    {-1, "$(B", kJis208},
    {159, "$(D", kJis212},
    {149, "$)C", kKorean},
    {58, "$)A", kChinese},
}};

std::string lettersAndDigits(std::string_view term)
{
    std::string out;
    for (const char c : term) {
        if (std::isalnum(static_cast<unsigned char>(c))) {
            out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        }
    }
    return out;
}

} // namespace

Repertoire repertoireOf(std::string_view term)
{
    std::string plain = lettersAndDigits(term);
    Repertoire out;
    if (plain.empty()) {
        out.family = Family::Default;
        return out;
    }
    if (plain == "GB18030" || plain == "GBK" || plain == "GB2312" || plain == "ISOIR192" || plain == "UTF8" || plain == "ISO2022IR192" ||
        plain == "ISO2022GBK" || plain == "ISO2022GB18030") {
        out.family = Family::Whole;
        out.converter = plain.ends_with("192") || plain == "UTF8" ? "UTF-8" : plain.ends_with("GBK") ? "GBK" : "GB18030";
        return out;
    }
    for (const std::string_view start : {"ISO2022IR", "ISO2022", "ISOIR", "ISO"}) {
        if (plain.starts_with(start)) {
            plain.erase(0, start.size());
            break;
        }
    }
    int number = 0;
    const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), number);
    if (error != std::errc{} || end != plain.data() + plain.size() || number <= 0) {
        return out;
    }
    const auto* const found =
        std::find_if(kRegistrations.begin(), kRegistrations.end(), [&](const Registration& r) { return r.number == number; });
    if (found == kRegistrations.end()) {
        return out;
    }
    out.family = Family::CodeExtensions;
    out.g0 = number == 13 || number == 14 ? kRomaji : kAscii;
    if (found->element.inG1) {
        // Two-byte sets need an escape first; sent without one as the only term they still mean themselves.
        out.g1 = found->element;
    }
    return out;
}

std::optional<Escape> escapeAt(BytesView text)
{
    const std::string_view after = asText(text.subspan(1));
    for (const Registration& registration : kRegistrations) {
        if (after.starts_with(registration.final)) {
            return Escape{registration.element, registration.final.size() + 1};
        }
    }
    return std::nullopt;
}

} // namespace akari::dicom
