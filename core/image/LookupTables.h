// Lookup tables and windows as datasets carry them (PS3.3 C.11.1, C.11.2, C.11.6). Pure functions, any thread. What is not valid is left
// out, never guessed: the caller puts one warning.
#pragma once

#include <optional>
#include <vector>

#include "core/dicom/DataSet.h"
#include "core/image/Attributes.h"

namespace akari::image {

// One LUT item: descriptor {entries, first mapped, bits} and data of 8 (packed) or 16 bits. `signedInput`: what goes into the table can be
// negative, so that a first mapped value written as US is read as SS. Entries above the declared bits are clamped. nullopt: not valid.
std::optional<LookupTable> readLookupTable(const dicom::DataSet& item, bool signedInput);

// Window centres, widths, function and explanations of one dataset or item. `invalid` becomes true when one was left out.
std::vector<Window> readWindowList(const dicom::DataSet& source, bool& invalid);

// Items of a VOI LUT sequence, in order.
std::vector<std::shared_ptr<const VoiTable>> readVoiTables(const dicom::DataSet& source, bool signedInput, bool& invalid);

// The value at the nearest whole input; inputs before the first and behind the last mapped value take the first and the last entry.
std::uint16_t entryAt(const LookupTable& table, double input);
// Largest value of the table's declared bits.
double mostOf(const LookupTable& table);

} // namespace akari::image
