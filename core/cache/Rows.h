// What stands inside the sealed blobs of the index.
#pragma once

#include "core/cache/Index.h"

namespace akari::cache {

Bytes encode(const StudyRecord& study);
void decode(const Bytes& fields, StudyRecord& study);
Bytes encode(const SeriesRecord& series);
void decode(const Bytes& fields, SeriesRecord& series);
Bytes encode(const IncomingObject& object, const ObjectPlace& place);
// Leaves archive, study and series of the identity as they are.
void decode(const Bytes& fields, ObjectRow& object);

} // namespace akari::cache
