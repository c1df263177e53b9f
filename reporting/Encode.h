// Documents into DICOM objects: TID 2000 Comprehensive SR, TID 1500 Comprehensive SR, Encapsulated PDF. Strict: what comes out passes the
// judges (dciodvfy, dsrdump, DicomSRValidator). DCMTK's dcmsr stays inside reporting/encode/.
#pragma once

#include "core/base/Clock.h"
#include "core/records/Records.h"
#include "reporting/Document.h"

namespace akari::reporting {

// One instance of the study the report answers, from the cache index (REPORTING.md 2.5: the full set is listed as evidence).
struct EvidenceItem {
    StudyInstanceUid study;
    SeriesInstanceUid series;
    std::string sopClassUid;
    SopInstanceUid sop;
};
struct Evidence {
    std::vector<EvidenceItem> current;
    std::vector<EvidenceItem> pertinent; // cited priors
};

struct Signature {
    records::Reader reader;
    const Clock* clock = nullptr;
    std::vector<EvidenceItem> predecessors; // earlier signed versions' SRs, with purpose Addended
};

struct EncodedObject {
    std::string kind;        // "SR" | "TID1500" | "PDF"
    std::string sopClassUid;
    SeriesInstanceUid series;
    SopInstanceUid sop;
    Bytes part10;
};

// All objects of one signed report: SR always; TID1500 when there is a measurement with a unit of mm; PDF from `pdf` bytes, with the SR as
// its source. "encode.*" when the document can't be a valid object (too long a field, no reader, a cited image not in the evidence).
Result<std::vector<EncodedObject>> encodeSigned(const Document& document, const Evidence& evidence, const Signature& signature, BytesView pdf);

} // namespace akari::reporting
