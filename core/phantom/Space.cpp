#include "core/phantom/Space.h"

namespace akari::phantom {

Point Rigid::apply(Point p) const
{
    const auto& r = rotation;
    return {r[0] * p.x + r[1] * p.y + r[2] * p.z + translation.x, r[3] * p.x + r[4] * p.y + r[5] * p.z + translation.y,
            r[6] * p.x + r[7] * p.y + r[8] * p.z + translation.z};
}

Rigid Rigid::inverse() const
{
    const auto& r = rotation;
    Rigid back;
    back.rotation = {r[0], r[3], r[6], r[1], r[4], r[7], r[2], r[5], r[8]};
    const Point moved = back.apply(translation);
    back.translation = {-moved.x, -moved.y, -moved.z};
    return back;
}

Rigid rotationAbout(Point axis, double degrees, Point translation)
{
    const double n = std::sqrt(axis.x * axis.x + axis.y * axis.y + axis.z * axis.z);
    const double x = axis.x / n;
    const double y = axis.y / n;
    const double z = axis.z / n;
    const double angle = degrees * 3.14159265358979323846 / 180;
    const double c = std::cos(angle);
    const double s = std::sin(angle);
    const double k = 1 - c;
    Rigid turn;
    turn.rotation = {c + x * x * k, x * y * k - z * s, x * z * k + y * s, y * x * k + z * s, c + y * y * k,
                     y * z * k - x * s, z * x * k - y * s, z * y * k + x * s, c + z * z * k};
    turn.translation = translation;
    return turn;
}

} // namespace akari::phantom
