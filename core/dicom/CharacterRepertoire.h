// Private to the room: the defined terms of Specific Character Set and the escape sequences that call them up (PS3.3 C.12.1.1.2).
#pragma once

#include <optional>
#include <string_view>

#include "core/base/Bytes.h"

namespace akari::dicom {

// A coded character set that can be designated to G0 or G1.
struct CodeElement {
    const char* converter = nullptr; // the name that the conversion library knows; null for ASCII
    unsigned bytesPerCharacter = 1;
    bool inG1 = false;               // bytes 80-FF; else 21-7E
    std::uint8_t prefix = 0;         // put before each character for the converter, 0 for none (JIS X 0212 in EUC-JP)
    bool operator==(const CodeElement&) const = default;
};

enum class Family { Unknown, Default, CodeExtensions, Whole };

struct Repertoire {
    Family family = Family::Unknown;
    const char* converter = nullptr;  // Whole: UTF-8, GB18030, GBK
    std::optional<CodeElement> g0;    // what a first term sets up without any escape
    std::optional<CodeElement> g1;
};

// Tolerates the usual misspellings: other separators, lower case, "ISO_IR 87" for "ISO 2022 IR 87".
Repertoire repertoireOf(std::string_view term);

struct Escape {
    CodeElement element;
    std::size_t length = 0; // of the sequence, ESC included
};
std::optional<Escape> escapeAt(BytesView text); // text starts with ESC

} // namespace akari::dicom
