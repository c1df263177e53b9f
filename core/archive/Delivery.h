// Sends the outbox and proves each arrival by reading it back (REPORTING.md §2.6).
#pragma once

#include "core/archive/DicomWeb.h"

namespace akari::archive {

struct DeliveryReport {
    std::size_t tried = 0;
    std::size_t archived = 0;
    std::vector<records::OutboxItem> items; // as they are now
};

// For every queued, sent or failed item (of one report, or all when empty): STOW one object a POST; then retrieve it and compare:
// SOP class and UIDs, PatientID + issuer, accession, and for SR the whole content tree, for PDF the document bytes. Only then Archived.
// Before the first send of a study the archive's own PatientID of that study must equal the item's ("delivery.patient", failed).
// Unreachable archives leave items queued with the reason; nothing is ever dropped or re-minted.
// `known` holds who is signed in where; without it archives that want a sign-in are not reached.
Result<DeliveryReport> deliver(records::Records& records, const std::string& reportId, StopToken stop = {}, KnownArchives* known = nullptr);

} // namespace akari::archive
