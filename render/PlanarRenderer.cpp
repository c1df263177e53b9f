#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <new>

#include "core/base/JobQueue.h"
#include "core/image/Grey.h"
#include "render/PlanarMarks.h"
#include "render/PlanarOverlay.h"
#include "render/PlanarScene.h"

namespace akari::render {

using image::Coverage;

namespace {

constexpr int kLargestSide = 16'384;

std::string formatted(const char* format, double value)
{
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

image::VoiChoice choiceOf(const view::ViewportState& state) { return {state.window, state.voiTable, state.invert}; }

// A presentation made for another frame has no say here.
const image::Presentation* presentationFor(const PlanarScene& scene, const image::FrameAttributes& frame)
{
    const bool fits = scene.presentation && scene.presentation->object == frame.identity.sop && scene.presentation->frame == frame.frame;
    return fits ? scene.presentation.get() : nullptr;
}

// Beside the image is black, inverted or not.
void blacken(Picture& picture)
{
    for (std::size_t i = 0; i < picture.grey.size(); ++i) {
        if (picture.coverage[i] != static_cast<std::uint8_t>(Coverage::Present)) {
            picture.grey[i] = 0;
        }
    }
}

struct DeviceBox {
    int x, y, width, height;
};

// Where the image lies on the screen.
DeviceBox imageBox(const view::NativeMapping& mapping, const image::FrameAttributes& frame, int width, int height)
{
    const auto [x1, y1] = mapping.toDevice({-0.5, -0.5});
    const auto [x2, y2] = mapping.toDevice({frame.columns - 0.5, frame.rows - 0.5});
    const auto clampTo = [](double v, int most) { return static_cast<int>(std::clamp(v, 0.0, static_cast<double>(most))); };
    const int left = clampTo(std::ceil(std::min(x1, x2)), width);
    const int top = clampTo(std::ceil(std::min(y1, y2)), height);
    return {left, top, clampTo(std::floor(std::max(x1, x2)) + 1, width) - left, clampTo(std::floor(std::max(y1, y2)) + 1, height) - top};
}

void hatch(Picture& picture, const DeviceBox& box, Coverage coverage, const std::string& reason)
{
    const std::size_t pixels = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height);
    picture.grey.assign(pixels, 0);
    picture.coverage.assign(pixels, static_cast<std::uint8_t>(Coverage::Outside));
    for (int y = box.y; y < box.y + box.height; ++y) {
        std::fill_n(picture.coverage.begin() + static_cast<std::ptrdiff_t>(y) * picture.width + box.x, box.width, static_cast<std::uint8_t>(coverage));
    }
    picture.provenance.touchedAbsent = true;
    picture.overlay.emplace_back(HatchArea{box.x, box.y, box.width, box.height, reason});
}

void judgeNative(const PlanarScene& scene, const image::FrameAttributes& frame, const view::NativeMapping& mapping, Provenance& provenance)
{
    const image::PixelPlane& p = mapping.plane;
    const double sourcePerDevice = std::max(std::hypot(p.stepX.column, p.stepX.row), std::hypot(p.stepY.column, p.stepY.row));
    addWords(provenance.quality, lossyWords(frame, scene.wording));
    addWords(provenance.quality, frame.provisional ? scene.wording.provisional : std::string());
    if (sourcePerDevice > 1.0 + 1e-6) {
        provenance.reduced = true;
        addWords(provenance.quality, worded(scene.wording.reduced, formatted("%.0f", 100.0 / sourcePerDevice)));
    }
    addWords(provenance.quality, scaleWords(frame.calibration, scene.wording));
    addWords(provenance.quality, spacingWords(*scene.table->displaySet, scene.wording));
    if (!scene.alone && !scene.table->complete()) {
        addWords(provenance.quality, std::to_string(scene.table->present) + "/" + std::to_string(scene.table->entries.size()));
    }
}

// Patient directions of the screen's axes through the image's own plane.
ScreenFrame screenFrame(const image::FrameAttributes& frame, const view::NativeMapping& mapping)
{
    ScreenFrame screen;
    screen.devicePixelsPerMm = mapping.devicePixelsPerMm;
    if (frame.plane) {
        const auto direction = [&](const image::PixelPoint& step) {
            return image::normalized(frame.plane->rowDirection * (step.column * frame.plane->spacing.betweenColumns) +
                                     frame.plane->columnDirection * (step.row * frame.plane->spacing.betweenRows));
        };
        screen.right = direction(mapping.plane.stepX);
        screen.down = direction(mapping.plane.stepY);
    }
    return screen;
}

void drawColour(const PlanarScene& scene, const image::Slice& slice, const view::NativeMapping& mapping, Picture& picture)
{
    auto drawn = image::resampleColor(slice, mapping.plane, scene.state.interpolation);
    picture.rgb = std::move(drawn.rgb);
    picture.coverage = std::move(drawn.coverage);
    if (scene.state.invert) {
        for (std::size_t i = 0; i < picture.rgb.size(); ++i) {
            const bool inside = picture.coverage[i / 3] == static_cast<std::uint8_t>(Coverage::Present);
            picture.rgb[i] = inside ? static_cast<std::uint8_t>(255 - picture.rgb[i]) : std::uint8_t{0};
        }
    }
}

void drawSlice(const PlanarScene& scene, const std::shared_ptr<const image::Slice>& own, const image::Presentation* presentation,
               const view::NativeMapping& mapping, Picture& picture)
{
    const auto slice = presentation ? image::presentedSlice(own, *presentation) : own;
    if (slice->rgb) {
        drawColour(scene, *slice, mapping, picture);
    } else {
        auto drawn = image::resampleSlice(*slice, mapping.plane, scene.state.interpolation);
        picture.coverage = std::move(drawn.coverage);
        picture.provenance.touchedAbsent = drawn.touchedAbsent;
        picture.grey.resize(drawn.values.size());
        const image::GreyChain chain = image::greyChainFor(*slice, choiceOf(scene.state), presentation);
        chain.apply(drawn.values, picture.grey);
        blacken(picture);
        if (chain.inverse) {
            coverPadding(*slice, mapping.plane, picture);
        }
    }
    const auto& shutter = presentation ? presentation->shutter : slice->attributes.shutter;
    if (shutter) {
        coverShutter(*shutter, slice->attributes, mapping.plane, picture);
    }
    if (scene.state.showOverlays) {
        markOverlays(*slice, presentation, mapping, picture);
    }
}

void renderNative(const PlanarScene& scene, Picture& picture)
{
    const image::SliceTable& table = *scene.table;
    const int index = scene.state.plane.index.value;
    if (index < 0 || static_cast<std::size_t>(index) >= table.displaySet->frames.size() ||
        table.entries.size() != table.displaySet->frames.size()) {
        picture.failure = "There is no such image in this series.";
        return;
    }
    const image::FrameAttributes& frame = table.displaySet->frames[static_cast<std::size_t>(index)];
    const image::SliceEntry& entry = table.entries[static_cast<std::size_t>(index)];
    picture.provenance.object = frame.identity;
    picture.provenance.frame = frame.frame;
    const view::NativeMapping mapping = view::nativeMapping(frame, scene.state, scene.width, scene.height);
    judgeNative(scene, frame, mapping, picture.provenance);
    if (entry.state == image::SliceState::Present && entry.slice) {
        drawSlice(scene, entry.slice, presentationFor(scene, frame), mapping, picture);
    } else {
        const bool failed = entry.state == image::SliceState::Failed;
        const std::string absent = scene.absentText.empty() ? "This image is not loaded yet." : scene.absentText;
        hatch(picture, imageBox(mapping, frame, scene.width, scene.height), failed ? Coverage::Failed : Coverage::Absent,
              failed ? entry.failure : absent);
    }
    auto overlay = planarOverlay(scene, screenFrame(frame, mapping), picture.provenance);
    if (scene.state.showOverlays) {
        if (const auto* presentation = presentationFor(scene, frame)) {
            addPresentationGraphics(overlay, scene, *presentation, frame, mapping);
        }
        addAnnotations(overlay, scene, frame, mapping);
    }
    std::move(overlay.begin(), overlay.end(), std::back_inserter(picture.overlay));
}

// The present slice nearest to the middle gives the window where nobody chose one.
const image::Slice* middleSlice(const image::SliceTable& table)
{
    const std::size_t middle = table.entries.size() / 2;
    for (std::size_t d = 0; d <= table.entries.size(); ++d) {
        for (const std::size_t i : {middle + d, middle - d}) {
            if (i < table.entries.size() && table.entries[i].state == image::SliceState::Present && table.entries[i].slice) {
                return table.entries[i].slice.get();
            }
        }
    }
    return nullptr;
}

void judgeMpr(const PlanarScene& scene, Provenance& provenance)
{
    const image::DisplaySet& set = *scene.table->displaySet;
    provenance.reduced = true; // between acquired pixels
    addWords(provenance.quality, volumeWords(set, scene.wording));
    if (scene.state.slab.mode != image::SlabMode::None && scene.state.slab.thickness > 0) {
        const Wording& wording = scene.wording;
        const std::string& mode = scene.state.slab.mode == image::SlabMode::Mip     ? wording.mip
                                  : scene.state.slab.mode == image::SlabMode::MinIp ? wording.minIp
                                                                                    : wording.mean;
        addWords(provenance.quality, worded(mode, formatted("%.1f", scene.state.slab.thickness)));
    }
    addWords(provenance.quality, scene.wording.interpolated);
}

void renderMpr(const PlanarScene& scene, Picture& picture)
{
    const image::SliceTable& table = *scene.table;
    const view::MprMapping mapping = view::mprMapping(*table.displaySet, scene.state, scene.width, scene.height);
    auto drawn = image::resampleVolume(table, mapping.plane, scene.state.slab, scene.state.interpolation);
    if (!drawn) {
        picture.failure = drawn.error().message;
        return;
    }
    judgeMpr(scene, picture.provenance);
    picture.provenance.touchedAbsent = drawn->touchedAbsent;
    picture.coverage = std::move(drawn->coverage);
    if (const image::Slice* slice = middleSlice(table)) {
        picture.grey.resize(drawn->values.size());
        image::greyChainFor(*slice, choiceOf(scene.state)).apply(drawn->values, picture.grey);
        blacken(picture);
    } else {
        picture.grey.assign(drawn->values.size(), 0);
    }
    const ScreenFrame screen{image::normalized(mapping.plane.stepX), image::normalized(mapping.plane.stepY), mapping.devicePixelsPerMm};
    auto overlay = planarOverlay(scene, screen, picture.provenance);
    addCrosshair(overlay, scene, mapping);
    if (drawn->touchedAbsent) {
        const std::string words = scene.absentText.empty() ? scene.wording.missing : scene.absentText;
        const double ratio = scene.devicePixelRatio > 0 ? scene.devicePixelRatio : 1.0;
        overlay.emplace_back(Text{scene.width / 2.0, scene.height - 48 * ratio, Anchor::Bottom, words, Ink::Warn, 12});
    }
    picture.overlay = std::move(overlay);
}

} // namespace

Picture renderPlanar(const PlanarScene& scene)
{
    const auto start = std::chrono::steady_clock::now();
    Picture picture;
    picture.width = std::clamp(scene.width, 0, kLargestSide);
    picture.height = std::clamp(scene.height, 0, kLargestSide);
    if (!scene.table || !scene.table->displaySet || scene.table->displaySet->frames.empty()) {
        picture.failure = "There is no image here.";
        return picture;
    }
    picture.provenance.token = scene.table->token;
    picture.provenance.generation = scene.table->generation;
    if (scene.width <= 0 || scene.height <= 0 || scene.width > kLargestSide || scene.height > kLargestSide) {
        picture.failure = "The picture's size is not between 1 and 16384 pixels.";
        return picture;
    }
    try {
        if (scene.state.plane.kind == view::PlaneKind::Native) {
            renderNative(scene, picture);
        } else {
            renderMpr(scene, picture);
        }
    } catch (const std::bad_alloc&) {
        picture = {picture.width, picture.height, {}, {}, {}, {}, {}, picture.provenance, "There is not enough memory for this picture."};
    }
    picture.provenance.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    return picture;
}

std::vector<std::uint16_t> displayValues(const image::Slice& slice, const image::VoiChoice& choice, const image::Presentation* presentation)
{
    std::vector<std::uint16_t> pValues;
    if (slice.rgb) {
        return pValues;
    }
    const image::FrameAttributes& frame = slice.attributes;
    const image::GreyChain chain = image::greyChainFor(slice, choice, presentation);
    const image::ModalityTransform& modality = presentation ? presentation->modality : frame.modalityTransform;
    const auto& shutter = presentation ? presentation->shutter : frame.shutter;
    const auto mask = shutter ? image::shutterMask(*shutter, frame.rows, frame.columns, pixelAspect(frame)) : std::vector<std::uint8_t>{};
    pValues.reserve(static_cast<std::size_t>(frame.rows) * frame.columns);
    for (std::uint32_t row = 0; row < frame.rows; ++row) {
        for (std::uint32_t column = 0; column < frame.columns; ++column) {
            const double stored = slice.storedAt(column, row);
            const bool covered = !mask.empty() && mask[pValues.size()] != 0;
            const bool black = chain.inverse && slice.isPadding(stored);
            pValues.push_back(covered ? shutter->pValue
                              : black ? std::uint16_t{0}
                                      : chain.pValue(image::modalityValue(modality, stored)));
        }
    }
    return pValues;
}

} // namespace akari::render
