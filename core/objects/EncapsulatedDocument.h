// A document carried in an object (PS3.3 A.45): PDF, CDA, STL.
#pragma once

#include <string>

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/dicom/DataSet.h"

namespace akari::objects {

struct EncapsulatedDocument {
    Bytes bytes;          // without the padding byte
    std::string mimeType; // as declared, lower case
    std::string title;    // UTF-8; from Document Title or the concept name
};

// "document.absent" when the object carries none.
Result<EncapsulatedDocument> readEncapsulatedDocument(const dicom::Part10& file);
// The same from Part 10 bytes; also "dicom.unreadable".
Result<EncapsulatedDocument> readEncapsulatedDocument(const Bytes& part10);

} // namespace akari::objects
