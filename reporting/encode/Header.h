// Everything of the two SR objects that is not their content tree.
#pragma once

#include "reporting/Encode.h"
#include "reporting/encode/Tree.h"

namespace akari::reporting::encode {

struct ObjectPlan {
    SeriesInstanceUid series;
    SopInstanceUid sop;
    int seriesNumber = 0;
    int instanceNumber = 1;
    std::string seriesDescription;
};

// Verified, complete, final; patient and study modules from the subject; the full evidence; who wrote and who verified. Part 10 bytes.
Result<Bytes> writeSigned(DSRDocument& sr, const ObjectPlan& plan, const Document& document, const Evidence& evidence,
                          const Signature& signature);

// The Encapsulated PDF object, its source the SR it shows.
Bytes writePdfObject(const ObjectPlan& plan, const Document& document, const Signature& signature, const EncodedObject& source, BytesView pdf);

// DCMTK's data dictionary is loaded; "encode.dictionary" when the installation lacks it. Thread-safe.
Status ensureDictionary();

} // namespace akari::reporting::encode
