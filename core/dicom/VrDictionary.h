// What is known of value representations: PS3.6 for implicit VR, and the properties PS3.5 6.2 and 7.1.2 give each.
#pragma once

#include "core/dicom/Tag.h"

namespace akari::dicom {

inline constexpr Vr kUnknownVr{'U', 'N'};
inline constexpr Vr kSequenceVr{'S', 'Q'};

// The VR of a standard tag; US or SS by `pixelsAreSigned` where the standard leaves both. UN for what is not known; private creators
// are LO, group lengths UL.
Vr dictionaryVr(Tag tag, bool pixelsAreSigned);

bool isKnownVr(Vr vr);
bool hasLongForm(Vr vr);      // explicit: two reserved bytes, 32-bit length
bool isText(Vr vr);           // the value is characters
bool isWholeText(Vr vr);      // no backslash splitting: LT ST UT UR
bool usesCharacterSet(Vr vr); // PS3.5 6.1.2.2: LO LT PN SH ST UC UT
unsigned wordSize(Vr vr);     // bytes of one binary number: 1, 2, 4 or 8; 0 for text

} // namespace akari::dicom
