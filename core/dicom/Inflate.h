// Private to the room: deflated transfer syntaxes (PS3.5 A.5).
#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari::dicom {

// Appends what `compressed` inflates to. Raw deflate, or a zlib stream as some writers make. Never more than 200 bytes for each byte of
// input or 64 MiB, whichever is more, and never over 1 GiB: "dicom.unreadable" beyond that and for broken streams.
// partial: a stream that ends early is no error.
Status inflateOnto(Bytes& out, BytesView compressed, bool partial);

} // namespace akari::dicom
