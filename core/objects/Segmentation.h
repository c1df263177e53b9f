// Segmentations (PS3.3 A.51, C.8.20): binary, fractional and labelmap, on patient planes or slide tiles, read into plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/image/Geometry.h"
#include "core/objects/References.h"

namespace akari::objects {

struct Segment {
    std::int32_t number = 0; // 1-based; 0 is what the labelmap calls background, where it describes it
    std::string label;
    std::string description;
    CodedConcept category;
    CodedConcept type;
    std::vector<CodedConcept> typeModifiers;
    std::vector<CodedConcept> anatomicRegions;
    std::string algorithmType; // AUTOMATIC, SEMIAUTOMATIC, MANUAL
    std::string algorithmName;
    std::optional<DisplayColour> colour; // of Recommended Display CIELab Value
    std::string trackingId;
    std::string trackingUid;
};

// Where a frame lies in a total pixel matrix: its first pixel, {column, row} 1-based as in PS3.3 C.8.12.14.
struct TilePosition {
    std::int32_t column = 1, row = 1;
    bool operator==(const TilePosition&) const = default;
};

struct SegmentationFrame {
    FrameNumber number;
    std::int32_t segment = 0; // 0 in a labelmap: the pixels say it
    std::optional<image::SlicePlane> plane; // LPS mm; nullopt where the object carries none, as on slides
    std::optional<TilePosition> tile;
    std::vector<ReferencedSop> sources; // of the derivation images
    std::vector<std::int32_t> dimensionIndices;
};

enum class SegmentationKind { Binary, Fractional, Labelmap };

struct Segmentation {
    SegmentationKind kind = SegmentationKind::Binary;
    std::string fractionalType;             // PROBABILITY, OCCUPANCY
    std::int32_t maximumFractionalValue = 0; // what 1 is stored as; 0 but for fractional ones
    std::uint32_t rows = 0, columns = 0;    // of each frame
    std::uint16_t bitsAllocated = 1;
    std::string label;
    std::string frameOfReferenceUid;
    std::string overlap; // Segments Overlap: YES, NO, UNDEFINED; empty where the object doesn't say
    bool tiled = false;
    std::uint32_t totalRows = 0, totalColumns = 0; // of the total pixel matrix, when tiled
    std::optional<std::int32_t> backgroundValue;   // Pixel Padding Value of a labelmap
    std::vector<Segment> segments;
    std::vector<SegmentationFrame> frames;
    std::vector<ReferencedSeries> references;
    std::vector<std::string> warnings; // "seg.segment.unknown", "seg.segment.twice", "seg.plane", "seg.frames.more"

    const Segment* segment(std::int32_t number) const;
};

// "seg.absent" for other objects; "seg.frames" when fewer frames are described than counted, or the pixels are too few for
// them; "seg.size" without rows and columns; "seg.type" for a kind that isn't known.
Result<Segmentation> readSegmentation(const dicom::Part10& file);

// The stored values of one native frame, row after row: 0 and 1, or 0 to the maximum, or segment numbers. "seg.frame" when there is no
// such frame; "seg.encapsulated" for compressed ones, whose pixels core/decode gives; "pixels.*" as frameExtents says.
Result<std::vector<std::uint16_t>> segmentationPixels(const dicom::Part10& file, const Segmentation& segmentation, FrameNumber frame);

} // namespace akari::objects
