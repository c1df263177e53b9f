// What is written over a 3D picture.
#pragma once

#include "render/VolumeScene.h"

namespace akari::render {

// Letters of the patient's axes at the edges, the viewing direction below, the quality above. Device coordinates.
std::vector<Primitive> volumeOverlay(const VolumeScene& scene, const Provenance& provenance);

} // namespace akari::render
