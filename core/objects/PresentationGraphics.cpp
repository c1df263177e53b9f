// Graphic annotation, graphic layers, overlay activation, displayed area, spatial transformation.
#include <algorithm>
#include <cmath>

#include "core/dicom/Tags.h"
#include "core/objects/PresentationParts.h"

namespace akari::objects {

using dicom::Tag;
using image::PixelPoint;

namespace {

constexpr Tag kAnnotations{0x0070, 0x0001}, kLayerOfAnnotation{0x0070, 0x0002}, kBoxUnits{0x0070, 0x0003}, kAnchorUnits{0x0070, 0x0004},
    kGraphicUnits{0x0070, 0x0005}, kText{0x0070, 0x0006}, kTextObjects{0x0070, 0x0008}, kGraphicObjects{0x0070, 0x0009},
    kBoxFirst{0x0070, 0x0010}, kBoxLast{0x0070, 0x0011}, kJustification{0x0070, 0x0012}, kAnchor{0x0070, 0x0014},
    kAnchorVisible{0x0070, 0x0015}, kPointCount{0x0070, 0x0021}, kGraphicData{0x0070, 0x0022}, kGraphicType{0x0070, 0x0023},
    kFilled{0x0070, 0x0024};
constexpr Tag kLayers{0x0070, 0x0060}, kLayerOrder{0x0070, 0x0062}, kLayerGrey{0x0070, 0x0066}, kLayerDescription{0x0070, 0x0068},
    kLayerCieLab{0x0070, 0x0401};
constexpr Tag kAreas{0x0070, 0x005A}, kAreaFirst{0x0070, 0x0052}, kAreaLast{0x0070, 0x0053}, kSizeMode{0x0070, 0x0100},
    kAreaSpacing{0x0070, 0x0101}, kAreaAspect{0x0070, 0x0102}, kMagnification{0x0070, 0x0103};
constexpr Tag kFlip{0x0070, 0x0041}, kRotation{0x0070, 0x0042};
constexpr std::uint16_t kActivationLayer = 0x1001;

bool ofArea(const dicom::DataSet& d, Tag units) { return d.textOr(units) == "DISPLAY"; }

// Pixel coordinates begin at the corner of the first pixel (C.10.5.1.2), ours at its centre.
PixelPoint pointFrom(double x, double y, bool area) { return area ? PixelPoint{x, y} : PixelPoint{x - 0.5, y - 0.5}; }

std::optional<PixelPoint> pointOf(const dicom::DataSet& d, Tag tag, bool area)
{
    const auto x = d.number(tag, 0), y = d.number(tag, 1);
    if (!x || !y || !std::isfinite(*x) || !std::isfinite(*y)) {
        return std::nullopt;
    }
    return pointFrom(*x, *y, area);
}

std::optional<image::GraphicShape> shapeOf(const dicom::DataSet& item)
{
    static const std::pair<const char*, image::ShapeKind> kKinds[] = {
        {"POINT", image::ShapeKind::Point},   {"POLYLINE", image::ShapeKind::Polyline}, {"INTERPOLATED", image::ShapeKind::Interpolated},
        {"CIRCLE", image::ShapeKind::Circle}, {"ELLIPSE", image::ShapeKind::Ellipse}};
    image::GraphicShape shape;
    const std::string type = item.textOr(kGraphicType);
    const auto kind = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const auto& entry) { return type == entry.first; });
    const auto values = item.numbers(kGraphicData);
    if (kind == std::end(kKinds) || values.empty() || values.size() % 2 != 0
        || !std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); })) {
        return std::nullopt;
    }
    shape.kind = kind->second;
    shape.filled = item.textOr(kFilled) == "Y";
    shape.ofArea = ofArea(item, kGraphicUnits);
    for (std::size_t i = 0; i < values.size(); i += 2) {
        shape.points.push_back(pointFrom(values[i], values[i + 1], shape.ofArea));
    }
    const std::size_t count = shape.points.size();
    const bool enough = shape.kind == image::ShapeKind::Point     ? count == 1
                        : shape.kind == image::ShapeKind::Circle  ? count == 2
                        : shape.kind == image::ShapeKind::Ellipse ? count == 4
                                                                  : count >= 2;
    return enough ? std::optional(std::move(shape)) : std::nullopt;
}

std::optional<image::GraphicText> textOf(const dicom::DataSet& item)
{
    image::GraphicText text;
    text.utf8 = item.textOr(kText);
    text.boxOfArea = ofArea(item, kBoxUnits);
    text.anchorOfArea = ofArea(item, kAnchorUnits);
    text.boxFirst = pointOf(item, kBoxFirst, text.boxOfArea);
    text.boxLast = pointOf(item, kBoxLast, text.boxOfArea);
    text.anchor = pointOf(item, kAnchor, text.anchorOfArea);
    text.anchorVisible = item.textOr(kAnchorVisible) == "Y";
    text.justification = item.textOr(kJustification);
    if (text.utf8.empty() || (!text.boxFirst && !text.anchor)) {
        return std::nullopt;
    }
    return text;
}

