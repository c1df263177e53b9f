// Who an object is, for who hashes many objects at once.
#pragma once

#include "core/dicom/DataSet.h"

namespace akari::dicom {

// identityOf from the SHA-256 that the caller has computed of the very bytes (file.source, else file.bytes).
Result<ObjectIdentity> identityOf(const Part10& file, const std::string& archive, BytesView sha256);

} // namespace akari::dicom
