// A dataset's attributes as JSON and as lines for a person. Text is UTF-8, decoded by the object's character sets.
#pragma once

#include "app/cli/Context.h"
#include "core/dicom/DataSet.h"

namespace akari::cli {

// [{"tag":"0010,0010","vr":"PN","keyword":"PatientName","value":[…]}, …], sequences nested as "items":[[…]]. Binary values are told by their
// length; of long lists of numbers the first are given, with "count".
Json attributesJson(const dicom::DataSet& dataSet);

// One line an attribute, indented by depth.
std::string attributesText(const dicom::DataSet& dataSet, std::size_t depth = 0);

// The tags of texts whose bytes don't fit the declared character set, with their way through sequences: "0040,a730[1].0040,a160".
std::vector<std::string> unfitTexts(const dicom::DataSet& dataSet);

} // namespace akari::cli
