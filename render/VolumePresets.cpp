#include "render/VolumePresets.h"

#include <algorithm>

namespace akari::render {
namespace {

using volume::TransferPoint;

struct Look {
    std::vector<TransferPoint> points; // modality values, ascending
    bool maximum = false;
    bool shaded = true;
    double ambient = 0.2, diffuse = 0.95, specular = 0.2, power = 20;
};

Look boneLook()
{
    return {{{-1000, 0, 0.30, 0.12, 0.06},
             {130, 0, 0.55, 0.25, 0.14},
             {220, 0.20, 0.82, 0.55, 0.38},
             {400, 0.75, 0.95, 0.86, 0.70},
             {1000, 0.95, 1.00, 0.96, 0.88},
             {3000, 0.98, 1.00, 1.00, 0.98}}};
}

Look softLook()
{
    return {{{-1000, 0, 0.75, 0.48, 0.38},
             {-400, 0, 0.75, 0.48, 0.38}, // above couch foam and lung, low enough for a clear gradient at the skin
             {-250, 0.2, 0.82, 0.56, 0.45},
             {-120, 0.30, 0.85, 0.60, 0.48},
             {20, 0.5, 0.86, 0.52, 0.42},
             {90, 0.6, 0.78, 0.36, 0.30},
             {200, 0.75, 0.92, 0.80, 0.66},
             {1000, 0.9, 1.00, 0.97, 0.90},
             {3000, 0.95, 1.00, 1.00, 0.98}}};
}

// Grey between two values; opaque from just above the lower, so that air is left out early.
Look maximumLook(double low, double high)
{
    const double step = (high - low) / 256;
    return {{{low, 0, 0, 0, 0}, {low + step, 1, 1.0 / 256, 1.0 / 256, 1.0 / 256}, {high, 1, 1, 1, 1}}, true, false};
}

Look rangeLook(bool dense, double low, double high)
{
    const auto at = [&](double share) { return low + (high - low) * share; };
    const double start = dense ? 0.45 : 0.12;
    return {{{at(start), 0, 0.35, 0.20, 0.15},
             {at(start + 0.15), dense ? 0.2 : 0.08, 0.80, 0.62, 0.52},
             {at(0.8), 0.6, 0.95, 0.90, 0.82},
             {at(1.0), 0.9, 1, 1, 1}}};
}

Look lookOf(VolumePreset preset, bool ct, const BuiltVolume& built)
{
    switch (preset) {
    case VolumePreset::Mip: return ct ? maximumLook(0, 1100) : maximumLook(built.low, built.high);
    case VolumePreset::CtSoftTissue: return ct ? softLook() : rangeLook(false, built.low, built.high);
    case VolumePreset::CtBone: break;
    }
    return ct ? boneLook() : rangeLook(true, built.low, built.high);
}

} // namespace

std::optional<VolumePreset> volumePresetNamed(std::string_view name)
{
    if (name == "bone") {
        return VolumePreset::CtBone;
    }
    if (name == "soft") {
        return VolumePreset::CtSoftTissue;
    }
    if (name == "mip") {
        return VolumePreset::Mip;
    }
    return std::nullopt;
}

void applyPreset(VolumePreset preset, bool ct, const BuiltVolume& volume, volume::Draw& draw)
{
    const Look look = lookOf(preset, ct, volume);
    draw.maximumIntensity = look.maximum ? 1 : 0;
    draw.shaded = look.shaded ? 1 : 0;
    draw.ambient = look.ambient;
    draw.diffuse = look.diffuse;
    draw.specular = look.specular;
    draw.specularPower = look.power;
    draw.points = std::uint32_t(std::min(look.points.size(), volume::kMaximumPoints));
    for (std::size_t i = 0; i < draw.points; ++i) {
        draw.transfer[i] = look.points[i];
        draw.transfer[i].value = (look.points[i].value - volume.offset) / volume.scale;
    }
}

} // namespace akari::render
