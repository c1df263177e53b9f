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
// SOP class and UIDs, PatientID + issuer, accession, and for SR the whole content tree, for PDF the document bytes, for every other kind the
// whole dataset with its pixels ("delivery.altered"). Only then Archived.
// Before the first send of a study the archive's own PatientID of that study must equal the item's ("delivery.patient", failed).
// Unreachable archives leave items queued with the reason; nothing is ever dropped or re-minted.
// What a person asks for: failed items, and those whose time has not come, are tried too. One sender at a time: waits for the other one's end.
Result<DeliveryReport> deliver(records::Records& records, const std::string& reportId, StopToken stop = {});

// What is sent without being asked: never what failed. Due: only what is due by the clock (after a passing failure the next try comes in 30 s
// to 1 h, doubling, half drawn by chance; the time is kept, so that a restart changes nothing). Waiting: an archive has just answered, so now.
// Does nothing where another sender is at it.
enum class Which { Due, Waiting };
Result<DeliveryReport> deliverUnasked(records::Records& records, Which which, const Clock& clock, StopToken stop = {});

} // namespace akari::archive
