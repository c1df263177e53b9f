// Private to core/image: the parts from which readFrames() puts a frame's attributes together.
#pragma once

#include "core/image/Attributes.h"

namespace akari::image {

// Windows of this frame: per-frame over shared over root (PS3.3 C.7.6.16.2.10). Unusable ones are left out with a warning.
void readWindows(const dicom::DataSet& dataSet, FrameAttributes& frame);
// First item of the VOI LUT sequence, the modality transform with its unit, and the padding range.
void readGreyChain(const dicom::DataSet& dataSet, FrameAttributes& frame);
// Polarity, stored range, pixel aspect, shutter, SUV. What all frames of an object share is read for the
// first frame and handed on by copyAppearance().
void readAppearance(const dicom::DataSet& dataSet, FrameAttributes& frame);
void copyAppearance(const FrameAttributes& first, FrameAttributes& frame);
// Calibration class and spacing, after `plane`, `modality` and the size are known.
void readCalibration(const dicom::DataSet& dataSet, FrameAttributes& frame);
// Frame type, echo, b-value, times, kernel, contrast, stack and dimensions: per-frame over shared over root, makers' private b-values last.
void readSplitAttributes(const dicom::DataSet& dataSet, FrameAttributes& frame);

} // namespace akari::image
