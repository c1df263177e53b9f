// The presenter of one viewport: what it shows and how, and what the reader's gestures do to that. No widgets, no pixels of its own.
// Lives on the window's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/load/StudyStore.h"
#include "core/view/View.h"

namespace akari::session {

enum class PaneKind { Planar, Volume };

class Viewport {
public:
    // Binds to a display set of a store (null clears). Flips, turns and windows of what was shown before do not survive (hazard 7).
    void bind(std::shared_ptr<load::StudyStore> store, const std::string& displaySetId, bool prior);
    void clear() { bind(nullptr, {}, false); }

    bool bound() const { return m_store != nullptr; }
    bool prior() const { return m_prior; }
    BindingToken token() const { return m_token; }
    const std::shared_ptr<load::StudyStore>& store() const { return m_store; }
    const view::ViewportState& state() const { return m_state; }
    void setState(view::ViewportState state);
    std::shared_ptr<const image::DisplaySet> displaySet() const;
    image::SliceTablePtr table() const;

    // While objects arrive the order grows; the frame under the reader's eye stays the same frame.
    void contentChanged();

    // Native plane: 0-based position and count. MPR: as if stacked at the set's spacing.
    FrameIndex index() const { return m_state.plane.index; }
    int count() const;
    const image::FrameAttributes* frame() const; // the native plane's
    void showFrame(FrameIndex index);
    void scroll(int steps);
    void setPlane(view::PlaneKind kind);         // keeps the point looked at
    void lookAt(const image::Vec3& point);       // MPR: plane through; native: the nearest frame
    std::optional<image::Vec3> point() const;    // patient point at the centre of what is shown

    image::Window window() const;                // in effect; of a VOI table the range of its input
    bool tableInEffect() const;                  // a VOI table, the image's or the state's, and no window
    void dragWindow(double dx, double dy);       // device-independent pixels
    void setWindow(const image::Window& window);
    void setPreset(int number);                  // 1-based
    void setVoiTable(int index);                 // into the frame's VOI tables
    void toggleOverlays();

    // Presentation states that speak of this display set, and the one applied (null: the image as it is). Choosing one takes over its rotation,
    // flip and displayed area and lets go of the reader's window; choosing none resets them.
    std::vector<load::PresentationStatePtr> presentationStates() const;
    const load::PresentationStatePtr& presentationState() const { return m_presentationState; }
    void setPresentationState(load::PresentationStatePtr state);
    // What the applied state says of the native frame shown; null when it says nothing of it.
    std::shared_ptr<const image::Presentation> presentation() const;
    void zoomBy(double factor);
    void pan(double dx, double dy);              // device pixels
    void toggleInvert();
    void flipHorizontal();
    void turn();
    void setSlab(const image::Slab& slab);
    void reset();

private:
    void followArea();
    const image::LookupTable* voiTable() const; // in effect
    void adopt(std::shared_ptr<const image::DisplaySet> fresh);

    std::shared_ptr<load::StudyStore> m_store;
    view::ViewportState m_state;
    BindingToken m_token;
    bool m_prior = false;
    std::optional<std::pair<ObjectIdentity, FrameNumber>> m_anchor; // the frame looked at
    mutable std::shared_ptr<const image::DisplaySet> m_displaySet;  // of the latest contentChanged()
    load::PresentationStatePtr m_presentationState;
    mutable std::vector<load::PresentationStatePtr> m_states; // those of m_statesOf, when the study had m_statesKnown
    mutable std::shared_ptr<const image::DisplaySet> m_statesOf;
    mutable std::size_t m_statesKnown = 0;
    mutable std::shared_ptr<const image::Presentation> m_presentation; // of the frame asked for last
    bool m_presented = false;                                          // turn and flip are those of the state
    image::Window m_default;
    bool m_defaultKnown = false;
};

} // namespace akari::session
