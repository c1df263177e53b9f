// Whole-slide microscopy (PS3.3 A.32.8, C.8.12.4, C.8.12.14, C.7.6.17.3): where each tile lies, and which images are one pyramid.
// Positions in the total pixel matrix are {column, row}, 1-based, of a tile's first pixel.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/image/Geometry.h"
#include "core/objects/References.h"
#include "core/objects/Segmentation.h"

namespace akari::objects {

struct OpticalPath {
    std::string identifier;
    std::string description;
    CodedConcept illumination;
    CodedConcept colour;
    std::optional<double> objectivePower;
    bool hasIccProfile = false;
};

struct SlideTile {
    TilePosition position;
    std::string opticalPath;  // its identifier
    std::int32_t focalPlane = 1; // 1-based
    std::optional<double> z;  // µm from the slide's surface
};

struct WholeSlideImage {
    std::vector<std::string> imageType;        // VOLUME, LABEL, OVERVIEW, THUMBNAIL is the third value
    std::uint32_t totalColumns = 0, totalRows = 0;
    std::uint32_t tileColumns = 0, tileRows = 0;
    std::int32_t frames = 0;
    std::int32_t focalPlanes = 1;
    bool sparse = false;                       // positions are written per frame; else TILED_FULL
    image::PixelSpacing spacing;               // mm; zero where the image doesn't say
    double width = 0, height = 0;              // mm on the slide (Imaged Volume); zero where the image doesn't say
    std::optional<image::Vec3> origin;         // mm, slide coordinates, of the total matrix's first pixel (z unset: 0)
    std::optional<image::Vec3> rowDirection, columnDirection; // Image Orientation (Slide)
    std::string frameOfReferenceUid;
    std::string pyramidUid;
    std::string containerId;
    std::vector<OpticalPath> opticalPaths;
    std::vector<SlideTile> sparseTiles;        // one a frame, when sparse

    // 1-based; nullopt when there is no such frame, or none is known to lie anywhere.
    std::optional<SlideTile> tile(FrameNumber frame) const;
    // The frame that holds a pixel of the total matrix ({column, row}, 1-based) in a focal plane and optical path; nullopt where nothing was scanned.
    std::optional<FrameNumber> frameAt(TilePosition pixel, std::int32_t focalPlane = 1, std::string_view opticalPath = {}) const;
};

// "slide.absent" for other objects; "slide.tiles" when the tiles are more than the matrix has room for, have no size, or are placed
// beyond it; "slide.frames" when there are fewer bytes than frames.
Result<WholeSlideImage> readWholeSlide(const dicom::Part10& file);

struct PyramidLevel {
    std::size_t image = 0;   // index into what was given
    double downsampling = 1; // of the finest level's columns
};
// The VOLUME images of one pyramid, finest first: those of the same Pyramid UID, or of the same frame of reference where it is not written.
// The finest of all images given decides which pyramid.
std::vector<PyramidLevel> pyramidLevels(std::span<const WholeSlideImage> images);

} // namespace akari::objects
