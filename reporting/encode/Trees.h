// The two content trees of a signed report.
#pragma once

#include "reporting/Encode.h"
#include "reporting/encode/Tree.h"

namespace akari::reporting::encode {

// TID 2000 Basic Diagnostic Imaging Report: the report as it was signed.
Status writeReport(DSRDocumentTree& tree, const Document& document, const records::Reader& reader);
// TID 1500 Measurement Report: every measurement in millimetres with its tracking.
Status writeMeasurements(DSRDocumentTree& tree, const Document& document, const records::Reader& reader);

// Rows that both begin with: language (TID 1204), observer and procedure (TID 1001).
void writeContext(Tree& tree, const Document& document, const records::Reader& reader);

} // namespace akari::reporting::encode
