// From a file's bytes to a slice: decoding, overlays in spare bits, palette, colour profile.
#include "core/decode/Samples.h"
#include "core/image/ColourProfile.h"
#include "core/load/StudySeries.h"
#include "core/load/Twins.h"

namespace akari::load {

namespace {

// The containers as they are, spare bits included.
decode::PixelDescription wholeContainersOf(decode::PixelDescription pixels)
{
    pixels.bitsStored = pixels.bitsAllocated;
    pixels.highBit = static_cast<std::uint16_t>(pixels.bitsAllocated - 1);
    pixels.isSigned = false;
    return pixels;
}

bool hasSpareBits(const decode::PixelDescription& pixels)
{
    return pixels.samplesPerPixel == 1 && (pixels.bitsAllocated == 8 || pixels.bitsAllocated == 16) && pixels.bitsStored < pixels.bitsAllocated;
}

// Takes the overlay planes out of whole containers and leaves the samples that lie beside them.
std::vector<image::OverlayPtr> takeEmbedded(decode::DecodedFrame& frame, const decode::PixelDescription& pixels, const dicom::DataSet& dataSet)
{
    auto planes = image::readEmbeddedOverlays(dataSet, frame.samples, pixels.rows, pixels.columns);
    decode::fitSamples(frame.samples, decode::containerBytes(pixels), decode::storedField(pixels));
    frame.pixels = decode::decodedDescription(pixels);
    return planes;
}

} // namespace

Result<decode::DecodedFrame> StudyStore::decodePixels(const dicom::Part10& file, FrameNumber frame, bool wholeContainers)
{
    const auto pixels = decode::describePixels(file.dataSet);
    if (!pixels) {
        return fail(pixels.error());
    }
    const auto extents = dicom::frameExtents(file);
    if (!extents) {
        return fail(extents.error());
    }
    const auto number = static_cast<std::size_t>(frame.value);
    if (number < 1 || number > extents->size()) {
        return fail("load.frame", "The file holds fewer frames than its header says.");
    }
    auto decoded = m_services.pool.decode(file, wholeContainers ? wholeContainersOf(*pixels) : *pixels, (*extents)[number - 1], frame, m_token, m_closing.token());
    if (decoded && decoded->token != m_token) {
        return fail("decode.mismatch", "A decoder answered for another study; its frame was dropped.");
    }
    return decoded;
}

Result<StudyStore::Loaded> StudyStore::decodeFrame(const dicom::Part10& file, const image::FrameAttributes& attributes, bool lookForTwin)
{
    const auto pixels = decode::describePixels(file.dataSet);
    // Decoders of compressed frames give back the stream's own bits; only native frames and RLE keep the spare ones where they were.
    const bool spareBitsKept = !file.encapsulated || file.transferSyntaxUid == "1.2.840.10008.1.2.5";
    const bool embedded = pixels && spareBitsKept && hasSpareBits(*pixels) && image::hasEmbeddedOverlays(file.dataSet);
    const bool slow = pixels && hasTwins(file);
    auto twin = slow && lookForTwin ? fromTwin(attributes.identity, attributes.frame, *pixels) : std::nullopt;
    Loaded loaded;
    if (slow && !twin) {
        loaded.twinWanted = decode::decodedDescription(*pixels);
    }
    auto decoded = twin ? Result<decode::DecodedFrame>(std::move(*twin)) : decodePixels(file, attributes.frame, embedded);
    if (!decoded) {
        return fail(decoded.error());
    }
    std::vector<image::OverlayPtr> planes;
    if (embedded) {
        planes = takeEmbedded(*decoded, *pixels, file.dataSet);
    }
    auto made = makeSlice(attributes, std::move(*decoded), file);
    if (!made) {
        return fail(made.error());
    }
    image::Slice& slice = **made;
    slice.overlays.insert(slice.overlays.end(), planes.begin(), planes.end());
    const BytesView profile = slice.rgb ? image::colourProfileOf(file.dataSet, attributes.frame) : BytesView{};
    loaded.exact = profile.empty() && (!slice.rgb || (pixels->samplesPerPixel == 3 && pixels->bitsAllocated == 8));
    if (!profile.empty()) {
        auto converted = m_services.pool.toSrgb(std::get<std::vector<std::uint8_t>>(slice.samples), profile, attributes.frame, m_token);
        if (converted) {
            slice.samples = std::move(*converted);
        } else {
            slice.attributes.warnings.emplace_back("The colour profile of this image can't be used; its colours are shown as stored.");
        }
    }
    loaded.slice = std::move(*made);
    return loaded;
}

Result<decode::DecodedFrame> StudyStore::stored(const std::string& id, FrameIndex index)
{
    const auto set = displaySet(id);
    if (!set || index.value < 0 || static_cast<std::size_t>(index.value) >= set->frames.size()) {
        return fail("load.index", "There is no such slice in this series.", "index " + std::to_string(index.value));
    }
    const image::FrameAttributes& frame = set->frames[static_cast<std::size_t>(index.value)];
    const auto file = fileOf(frame.identity);
    return file ? decodePixels(**file, frame.frame, false) : Result<decode::DecodedFrame>(fail(file.error()));
}

} // namespace akari::load
