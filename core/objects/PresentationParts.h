// Private to core/objects: the parts from which readPresentationState() puts a state together.
#pragma once

#include "core/objects/PresentationState.h"

namespace akari::objects {

// Items of Referenced Image Sequence (0008,1140).
std::vector<ReferencedImage> readReferencedImages(const dicom::DataSet& item, const SeriesInstanceUid& series);
// Layers, annotations with their shapes and texts, overlay activation.
void readGraphics(const dicom::DataSet& dataSet, PresentationState& state);
// Displayed areas and spatial transformation.
void readPlacement(const dicom::DataSet& dataSet, PresentationState& state);

} // namespace akari::objects
