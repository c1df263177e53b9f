#include "core/dicom/Inflate.h"

#include <algorithm>
#include <memory>

#include <zlib.h>

namespace akari::dicom {
namespace {

constexpr std::uint64_t kMebibyte = 1024 * 1024;

std::uint64_t outputLimit(std::uint64_t input)
{
    return std::min<std::uint64_t>(std::max<std::uint64_t>(input * 200, 64 * kMebibyte), 1024 * kMebibyte);
}

enum class Outcome { Done, EndedEarly, Broken, TooLarge };

Outcome run(Bytes& out, BytesView compressed, int windowBits)
{
    z_stream stream{};
    if (inflateInit2(&stream, windowBits) != Z_OK) {
        return Outcome::Broken;
    }
    const std::unique_ptr<z_stream, int (*)(z_stream*)> owner(&stream, inflateEnd);
    const std::uint64_t limit = outputLimit(compressed.size());
    std::uint64_t produced = 0;
    std::size_t consumed = 0;
    Bytes chunk(static_cast<std::size_t>(256 * 1024));
    for (;;) {
        if (stream.avail_in == 0 && consumed < compressed.size()) {
            const std::size_t piece = std::min<std::size_t>(compressed.size() - consumed, kMebibyte);
            stream.next_in = const_cast<Bytef*>(compressed.data() + consumed);
            stream.avail_in = static_cast<uInt>(piece);
            consumed += piece;
        }
        stream.next_out = chunk.data();
        stream.avail_out = static_cast<uInt>(chunk.size());
        const int result = inflate(&stream, Z_NO_FLUSH);
        const std::size_t got = chunk.size() - stream.avail_out;
        produced += got;
        if (produced > limit) {
            return Outcome::TooLarge;
        }
        out.insert(out.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(got));
        if (result == Z_STREAM_END) {
            return Outcome::Done;
        }
        if (result != Z_OK && result != Z_BUF_ERROR) {
            return Outcome::Broken;
        }
        if (got == 0 && stream.avail_in == 0 && consumed == compressed.size()) {
            return Outcome::EndedEarly;
        }
        if (got == 0 && result == Z_BUF_ERROR && stream.avail_in != 0) {
            return Outcome::Broken;
        }
    }
}

} // namespace

Status inflateOnto(Bytes& out, BytesView compressed, bool partial)
{
    const std::size_t start = out.size();
    Outcome outcome = run(out, compressed, -MAX_WBITS);
    if (outcome == Outcome::Broken && out.size() == start) {
        outcome = run(out, compressed, MAX_WBITS);
    }
    if (outcome == Outcome::Done || (outcome == Outcome::EndedEarly && partial)) {
        return {};
    }
    out.resize(start);
    switch (outcome) {
    case Outcome::TooLarge:
        return fail("dicom.unreadable", "The object's deflated dataset grows beyond what any object needs; it was not read.", "inflate limit");
    case Outcome::EndedEarly:
        return fail("dicom.unreadable", "The object's deflated dataset ends early; fetch the object again.", "inflate: end of stream missing");
    default:
        return fail("dicom.unreadable", "The object's deflated dataset is damaged; fetch the object again.", "inflate: bad stream");
    }
}

} // namespace akari::dicom
