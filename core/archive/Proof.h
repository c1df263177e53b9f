// Private to the room: whether what an archive gives back is what was signed.
#pragma once

#include <optional>
#include <string>

#include "core/dicom/DataSet.h"

namespace akari::archive {

// nullopt: the same object to a reader and to a machine: identities, patient, accession and content (the tree of a structured report, the
// document of an encapsulated one, of every other kind the whole dataset). Else where the first difference is, for the developer; says no values. What an archive may coerce
// beyond that is not compared.
std::optional<std::string> differenceOf(const dicom::Part10& ours, const dicom::Part10& theirs);
// Every attribute, in sequences too, but those that an archive may coerce (listed in ProofDataSet.cpp), group lengths and private elements that
// it added; pixel data byte for byte, so that another encoding of the same picture is a difference.
std::optional<std::string> differenceOfDataSets(const dicom::Part10& ours, const dicom::Part10& theirs);

} // namespace akari::archive
