// Private to the room: whether what an archive gives back is what was signed.
#pragma once

#include <optional>
#include <string>

#include "core/dicom/DataSet.h"

namespace akari::archive {

// nullopt: the same object to a reader and to a machine: identities, patient, accession and content (the tree of a structured report, the
// document of an encapsulated one). Else where the first difference is, for the developer; says no values. What an archive may coerce
// beyond that is not compared.
std::optional<std::string> differenceOf(const dicom::Part10& ours, const dicom::Part10& theirs);

} // namespace akari::archive
