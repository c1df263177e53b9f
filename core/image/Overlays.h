// Overlay planes, groups 6000-60FE (PS3.3 C.9.2), those in spare bits of the pixels included. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/image/Attributes.h"

namespace akari::image {

struct OverlayPlane {
    std::uint16_t group = 0x6000;
    std::int32_t rows = 0, columns = 0;
    std::int32_t firstRow = 0, firstColumn = 0; // where its first pixel lies on the image, 0-based; may lie outside
    bool regionOfInterest = false;              // type R instead of G
    std::string label, description;
    std::string layer;                          // of a presentation state; empty in images
    std::vector<std::uint8_t> bits;             // row after row without padding, least significant bit first

    // An image pixel; false outside the plane.
    bool at(std::int32_t column, std::int32_t row) const
    {
        const std::int32_t c = column - firstColumn;
        const std::int32_t r = row - firstRow;
        if (c < 0 || r < 0 || c >= columns || r >= rows) {
            return false;
        }
        const auto bit = static_cast<std::size_t>(r) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(c);
        return (bits[bit / 8] >> (bit % 8) & 1) != 0;
    }
    std::size_t set() const; // how many bits are set
};
using OverlayPtr = std::shared_ptr<const OverlayPlane>;

// The planes of one frame with data of their own. What is not valid is left out, with one warning a plane.
std::vector<OverlayPtr> readOverlays(const dicom::DataSet& dataSet, FrameNumber frame, std::vector<std::string>& warnings);

// True when a plane lies in bits of the pixels above or below the stored ones (retired in 2004, still found).
bool hasEmbeddedOverlays(const dicom::DataSet& dataSet);
// Those planes, out of whole containers (bits allocated 8 or 16, little-endian, rows x columns of them).
std::vector<OverlayPtr> readEmbeddedOverlays(const dicom::DataSet& dataSet, BytesView containers, std::uint32_t rows, std::uint32_t columns);

} // namespace akari::image
