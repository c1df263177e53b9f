// Decoded twins of slow codecs: read instead of decoding, written when nothing else is to be done (DESIGN decision 7, hazard 20).
#pragma once

#include <string>

#include "core/dicom/DataSet.h"
#include "core/image/SliceTable.h"

namespace akari::load {

// Lossless or not, these decoders take longer than a twin: JPEG lossless, JPEG-LS, JPEG 2000 with HTJ2K, JPEG XL.
bool hasTwins(const dicom::Part10& file);
// What a twin is bound to beside its frame: another version of this program decodes anew, since it may decode otherwise.
const std::string& twinDecoding();

} // namespace akari::load
