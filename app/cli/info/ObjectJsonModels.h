// Private to info/: the JSON of the models that describe pixels, doses and time. Each fails as its reader does.
#pragma once

#include "app/cli/Context.h"
#include "core/dicom/DataSet.h"

namespace akari::cli {

Result<Json> segmentationJson(const dicom::Part10& file);
Result<Json> parametricMapJson(const dicom::Part10& file);
Result<Json> realWorldValueJson(const dicom::Part10& file);
Result<Json> structureSetJson(const dicom::Part10& file);
Result<Json> rtDoseJson(const dicom::Part10& file);
Result<Json> rtPlanJson(const dicom::Part10& file);
Result<Json> waveformJson(const dicom::Part10& file);
Result<Json> hangingProtocolJson(const dicom::Part10& file);

} // namespace akari::cli
