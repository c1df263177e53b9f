// What must hold before anything is written: lengths of VRs (DCMTK checks none in UTF-8), the signer, images within the evidence.
#pragma once

#include "reporting/Encode.h"

namespace akari::reporting::encode {

// "encode.reader", "encode.subject", "encode.length", "encode.character", "encode.evidence", "encode.measurement", "encode.clock".
Status check(const Document& document, const Evidence& evidence, const Signature& signature);

// At most `count` characters of UTF-8, never cut within one.
std::string firstCharacters(const std::string& utf8, std::size_t count);
std::size_t countCharacters(std::string_view utf8);

// Line ends as DICOM wants them (PS3.5 6.1.3); other control characters are left out.
std::string dicomText(const std::string& text);

bool isMetric(const ReportMeasurement& measurement); // has a size in mm or mm2

} // namespace akari::reporting::encode
