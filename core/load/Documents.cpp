// What a study holds beside images: documents to be listed, presentation states to be applied.
#include <algorithm>

#include "core/load/StudySeries.h"
#include "core/objects/ObjectSummary.h"

namespace akari::load {

// Under the store's mutex.
void StudyStore::addDocument(const dicom::Part10& file, const ObjectIdentity& identity, const std::string& sopClassUid, const std::string& modality)
{
    m_documents.push_back({identity, sopClassUid, modality, objects::titleOf(file)});
    if (!objects::isPresentationState(sopClassUid)) {
        return;
    }
    if (auto state = objects::readPresentationState(file, identity)) {
        m_presentations.push_back(std::make_shared<const objects::PresentationState>(std::move(*state)));
        std::stable_sort(m_presentations.begin(), m_presentations.end(), [](const auto& a, const auto& b) { return a->created < b->created; });
    }
}

std::vector<PresentationStatePtr> StudyStore::presentationStates() const
{
    const std::lock_guard lock(m_mutex);
    return m_presentations;
}

std::vector<PresentationStatePtr> StudyStore::presentationStatesFor(const image::DisplaySet& set) const
{
    std::vector<PresentationStatePtr> speaking;
    for (const PresentationStatePtr& state : presentationStates()) {
        const bool speaks = std::any_of(set.frames.begin(), set.frames.end(),
                                        [&](const image::FrameAttributes& frame) { return state->refersTo(frame.identity.sop, frame.frame); });
        if (speaks) {
            speaking.push_back(state);
        }
    }
    return speaking;
}

} // namespace akari::load
