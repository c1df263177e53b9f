#include <algorithm>

#include "core/phantom/Phantom.h"

namespace akari::phantom {

std::vector<DemoPart> demoParts(int largeSlices)
{
    std::vector<DemoPart> parts{{"chest CT", [](const Sink& sink) { return chestCt({}, sink); }},
                                {"request form", [](const Sink& sink) { return requestForm(sink); }},
                                {"prior chest CT", [](const Sink& sink) { return chestCtPrior(priorOptions(), sink); }},
                                {"chest X-ray", [](const Sink& sink) { return chestCr(sink); }},
                                {"brain MR", [](const Sink& sink) { return brainMr(sink); }},
                                {"ultrasound clip", [](const Sink& sink) { return ultrasoundClip(sink); }}};
    if (largeSlices > 0) {
        parts.push_back({"whole-body CT", [largeSlices](const Sink& sink) { return wholeBodyCt(largeSlices, sink); }});
    }
    return parts;
}

std::vector<GroundTruth> demoStudies(int largeSlices, const Sink& sink)
{
    bool wanted = true;
    const Sink watched = [&](GeneratedObject&& object) { return wanted = sink(std::move(object)); };
    std::vector<GroundTruth> studies;
    for (const DemoPart& part : demoParts(largeSlices)) {
        GroundTruth truth = part.generate(sink && wanted ? watched : Sink());
        const auto same = [&](const GroundTruth& known) { return known.studyInstanceUid == truth.studyInstanceUid; };
        const auto found = std::find_if(studies.begin(), studies.end(), same);
        if (found == studies.end()) {
            studies.push_back(std::move(truth));
        } else {
            found->series.insert(found->series.end(), truth.series.begin(), truth.series.end());
        }
    }
    return studies;
}

} // namespace akari::phantom
