// Where an image's ICC profile lies (PS3.3 C.11.15). Only its bytes are handed on: they are hostile until a worker has read them.
#pragma once

#include "core/dicom/DataSet.h"

namespace akari::image {

// Of the image, else of the optical path that the frame names, else of the only optical path. Empty when there is none. A view into the file.
BytesView colourProfileOf(const dicom::DataSet& dataSet, FrameNumber frame);

} // namespace akari::image
