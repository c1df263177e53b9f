#include "core/phantom/Phantom.h"

namespace akari::phantom {

std::vector<GroundTruth> demoStudies(int largeSlices, const Sink& sink)
{
    bool wanted = true;
    Sink counted;
    if (sink) {
        counted = [&](GeneratedObject&& object) { return wanted = wanted && sink(std::move(object)); };
    }
    const auto next = [&]() -> const Sink& {
        static const Sink none;
        return wanted ? counted : none;
    };
    std::vector<GroundTruth> studies;
    studies.push_back(chestCt({}, next()));
    const GroundTruth form = requestForm(next());
    studies.front().series.insert(studies.front().series.end(), form.series.begin(), form.series.end());
    studies.push_back(chestCtPrior(priorOptions(), next()));
    studies.push_back(chestCr(next()));
    studies.push_back(brainMr(next()));
    studies.push_back(ultrasoundClip(next()));
    if (largeSlices > 0) {
        studies.push_back(wholeBodyCt(largeSlices, next()));
    }
    return studies;
}

} // namespace akari::phantom
