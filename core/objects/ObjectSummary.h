// One line that says what an object beside images holds, for lists: "3 segments: liver, tumour, vessel". English; titles and labels come from
// the object itself and may hold what its writer put there, so the line is for the reader's screen, never for a log.
#pragma once

#include <string>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/objects/ObjectKind.h"

namespace akari::objects {

struct ObjectSummary {
    ObjectClass objectClass;
    std::string title; // the object's own title or label, else its series', else the class's name without "Storage", else its UID
    std::string line;  // empty for kinds without a model here
};

// Fails as the model's reader does.
Result<ObjectSummary> summaryOf(const dicom::Part10& file);
// The title alone: never fails, reads no model.
std::string titleOf(const dicom::Part10& file);

} // namespace akari::objects
