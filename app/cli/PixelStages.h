// Private to app/cli: raw pixels of a frame at a stage of the grey-scale chain, and the JSON that describes them.
#pragma once

#include "app/cli/Context.h"
#include "core/image/GreyChain.h"

namespace akari::cli {

struct StageRequest {
    std::string stage = "stored"; // stored, modality, display
    image::VoiChoice choice;
    load::PresentationStatePtr presentation; // display alone
};

// Appends the frame to `out` and describes it; `frames` is left to the caller.
Result<Json> appendStage(load::StudyStore& store, const load::StudyStore::Place& place, const StageRequest& request, Bytes& out);
// What lies between the stored values and the screen, as the object says.
Json appearanceJson(const image::Slice& slice);
Json suvJson(const image::FrameAttributes& frame);
Json presentationStateJson(const objects::PresentationState& state);

// "window:N" or "lut:N", 1-based, of the frame; "usage.voi" otherwise.
Result<image::VoiChoice> voiChoiceOf(const std::string& text, const image::FrameAttributes& frame);
// By SOP Instance UID among the store's, else a file; "presentation.unknown" and what reading it says.
Result<load::PresentationStatePtr> presentationStateOf(const load::StudyStore& store, const std::string& sopOrPath);

} // namespace akari::cli
