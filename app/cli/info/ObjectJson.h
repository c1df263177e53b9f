// The plain models of core/objects as JSON, one shape a kind; docs/akarictl.md lists them.
#pragma once

#include "app/cli/Context.h"
#include "core/objects/ObjectKind.h"

namespace akari::cli {

// null for kinds without a model. Fails as the model's reader does.
Result<Json> objectJson(const dicom::Part10& file);

} // namespace akari::cli
