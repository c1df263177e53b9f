#include <exception>
#include <new>

#include "core/decode/worker/Codec.h"
#include "core/decode/worker/Jpeg2000Header.h"
#include "core/decode/worker/JpegHeader.h"

namespace akari::decode::worker {
namespace {

// Archives and modalities do mislabel among the JPEG family; the bytes name themselves, so there is nothing to guess.
CodecResult decodeByBytes(const Job& job)
{
    if (job.syntax == Syntax::ColourProfile) {
        return applyColourProfile(job);
    }
    if (job.syntax == Syntax::Rle) {
        return decodeRle(job);
    }
    if (job.syntax == Syntax::DeflatedFrame) {
        return decodeDeflated(job);
    }
    if (isJpegXl(job.input)) {
        return decodeJpegXl(job);
    }
    if (const auto header = readJpeg2000Header(job.input)) {
        // OpenJPEG reads both kinds; OpenJPH is the quicker one, but knows no components of different sampling.
        return header->highThroughput && !header->subsampled ? decodeHighThroughput2000(job) : decodeJpeg2000(job);
    }
    if (const auto header = readJpegHeader(job.input)) {
        return header->frameMarker == kJpegLsFrame ? decodeJpegLs(job) : decodeJpeg(job);
    }
    return damaged("the frame's bytes are no codestream of the JPEG family");
}

void finishColour(const Job& job, Colour colour)
{
    if (job.pixels.samplesPerPixel != 3) {
        return;
    }
    if (colour == Colour::AsDeclared) {
        const bool ybr = job.pixels.photometric == Photometric::YbrFull || job.pixels.photometric == Photometric::YbrFull422;
        colour = ybr ? Colour::Ybr : Colour::Rgb;
    }
    if (colour == Colour::Ybr) {
        ybrToRgb(job.output, containerBytes(job.pixels), job.pixels.bitsStored);
    }
}

} // namespace

Status checkShape(const StreamShape& shape, const PixelDescription& pixels)
{
    if (shape.rows != pixels.rows || shape.columns != pixels.columns) {
        return damaged("the codestream is " + std::to_string(shape.columns) + " x " + std::to_string(shape.rows) + ", declared are "
            + std::to_string(pixels.columns) + " x " + std::to_string(pixels.rows));
    }
    if (shape.components != pixels.samplesPerPixel) {
        return damaged("the codestream has " + std::to_string(shape.components) + " components, declared are "
            + std::to_string(pixels.samplesPerPixel));
    }
    if (shape.precision == 0 || shape.precision > 8 * containerBytes(pixels)) {
        return damaged("the codestream has " + std::to_string(shape.precision) + " bits a sample, allocated are "
            + std::to_string(pixels.bitsAllocated));
    }
    return {};
}

BitField streamField(unsigned precision, const PixelDescription& pixels)
{
    if (precision <= pixels.bitsStored) {
        return {0, precision, pixels.isSigned};
    }
    // A codestream of whole containers holds them bit for bit, High Bit and all.
    const bool whole = precision == pixels.bitsAllocated;
    return {whole ? storedField(pixels).lowBit : 0U, pixels.bitsStored, pixels.isSigned};
}

Status decodeJob(const Job& job)
{
    try {
        const auto decoded = decodeByBytes(job);
        if (!decoded) {
            return fail(decoded.error());
        }
        fitSamples(job.output, containerBytes(job.pixels), decoded->field);
        finishColour(job, decoded->colour);
        return {};
    } catch (const std::bad_alloc&) {
        return damaged("decoding needs more memory than a frame of this size may take");
    } catch (const std::exception& error) {
        return damaged(error.what());
    } catch (...) {
        // OpenJPH throws plain text.
        return damaged("the decoder gave up");
    }
}

} // namespace akari::decode::worker
