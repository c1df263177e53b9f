// Text as a reader searches for it: what looks or sounds alike to them becomes equal.
#pragma once

#include <string>
#include <string_view>

namespace akari::dicom {

// UTF-8 in, UTF-8 out. Upper and lower case, full and half width (Unicode NFKC_Casefold) and katakana and hiragana become one; the
// caret of names becomes a space. Bytes that are no UTF-8 become U+FFFD. For comparing only, never for showing.
std::string searchText(std::string_view text);

} // namespace akari::dicom
