// What a person wants kept and what a report still needs: the cache asks here before it evicts. Pins are a person's doing and live in
// records.
#pragma once

#include <vector>

#include "core/cache/Room.h"
#include "core/records/Records.h"

namespace akari::workspace {

// Studies that a person has pinned. "records.damaged", and what records answers.
Result<std::vector<cache::StudyPlace>> pins(const records::Records& records);
Status setPinned(records::Records& records, const cache::StudyPlace& study, bool pinned);

// Pinned, with an open draft, or with an outbox item that is not proven to have arrived.
Result<std::vector<cache::ProtectedStudy>> protectedStudies(const records::Records& records);

} // namespace akari::workspace
