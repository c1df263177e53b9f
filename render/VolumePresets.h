// What each 3D preset looks like: opacity, colour and light over modality values.
#pragma once

#include "render/VolumeBuild.h"
#include "render/VolumeScene.h"
#include "render/volume/Protocol.h"

namespace akari::render {

// Fills blend, light and transfer points of `draw`. CT presets speak Hounsfield units; other modalities are shown over their own range.
void applyPreset(VolumePreset preset, bool ct, const BuiltVolume& volume, volume::Draw& draw);

} // namespace akari::render
