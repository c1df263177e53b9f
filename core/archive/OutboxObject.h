// Any object made elsewhere (a presentation state, a segmentation, a secondary capture …) on its way into the outbox.
#pragma once

#include "core/records/Records.h"

namespace akari::archive {

constexpr std::uint64_t kLargestOutboxObject = 512ull << 20;

// Reads whose the object is and what it is. Its bytes stay as they are. `study`: what the caller expects, or empty.
// "outbox.object"  no DICOM file with a complete identity, or with one identity in its header and another inside
// "outbox.study"   of another study than expected          "outbox.size"  larger than kLargestOutboxObject
Result<records::SignedObject> outboxObject(Bytes part10, const std::string& archive, const StudyInstanceUid& study);

} // namespace akari::archive
