// Opening real files and making small ones for the tests of decoding.
#pragma once

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/decode/Decode.h"
#include "tests/support/Catch.h"
#include "tests/support/TestData.h"

namespace akari::decode::test {

struct Opened {
    dicom::Part10 file;
    PixelDescription pixels;
    std::vector<dicom::FrameExtent> frames;
};

inline Result<Opened> openBytes(SharedBytes bytes)
{
    auto file = dicom::readPart10(std::move(bytes));
    if (!file) {
        return fail(file.error());
    }
    auto pixels = describePixels(file->dataSet);
    if (!pixels) {
        return fail(pixels.error());
    }
    auto frames = dicom::frameExtents(*file);
    if (!frames) {
        return fail(frames.error());
    }
    return Opened{*file, *pixels, *frames};
}

inline Result<Opened> open(const std::filesystem::path& path) { return openBytes(akari::test::readFile(path)); }

inline Result<DecodedFrame> decodeFrame(DecodePool& pool, const Opened& opened, std::int32_t frame = 1)
{
    if (frame < 1 || static_cast<std::size_t>(frame) > opened.frames.size()) {
        return fail("test.frame", "no such frame");
    }
    return pool.decode(opened.file, opened.pixels, opened.frames[static_cast<std::size_t>(frame - 1)], FrameNumber{frame}, BindingToken{7});
}

inline std::string reasonOf(const Error& error) { return error.code + ": " + error.message + " [" + error.detail + "]"; }

// Decodes frame 1 of a file that must decode.
inline DecodedFrame mustDecode(DecodePool& pool, const std::filesystem::path& path)
{
    INFO(path.string());
    const auto opened = open(path);
    if (!opened) {
        FAIL(reasonOf(opened.error()));
    }
    auto frame = decodeFrame(pool, *opened);
    if (!frame) {
        FAIL(reasonOf(frame.error()));
    }
    return *frame;
}

// A frame of encapsulated bytes without a file around it.
inline Opened made(const std::string& transferSyntaxUid, Bytes encoded, const PixelDescription& pixels)
{
    Opened opened;
    opened.frames.push_back({{{0, encoded.size()}}});
    opened.file.bytes = std::make_shared<const Bytes>(std::move(encoded));
    opened.file.transferSyntaxUid = transferSyntaxUid;
    opened.file.encapsulated = true;
    opened.pixels = pixels;
    return opened;
}

inline PixelDescription grey(std::uint32_t rows, std::uint32_t columns, std::uint16_t allocated, std::uint16_t stored, bool isSigned = false)
{
    PixelDescription pixels;
    pixels.rows = rows;
    pixels.columns = columns;
    pixels.bitsAllocated = allocated;
    pixels.bitsStored = stored;
    pixels.highBit = static_cast<std::uint16_t>(stored - 1);
    pixels.isSigned = isSigned;
    return pixels;
}

inline PixelDescription colour(std::uint32_t rows, std::uint32_t columns, Photometric photometric)
{
    PixelDescription pixels = grey(rows, columns, 8, 8);
    pixels.samplesPerPixel = 3;
    pixels.photometric = photometric;
    return pixels;
}

// RLE of byte planes, as literal runs.
inline Bytes rleOf(const std::vector<Bytes>& planes)
{
    Bytes out(64);
    const auto put32 = [&out](std::size_t at, std::size_t value) {
        for (std::size_t k = 0; k < 4; ++k) {
            out[at + k] = static_cast<std::uint8_t>(value >> (8 * k));
        }
    };
    put32(0, planes.size());
    for (std::size_t s = 0; s < planes.size(); ++s) {
        put32(4 + 4 * s, out.size());
        for (std::size_t at = 0; at < planes[s].size(); at += 128) {
            const std::size_t run = std::min<std::size_t>(128, planes[s].size() - at);
            out.push_back(static_cast<std::uint8_t>(run - 1));
            out.insert(out.end(), planes[s].begin() + static_cast<std::ptrdiff_t>(at), planes[s].begin() + static_cast<std::ptrdiff_t>(at + run));
        }
        if (out.size() % 2 != 0) {
            out.push_back(0);
        }
    }
    return out;
}

inline const std::string kRle = "1.2.840.10008.1.2.5";
inline const std::string kJpeg2000 = "1.2.840.10008.1.2.4.90";

// An RLE frame of one value everywhere.
inline Opened flat(std::uint8_t value, std::uint32_t side = 64)
{
    return made(kRle, rleOf({Bytes(std::size_t{side} * side, value)}), grey(side, side, 8, 8));
}

// One of the public test files, wherever it lies; its bare name where it does not.
inline std::filesystem::path realFile(const std::string& name)
{
    for (const char* folder : {"12_pydicom_core/test_files", "13_pydicom_data_selected"}) {
        const std::filesystem::path path = *akari::test::dataFolder() / folder / name;
        if (std::filesystem::exists(path)) {
            return path;
        }
    }
    return name;
}

} // namespace akari::decode::test
