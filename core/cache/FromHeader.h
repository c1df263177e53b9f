// What the cache keeps of an object, taken from the object's own header.
#pragma once

#include "core/cache/Cache.h"
#include "core/dicom/DataSet.h"

namespace akari::cache {

// The object that goes into the cache, from what was read and whose it is (dicom::identityOf).
IncomingObject incomingObject(const dicom::Part10& file, ObjectIdentity identity);
// Fills what is still empty from an object's header; a name with more writings replaces one with fewer (some archives lose all but
// Latin letters).
void completeFrom(const dicom::DataSet& header, StudyRecord& record);
// The same from a record that was filled from a header.
void complete(StudyRecord& record, const StudyRecord& from);

} // namespace akari::cache
