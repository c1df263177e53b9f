// The icon image that an object carries (PS3.3 C.7.6.1.1.6): a small picture for lists.
#pragma once

#include "core/decode/Decode.h"
#include "core/dicom/DataSet.h"
#include "core/image/SliceTable.h"

namespace akari::load {

// "icon.absent" when the object has none; otherwise as a frame of an image: grey with the whole stored range as its window, or RGB. Blocks.
Result<std::shared_ptr<const image::Slice>> readIcon(const dicom::Part10& file, const ObjectIdentity& identity, decode::DecodePool& pool);

} // namespace akari::load
