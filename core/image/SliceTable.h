// Pixels in memory (DESIGN decision 2): immutable per slice; a volume is a table of slices with true positions and a generation;
// drawing takes a snapshot (shared_ptr<const SliceTable>); a slice that is not there is absent, never half there.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/image/DisplaySet.h"
#include "core/image/Overlays.h"

namespace akari::image {

// Stored samples of one frame. Grey: one of the integer or float vectors, rows x columns. Colour: RGB interleaved 8 bit.
using Samples = std::variant<std::vector<std::uint8_t>, std::vector<std::int16_t>, std::vector<std::uint16_t>,
                             std::vector<std::int32_t>, std::vector<float>, std::vector<std::uint32_t>>;

// Through the table, or slope and intercept; not a number stays not a number.
double modalityValue(const ModalityTransform& transform, double stored);

struct Slice {
    FrameAttributes attributes;
    Samples samples;          // modality value = stored * slope + intercept, or through attributes.modalityTransform.table
    bool rgb = false;         // samples are uint8 RGB triples
    std::vector<OverlayPtr> overlays; // of this frame
    std::uint64_t bytes() const;
    double storedAt(std::uint32_t column, std::uint32_t row) const;          // grey only
    double modalityAt(std::uint32_t column, std::uint32_t row) const;        // grey only
    bool isPadding(double stored) const;
};

enum class SliceState : std::uint8_t { Absent, Present, Failed };

struct SliceEntry {
    SliceState state = SliceState::Absent;
    std::shared_ptr<const Slice> slice; // Present only
    std::string failure;                // Failed: "could not be decoded: ..."
};

// A snapshot. Shared, immutable.
struct SliceTable {
    std::shared_ptr<const DisplaySet> displaySet;
    BindingToken token;
    std::uint64_t generation = 0;
    std::vector<SliceEntry> entries;    // parallel to displaySet->frames
    std::size_t present = 0;
    std::size_t failed = 0;
    bool complete() const { return present + failed == entries.size(); }
};
using SliceTablePtr = std::shared_ptr<const SliceTable>;

// Centre of the volume and its extents in patient space; nullopt when geometry is not Volume.
struct VolumeBox {
    Vec3 center;
    Vec3 minimum, maximum; // axis-aligned in LPS, pixel edges included
};
std::optional<VolumeBox> volumeBox(const DisplaySet& displaySet);

} // namespace akari::image