void readLayers(const dicom::DataSet& d, PresentationState& state)
{
    for (const dicom::DataSet& item : d.items(kLayers)) {
        GraphicLayer layer;
        layer.name = item.textOr(kLayerOfAnnotation);
        layer.order = static_cast<std::int32_t>(std::clamp<std::int64_t>(item.integer(kLayerOrder).value_or(0), INT32_MIN, INT32_MAX));
        layer.description = item.textOr(kLayerDescription);
        if (const auto grey = item.integer(kLayerGrey); grey && *grey >= 0 && *grey <= 65535) {
            layer.greyPValue = static_cast<std::uint16_t>(*grey);
        }
        for (const double value : item.numbers(kLayerCieLab)) {
            layer.cieLab.push_back(static_cast<std::uint16_t>(std::clamp(value, 0.0, 65535.0)));
        }
        state.layers.push_back(std::move(layer));
    }
    std::stable_sort(state.layers.begin(), state.layers.end(), [](const auto& a, const auto& b) { return a.order < b.order; });
}

std::int32_t orderOf(const PresentationState& state, const std::string& layer)
{
    const auto found = std::find_if(state.layers.begin(), state.layers.end(), [&](const GraphicLayer& l) { return l.name == layer; });
    return found == state.layers.end() ? INT32_MAX : found->order;
}

void readAnnotations(const dicom::DataSet& d, PresentationState& state)
{
    bool invalid = false;
    for (const dicom::DataSet& item : d.items(kAnnotations)) {
        ForImages<image::Graphic> graphic;
        graphic.images = readReferencedImages(item, {});
        graphic.value.layer = item.textOr(kLayerOfAnnotation);
        for (const dicom::DataSet& object : item.items(kGraphicObjects)) {
            if (auto shape = shapeOf(object)) {
                graphic.value.shapes.push_back(std::move(*shape));
            } else {
                invalid = true;
            }
        }
        for (const dicom::DataSet& object : item.items(kTextObjects)) {
            if (auto text = textOf(object)) {
                graphic.value.texts.push_back(std::move(*text));
            } else {
                invalid = true;
            }
        }
        state.graphics.push_back(std::move(graphic));
    }
    if (invalid) {
        state.warnings.emplace_back("A graphic of the presentation state is not valid and is left out.");
    }
    std::stable_sort(state.graphics.begin(), state.graphics.end(),
                     [&](const auto& a, const auto& b) { return orderOf(state, a.value.layer) < orderOf(state, b.value.layer); });
}

std::optional<image::DisplayedArea> areaOf(const dicom::DataSet& item)
{
    const auto column1 = item.integer(kAreaFirst, 0), row1 = item.integer(kAreaFirst, 1);
    const auto column2 = item.integer(kAreaLast, 0), row2 = item.integer(kAreaLast, 1);
    if (!column1 || !row1 || !column2 || !row2) {
        return std::nullopt;
    }
    image::DisplayedArea area;
    const std::string mode = item.textOr(kSizeMode);
    area.fit = mode == "MAGNIFY" ? image::AreaFit::Magnify : mode == "TRUE SIZE" ? image::AreaFit::TrueSize : image::AreaFit::ScaleToFit;
    // The corners are those seen after turning and flipping (C.10.4), so their order on the image is open.
    area.firstColumn = static_cast<double>(std::min(*column1, *column2) - 1);
    area.firstRow = static_cast<double>(std::min(*row1, *row2) - 1);
    area.lastColumn = static_cast<double>(std::max(*column1, *column2) - 1);
    area.lastRow = static_cast<double>(std::max(*row1, *row2) - 1);
    if (const auto ratio = item.number(kMagnification); ratio && std::isfinite(*ratio) && *ratio > 0) {
        area.magnification = *ratio;
    }
    const auto down = item.number(kAreaSpacing, 0), across = item.number(kAreaSpacing, 1);
    if (down && across && *down > 0 && *across > 0 && std::isfinite(*down) && std::isfinite(*across)) {
        area.spacing = image::PixelSpacing{*down, *across};
    }
    const auto vertical = item.number(kAreaAspect, 0), horizontal = item.number(kAreaAspect, 1);
    if (vertical && horizontal && *vertical > 0 && *horizontal > 0) {
        area.aspect = *vertical / *horizontal;
    }
    return area;
}

} // namespace

void readGraphics(const dicom::DataSet& d, PresentationState& state)
{
    readLayers(d, state);
    readAnnotations(d, state);
    for (std::uint16_t group = 0x6000; group <= 0x60FE; group = static_cast<std::uint16_t>(group + 2)) {
        if (d.has({group, kActivationLayer})) {
            state.activations.push_back({group, d.textOr({group, kActivationLayer})});
        }
    }
}

void readPlacement(const dicom::DataSet& d, PresentationState& state)
{
    bool invalid = false;
    for (const dicom::DataSet& item : d.items(kAreas)) {
        if (auto area = areaOf(item)) {
            state.areas.push_back({readReferencedImages(item, {}), *area});
        } else {
            invalid = true;
        }
    }
    const std::int64_t rotation = d.integer(kRotation).value_or(0);
    if (rotation % 90 == 0) {
        state.rotation = static_cast<int>((rotation % 360 + 360) % 360);
    } else {
        invalid = true;
    }
    state.flipHorizontal = d.textOr(kFlip) == "Y";
    if (invalid) {
        state.warnings.emplace_back("A displayed area or the rotation of the presentation state is not valid and is left out.");
    }
}

} // namespace akari::objects
