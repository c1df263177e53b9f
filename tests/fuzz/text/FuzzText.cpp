// Character sets, single and with ISO 2022 escapes, and person names in three groups.
#include <array>

#include "core/dicom/CharacterSet.h"
#include "core/dicom/PersonName.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

namespace {

constexpr std::array<const char*, 26> kTerms{"", "ISO_IR 6", "ISO_IR 100", "ISO_IR 101", "ISO_IR 109", "ISO_IR 110", "ISO_IR 144", "ISO_IR 127",
    "ISO_IR 126", "ISO_IR 138", "ISO_IR 148", "ISO_IR 13", "ISO_IR 166", "ISO_IR 192", "GB18030", "GBK", "ISO 2022 IR 6", "ISO 2022 IR 100",
    "ISO 2022 IR 13", "ISO 2022 IR 166", "ISO 2022 IR 87", "ISO 2022 IR 159", "ISO 2022 IR 149", "ISO 2022 IR 58", "ISO 2022 IR 144", "nonsense"};

// Well-formed UTF-8, no surrogates, nothing over U+10FFFF.
bool isUtf8(const std::string& text)
{
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t more = lead < 0x80 ? 0 : lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
        if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || i + more >= text.size()) {
            return false;
        }
        std::uint32_t code = more == 0 ? lead : lead & (0x3Fu >> more);
        for (std::size_t k = 1; k <= more; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xC0) != 0x80) {
                return false;
            }
            code = (code << 6) | (next & 0x3F);
        }
        if ((more == 2 && code < 0x800) || (more == 3 && (code < 0x10000 || code > 0x10FFFF)) || (code >= 0xD800 && code < 0xE000)) {
            return false;
        }
        i += more + 1;
    }
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::Input input(data, size);
    std::vector<std::string> terms;
    const unsigned count = input.byte() % 5;
    for (unsigned i = 0; i < count; ++i) {
        terms.emplace_back(kTerms[input.byte() % kTerms.size()]);
    }
    const Bytes value = input.restCopy();
    const dicom::CharacterSet set(terms);
    for (const bool personName : {false, true}) {
        bool suspicious = false;
        const std::string text = set.decode(value, personName, &suspicious);
        fuzz::require(isUtf8(text), "text comes out as UTF-8");
        const auto name = dicom::PersonName::parse(text);
        fuzz::require(dicom::PersonName::parse(name.dicom()) == name, "a name survives writing and reading");
        static_cast<void>(name.display("ja"));
        static_cast<void>(name.display("en"));
    }
    return 0;
}
