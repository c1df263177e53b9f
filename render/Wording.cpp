#include "render/Wording.h"

#include <algorithm>

namespace akari::render {

void addWords(std::string& list, const std::string& words)
{
    if (!words.empty()) {
        list += (list.empty() ? "" : " · ") + words;
    }
}

std::string worded(std::string pattern, const std::string& first, const std::string& second)
{
    // The second first: what replaces the first may hold a "%2" of its own.
    for (const auto& [place, argument] : {std::pair("%2", &second), std::pair("%1", &first)}) {
        if (const auto at = pattern.find(place); at != std::string::npos) {
            pattern.replace(at, 2, *argument);
        }
    }
    return pattern;
}

std::string lossyWords(const image::FrameAttributes& frame, const Wording& wording)
{
    if (!frame.lossy) {
        return {};
    }
    return frame.lossyRatio.empty() ? wording.lossy : worded(wording.lossyRatio, frame.lossyRatio);
}

std::string scaleWords(image::Calibration calibration, const Wording& wording)
{
    switch (calibration) {
    case image::Calibration::AtDetector: return wording.atDetector;
    case image::Calibration::EstimatedMagnification: return wording.estimatedMagnification;
    case image::Calibration::Calibrated: return wording.calibrated;
    default: return {};
    }
}

std::string spacingWords(const image::DisplaySet& set, const Wording& wording)
{
    std::string words = set.evenSpacing ? std::string() : wording.unevenSpacing;
    addWords(words, set.gaps.empty() ? std::string() : worded(wording.gaps, std::to_string(set.gaps.size())));
    return words;
}

std::string volumeWords(const image::DisplaySet& set, const Wording& wording)
{
    std::string words;
    const auto lossy = std::find_if(set.frames.begin(), set.frames.end(), [](const auto& frame) { return frame.lossy; });
    if (lossy != set.frames.end()) {
        // A ratio is said where it is that of all.
        const bool alike = std::all_of(set.frames.begin(), set.frames.end(),
                                       [&](const auto& frame) { return frame.lossy && frame.lossyRatio == lossy->lossyRatio; });
        addWords(words, alike ? lossyWords(*lossy, wording) : wording.lossy);
    }
    const bool provisional = std::any_of(set.frames.begin(), set.frames.end(), [](const auto& frame) { return frame.provisional; });
    addWords(words, provisional ? wording.provisional : std::string());
    addWords(words, set.tiltDegrees > 0 ? wording.tiltCorrected : std::string());
    addWords(words, spacingWords(set, wording));
    return words;
}

} // namespace akari::render
