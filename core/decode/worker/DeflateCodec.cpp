// Deflated Image Frame Compression (PS3.5 A.4.14): one raw deflate stream a frame; what comes out is a native frame.
#include <zlib.h>

#include <cstring>

#include "core/decode/NativeFrame.h"
#include "core/decode/worker/Codec.h"

namespace akari::decode::worker {

CodecResult decodeDeflated(const Job& job)
{
    Bytes native(nativeFrameBytes(job.pixels));
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
        return damaged("the inflater did not start");
    }
    stream.next_in = const_cast<Bytef*>(job.input.data());
    stream.avail_in = static_cast<uInt>(job.input.size());
    stream.next_out = native.data();
    stream.avail_out = static_cast<uInt>(native.size());
    const int ended = inflate(&stream, Z_FINISH);
    const bool full = stream.avail_out == 0;
    inflateEnd(&stream);
    if (!full || (ended != Z_STREAM_END && ended != Z_BUF_ERROR && ended != Z_OK)) {
        return damaged("the deflated frame is damaged or too short");
    }
    const auto samples = unpackNative(native, job.pixels, {});
    if (!samples) {
        return fail(samples.error());
    }
    std::memcpy(job.output.data(), samples->data(), samples->size());
    // unpackNative has fitted the samples and made RGB of them.
    return Decoded{{0, 8 * containerBytes(job.pixels), false}, Colour::Rgb};
}

} // namespace akari::decode::worker
