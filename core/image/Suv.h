// Standardised uptake values of PET (PS3.3 C.8.9.1, C.8.9.4). Computed only when everything it needs is there and consistent; otherwise there
// is no SUV and no label that says so.
#pragma once

#include <optional>
#include <string>

#include "core/dicom/DataSet.h"
#include "core/image/Attributes.h"

namespace akari::image {

struct SuvReading {
    std::optional<Suv> suv;
    std::string refused; // why there is none; empty for images that are no PET
};
// Conditions: modality PT; Units BQML with attenuation and decay correction to START or ADMIN, a dose, a half-life, a weight and an
// injection before the scan by at most ten half-lives; or GML/CM2ML (already SUV); or CNTS with the Philips factor. An injection time without a
// date lies within the 24 hours before the scan, over midnight if need be. A time with an offset from UTC ("-0500") is compared in UTC.
SuvReading readSuv(const dicom::DataSet& dataSet);

} // namespace akari::image
