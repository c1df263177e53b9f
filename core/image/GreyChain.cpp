#include "core/image/GreyChain.h"

#include <algorithm>
#include <cmath>

#include "core/base/JobQueue.h"
#include "core/image/Grey.h"
#include "core/image/LookupTables.h"

namespace akari::image {

namespace {


// Through the presentation table: its entries stand for equal steps of the VOI's output.
std::uint16_t through(const LookupTable& table, std::uint16_t voi)
{
    const double last = static_cast<double>(table.entries.size() - 1);
    const auto index = static_cast<std::size_t>(std::floor(voi / kWhite * last + 0.5));
    return static_cast<std::uint16_t>(std::floor(table.entries[index] * kWhite / mostOf(table) + 0.5));
}

// The range that the stored values can take, as modality values.
std::pair<double, double> modalityRange(const FrameAttributes& frame, const ModalityTransform& transform)
{
    if (transform.table && !transform.table->entries.empty()) {
        return {0.0, mostOf(*transform.table)};
    }
    const double a = frame.storedLowest * transform.slope + transform.intercept;
    const double b = frame.storedHighest * transform.slope + transform.intercept;
    return {std::min(a, b), std::max(a, b)};
}

void choosePresentation(GreyChain& chain, const Slice& slice, const Presentation& presentation, bool reader)
{
    chain.inverse = presentation.inverse;
    chain.presentationTable = presentation.presentationTable;
    if (reader) {
        return; // the reader drags on from where the presentation began
    }
    chain.window.reset();
    chain.table.reset();
    if (presentation.window) {
        chain.window = presentation.window;
    } else if (presentation.voiTable) {
        chain.table = presentation.voiTable;
    } else {
        const auto [low, high] = modalityRange(slice.attributes, presentation.modality);
        chain.window = high > low ? Window{(low + high) / 2, high - low, VoiFunction::LinearExact, {}} : initialWindow(slice);
    }
}

} // namespace

std::uint16_t GreyChain::pValue(double modality) const
{
    std::uint16_t value = table ? applyVoiTable(modality, table->table, false)
                                : applyWindow(modality, window.value_or(Window{32767.5, kWhite, VoiFunction::LinearExact, {}}), false);
    if (presentationTable && !presentationTable->entries.empty()) {
        value = through(*presentationTable, value);
    }
    return inverse ? static_cast<std::uint16_t>(65535 - value) : value;
}

void GreyChain::apply(std::span<const float> modality, std::span<std::uint16_t> pValues) const
{
    if (window && !table && !presentationTable) {
        applyWindow(modality, *window, inverse, pValues);
        return;
    }
    parallelFor(static_cast<int>(std::min(modality.size(), pValues.size())), 65536, [&](int begin, int end) {
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
            pValues[i] = pValue(static_cast<double>(modality[i]));
        }
    });
}

bool shownInverse(const FrameAttributes& frame) { return frame.shapeInverse.value_or(frame.monochrome1); }

GreyChain greyChainFor(const Slice& slice, const VoiChoice& choice, const Presentation* presentation)
{
    const FrameAttributes& frame = slice.attributes;
    GreyChain chain;
    chain.inverse = shownInverse(frame);
    const bool named = choice.table >= 0 && static_cast<std::size_t>(choice.table) < frame.voiTables.size();
    if (choice.window) {
        chain.window = choice.window;
    } else if (named) {
        chain.table = frame.voiTables[static_cast<std::size_t>(choice.table)];
    } else if (frame.windows.empty() && !frame.voiTables.empty()) {
        chain.table = frame.voiTables.front();
    } else if (!presentation) {
        chain.window = initialWindow(slice);
    }
    if (presentation) {
        choosePresentation(chain, slice, *presentation, choice.window || named);
    }
    chain.inverse = chain.inverse != choice.invert;
    return chain;
}

std::shared_ptr<const Slice> presentedSlice(const std::shared_ptr<const Slice>& slice, const Presentation& presentation)
{
    const ModalityTransform& own = slice->attributes.modalityTransform;
    const ModalityTransform& other = presentation.modality;
    if (slice->rgb || (!own.table && !other.table && own.slope == other.slope && own.intercept == other.intercept)) {
        return slice;
    }
    auto presented = std::make_shared<Slice>(*slice);
    presented->attributes.modalityTransform = other;
    return presented;
}

} // namespace akari::image
