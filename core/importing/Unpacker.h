// Private to the room: the members of a zip or tar archive, held against the limits and pushed one by one. Their names are shown and compared
// with a DICOMDIR's, never used as paths.
#pragma once

#include "core/importing/Pipeline.h"

namespace akari::importing {

// What is wrong with a member or the archive is rejected in the collector; the rest goes on where it can.
void unpackInto(Pipeline& pipeline, const Candidate& archive, const UnpackLimits& limits, Collector& collector);

} // namespace akari::importing
