// Private to the room: what a DataSet holds.
#pragma once

#include "core/dicom/CharacterSet.h"
#include "core/dicom/DataSet.h"

namespace akari::dicom {

struct DataSet::Content {
    SharedBytes bytes;                              // what the elements' offsets count in; null only when there are no elements
    std::vector<Element> elements;                  // ascending by tag; equal tags in the order they came
    std::shared_ptr<const CharacterSet> characters; // null: the default repertoire
    bool bigEndian = false;
};

} // namespace akari::dicom
