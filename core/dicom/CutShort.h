// Whether an object is what is left of a longer one.
#pragma once

#include <algorithm>

#include "core/dicom/DataSet.h"

namespace akari::dicom {

// Its pixel data ends early: what is left can be shown, but must neither be kept nor sent as the whole.
inline bool isCutShort(const Part10& file)
{
    return std::any_of(file.warnings.begin(), file.warnings.end(), [](const ReadWarning& one) { return one.code == "pixels.truncated"; });
}

} // namespace akari::dicom
