#include "core/phantom/Anatomy.h"

namespace akari::phantom {

Anatomy::Anatomy(const AnatomyOptions& options) : torso(options.armsUp)
{
    addOrgans(shapes, torso);
    if (options.wholeBody) {
        addLowerBody(shapes, torso);
    }
    addVessels(shapes, torso);
    addGreatVessels(shapes, torso);
    addAirways(shapes, torso);
    addSkeleton(shapes, torso, options.armsUp);
    if (options.wholeBody) {
        addHead(shapes);
    }
    shapes.ball(kNoduleCentre, options.noduleDiameter / 2, hu::kNodule);
    for (const Vec marker : options.markers) {
        shapes.ball(marker, kMarkerRadius, hu::kMarker);
    }
}

} // namespace akari::phantom
