// Private to the room: a study's row in the cache, completed from an object's own header.
#pragma once

#include "core/archive/DicomWeb.h"
#include "core/cache/Cache.h"

namespace akari::archive {

// Fills what the list left out; a name with more writings than the list's replaces it (some archives lose all but Latin letters).
void completeFrom(const dicom::DataSet& header, cache::StudyRecord& record);

} // namespace akari::archive
