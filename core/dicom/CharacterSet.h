#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/Bytes.h"

namespace akari::dicom {

// Decodes DICOM text to UTF-8 by the terms of Specific Character Set (PS3.3 C.12.1.1.2): single-byte sets, ISO 2022 with escapes
// (IR 87, 159, 13, 149, 58 and the ISO 8859 family), ISO_IR 192, GB18030, GBK. Missing escapes are tolerated where the
// declared extensions leave one meaning; other wrong or missing declarations give UTF-8 where the bytes are valid UTF-8, else ISO 8859-1.
// `suspicious` says so each time. Thread-safe.
class CharacterSet {
public:
    CharacterSet() = default;
    explicit CharacterSet(std::vector<std::string> terms);

    // delimiters: the characters at which ISO 2022 resets to the first set ("\\" and control characters always; "^=" for PN).
    std::string decode(BytesView value, bool personName = false, bool* suspicious = nullptr) const;
    bool known() const { return m_known; }

private:
    std::vector<std::string> m_terms;
    bool m_known = true;
    bool m_plainIsAscii = true; // false where 7-bit bytes may mean something else (JIS X 0201)
};

} // namespace akari::dicom
