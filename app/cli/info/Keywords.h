// Keywords of PS3.6 for people. Taken at build time from the data dictionary of the installed DICOM toolkit; without one every keyword is
// empty and tags stand as numbers.
#pragma once

#include <string_view>

#include "core/dicom/Tag.h"

namespace akari::cli {

std::string_view keywordOf(dicom::Tag tag); // "PatientName"; empty when not known

} // namespace akari::cli
