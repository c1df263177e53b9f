// Private to core/image: where a frame's values lie in an enhanced multi-frame object (PS3.3 C.7.6.16).
#pragma once

#include "core/dicom/DataSet.h"
#include "core/dicom/Tags.h"

namespace akari::image {

// The first item of a functional group's sequence: the frame's own, else the shared one, else null.
const dicom::DataSet* functionalGroup(const dicom::DataSet& dataSet, FrameNumber frame, dicom::Tag sequence);

// A number of a functional group; of the dataset's root where the object has no such group.
std::optional<double> groupNumber(const dicom::DataSet& dataSet, FrameNumber frame, dicom::Tag sequence, dicom::Tag tag);

} // namespace akari::image
