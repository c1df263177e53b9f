// The main header of an ITU-T T.800 or T.814 codestream, in a JP2 file or bare, read by our own code before any library sees it.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/Bytes.h"
#include "core/decode/worker/Codec.h"

namespace akari::decode::worker {

struct Jpeg2000Header {
    StreamShape shape;              // precision: the largest of the components
    bool sameDepth = true;          // of every component
    bool subsampled = false;        // some component has fewer samples than the picture has pixels
    bool mixedSigns = false;        // some components signed, others not
    bool signedSamples = false;     // the first component
    bool highThroughput = false;    // CAP says T.814
    bool componentTransform = false;// COD: RCT or ICT is undone by the decoder
    unsigned levels = 0;            // of wavelet decomposition: the smallest of COD and every COC
    bool packedHeaders = false;     // PPM: packet headers lie away from their packets
    std::uint64_t tiles = 0;
    bool boxed = false;             // a JP2 file around it
    std::size_t begin = 0;          // of SOC in the bytes
    std::size_t firstTile = 0;      // of the first SOT
};
// nullopt when there is no SIZ where it must be.
std::optional<Jpeg2000Header> readJpeg2000Header(BytesView bytes);
// The bare codestream again, with bytes that can't be a packet header behind the last packet of every tile: whoever still looks for
// packets there stumbles. Empty when the tiles can't be walked.
Bytes followedByNonsense(const Jpeg2000Header& header, BytesView bytes);
// Every packet that the headers announce is there. OpenJPEG and OpenJPH both take the lack of the last ones for empty ones, which is a
// blurred or grey picture. "decode.failed" otherwise. Where everyPacketIsThere() can't say so, OpenJPEG reads the codestream once more, for
// both kinds, with followedByNonsense(): a few per cent of JPEG 2000's decoding, a third of HTJ2K's.
Status checkPackets(const Jpeg2000Header& header, BytesView bytes);
// checkShape, and what else both libraries must be kept from: both take a codestream whose tiles are missing or cut off for a picture.
Status checkJpeg2000(const Jpeg2000Header& header, BytesView bytes, const PixelDescription& pixels);

} // namespace akari::decode::worker
