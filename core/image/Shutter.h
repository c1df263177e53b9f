// The display shutter (PS3.3 C.7.6.11, C.7.6.15): what of an image is covered, and with which P-value.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/image/Overlays.h"

namespace akari::image {

// Pixel indices are 0-based. Several shapes: what one of them covers is covered.
struct Shutter {
    struct Rectangle {
        std::int32_t firstColumn = 0, firstRow = 0, lastColumn = 0, lastRow = 0; // both ends stay visible
        bool operator==(const Rectangle&) const = default;
    };
    struct Circle {
        double column = 0, row = 0;
        double radius = 0; // in pixels along a row
        bool operator==(const Circle&) const = default;
    };
    std::optional<Rectangle> rectangle;
    std::optional<Circle> circle;
    std::vector<PixelPoint> polygon; // closed by itself; empty: none
    OverlayPtr bitmap;               // covered where its bits are set
    std::uint16_t pValue = 0;        // of what is covered

    // `aspect`: height / width of a pixel.
    bool covers(std::int32_t column, std::int32_t row, double aspect) const;
};

// Of a dataset, functional group item or presentation state. A shape that is not valid is left out and `invalid` becomes true; null when
// nothing is left. A BITMAP shutter's overlay is looked for among `overlays`.
std::shared_ptr<const Shutter> readShutter(const dicom::DataSet& source, const std::vector<OverlayPtr>& overlays, bool& invalid);

// One bool a pixel, row after row: 1 where covered.
std::vector<std::uint8_t> shutterMask(const Shutter& shutter, std::uint32_t rows, std::uint32_t columns, double aspect);

} // namespace akari::image
