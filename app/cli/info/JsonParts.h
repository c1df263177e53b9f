// Private to info/: the small shapes that every model's JSON is made of.
#pragma once

#include "app/cli/Context.h"
#include "core/image/Geometry.h"
#include "core/objects/References.h"

namespace akari::cli {

inline Json codeJson(const objects::CodedConcept& code)
{
    return code.empty() ? Json() : Json{{"value", code.value}, {"scheme", code.scheme}, {"meaning", code.meaning}};
}

inline Json codesJson(const std::vector<objects::CodedConcept>& codes)
{
    Json out = Json::array();
    for (const auto& code : codes) {
        out.push_back(codeJson(code));
    }
    return out;
}

inline Json sopJson(const objects::ReferencedSop& sop)
{
    Json out{{"sopClassUid", sop.sopClass}, {"sopInstanceUid", sop.instance}};
    if (!sop.frames.empty()) {
        out["frames"] = sop.frames;
    }
    if (!sop.segments.empty()) {
        out["segments"] = sop.segments;
    }
    return out;
}

inline Json sopsJson(const std::vector<objects::ReferencedSop>& sops)
{
    Json out = Json::array();
    for (const auto& sop : sops) {
        out.push_back(sopJson(sop));
    }
    return out;
}

inline Json seriesJson(const std::vector<objects::ReferencedSeries>& all)
{
    Json out = Json::array();
    for (const auto& one : all) {
        Json item{{"seriesInstanceUid", one.series.value}, {"instances", sopsJson(one.instances)}};
        if (!one.study.empty()) {
            item["studyInstanceUid"] = one.study.value;
        }
        out.push_back(std::move(item));
    }
    return out;
}

inline Json quantityJson(const objects::Quantity& quantity) { return {{"value", quantity.value}, {"unit", quantity.unit.value}}; }
template <class T> Json optionalJson(const std::optional<T>& value) { return value ? Json(*value) : Json(); }
inline Json optionalJson(const std::optional<objects::Quantity>& value) { return value ? quantityJson(*value) : Json(); }

inline Json colourJson(const std::optional<objects::DisplayColour>& colour)
{
    return colour ? Json::array({colour->red, colour->green, colour->blue}) : Json();
}

inline Json pointJson(const image::Vec3& point) { return Json::array({point.x, point.y, point.z}); }

// Position, directions and [between columns, between rows], mm LPS.
inline Json planeJson(const std::optional<image::SlicePlane>& plane)
{
    if (!plane) {
        return {};
    }
    return {{"position", pointJson(plane->position)}, {"row", pointJson(plane->rowDirection)}, {"column", pointJson(plane->columnDirection)},
            {"spacing", Json::array({plane->spacing.betweenColumns, plane->spacing.betweenRows})}};
}

} // namespace akari::cli
