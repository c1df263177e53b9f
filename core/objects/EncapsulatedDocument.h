// A document carried in an object (PS3.3 A.45): PDF, CDA, STL.
#pragma once

#include <string>
#include <vector>

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/objects/References.h"

namespace akari::objects {

struct EncapsulatedDocument {
    Bytes bytes;          // without the padding byte
    std::string mimeType; // as declared, lower case
    std::string title;    // UTF-8; from Document Title or the concept name
    CodedConcept documentConcept; // what kind of document it is
    std::vector<std::string> mimeTypes;  // of what it holds in turn (CDA): List of MIME Types
    std::string burnedInAnnotation;      // YES, NO: whether pages show who the patient is; empty where the object doesn't say
    std::string hl7InstanceIdentifier;   // of a CDA
    std::vector<ReferencedSop> sources;  // Source Instance Sequence: what it was made from
};

// "document.absent" when the object carries none.
Result<EncapsulatedDocument> readEncapsulatedDocument(const dicom::Part10& file);
// The same from Part 10 bytes; also "dicom.unreadable".
Result<EncapsulatedDocument> readEncapsulatedDocument(const Bytes& part10);

} // namespace akari::objects
