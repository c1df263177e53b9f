// The grey-scale chain behind the modality values as one value: VOI (window or table), presentation table, polarity (PS3.3 C.11.2, C.11.6;
// PS3.4 N.2.1). Used alike by the native picture, by planes cut through volumes and by `pixels --stage display`.
#pragma once

#include <memory>
#include <span>

#include "core/image/Presentation.h"
#include "core/image/SliceTable.h"

namespace akari::image {

struct GreyChain {
    std::optional<Window> window;                       // of exactly one of window and table
    std::shared_ptr<const VoiTable> table;
    std::shared_ptr<const LookupTable> presentationTable; // its output is P-values; the VOI's output is stretched over its input
    bool inverse = false;

    std::uint16_t pValue(double modality) const;
    // The same numbers for many values; on all cores.
    void apply(std::span<const float> modality, std::span<std::uint16_t> pValues) const;
};

// True when small values are shown bright. Presentation LUT Shape says it where the image has one (with INVERSE the standard pairs
// MONOCHROME1, so the two are one inversion, not two), else the photometric interpretation.
bool shownInverse(const FrameAttributes& frame);

// What the reader chose: a window, a table of the image by its index, or nothing.
struct VoiChoice {
    std::optional<Window> window;
    int table = -1;
    bool invert = false;
};
// Without a presentation: the choice, else the image's first window, else its first VOI table, else a window from the data. With one the
// image's own VOI and polarity are ignored (PS3.4 N.2.1.4): a presentation without VOI shows the whole range of its modality values.
GreyChain greyChainFor(const Slice& slice, const VoiChoice& choice, const Presentation* presentation = nullptr);

// The slice with the presentation's modality transform instead of its own; the slice itself when they are the same. For drawing alone:
// measurements keep the image's own values.
std::shared_ptr<const Slice> presentedSlice(const std::shared_ptr<const Slice>& slice, const Presentation& presentation);

} // namespace akari::image
