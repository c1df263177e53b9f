#include "core/session/Viewport.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/image/Grey.h"

namespace akari::session {

namespace {

// The middle one of those that are here: a reader who opens a study that still travels sees a picture, not a hatching.
FrameIndex middleOf(const image::DisplaySet& set)
{
    const auto middle = static_cast<std::int32_t>(set.frames.size() / 2);
    std::int32_t best = middle;
    std::int32_t nearest = std::numeric_limits<std::int32_t>::max();
    for (std::int32_t i = 0; i < static_cast<std::int32_t>(set.frames.size()); ++i) {
        if (!set.frames[static_cast<std::size_t>(i)].travelling && std::abs(i - middle) < nearest) {
            nearest = std::abs(i - middle);
            best = i;
        }
    }
    return FrameIndex{best};
}

} // namespace

void Viewport::bind(std::shared_ptr<load::StudyStore> store, const std::string& displaySetId, bool prior)
{
    m_store = std::move(store);
    m_prior = prior;
    m_token = m_store ? BindingToken::next() : BindingToken{};
    m_state = {};
    m_state.displaySetId = displaySetId;
    m_anchor.reset();
    m_presentationState.reset();
    m_presentation.reset();
    m_defaultKnown = false;
    m_displaySet = m_store ? m_store->displaySet(displaySetId) : nullptr;
    if (m_displaySet) {
        showFrame(middleOf(*m_displaySet));
        if (const auto box = image::volumeBox(*m_displaySet)) {
            m_state.plane.through = box->center;
        }
    }
}

void Viewport::setState(view::ViewportState state)
{
    m_state = std::move(state);
    m_displaySet = m_store ? m_store->displaySet(m_state.displaySetId) : nullptr;
    showFrame(m_state.plane.index);
}

std::shared_ptr<const image::DisplaySet> Viewport::displaySet() const { return m_displaySet; }

// A table of a newer display set brings that set with it: index, frame and pixels are always of one moment.
image::SliceTablePtr Viewport::table() const
{
    auto table = m_store ? m_store->table(m_state.displaySetId) : nullptr;
    if (table && table->displaySet != m_displaySet) {
        const_cast<Viewport*>(this)->adopt(table->displaySet);
    }
    return table;
}

void Viewport::contentChanged()
{
    if (!m_store) {
        return;
    }
    auto fresh = m_store->displaySet(m_state.displaySetId);
    if (!fresh && m_anchor) {
        // The series was split otherwise: what is looked at stays the same frame, in its new set.
        if (const auto place = m_store->locate(m_anchor->first.sop, m_anchor->second, m_anchor->first.series)) {
            m_state.displaySetId = place->displaySetId;
            fresh = m_store->displaySet(place->displaySetId);
            if (fresh && fresh->geometry != image::GeometryKind::Volume) {
                m_state.plane.kind = view::PlaneKind::Native;
                m_state.slab = {};
            }
            m_store->want(m_state.displaySetId, place->index);
        }
    }
    adopt(std::move(fresh));
}

void Viewport::adopt(std::shared_ptr<const image::DisplaySet> fresh)
{
    if (!fresh || fresh == m_displaySet) {
        return;
    }
    m_displaySet = std::move(fresh);
    if (const auto box = image::volumeBox(*m_displaySet); box && m_state.plane.kind == view::PlaneKind::Native) {
        m_state.plane.through = box->center;
    }
    const auto& frames = m_displaySet->frames;
    const auto found = std::find_if(frames.begin(), frames.end(), [&](const auto& frame) {
        return m_anchor && frame.identity.series == m_anchor->first.series && frame.identity.sop == m_anchor->first.sop &&
               frame.frame == m_anchor->second;
    });
    if (found != frames.end()) {
        m_state.plane.index.value = static_cast<std::int32_t>(found - frames.begin());
    }
    m_state.plane.index.value = std::clamp(m_state.plane.index.value, 0, std::max(0, count() - 1));
}

int Viewport::count() const { return m_displaySet ? static_cast<int>(m_displaySet->frames.size()) : 0; }

const image::FrameAttributes* Viewport::frame() const
{
    if (!m_displaySet || m_displaySet->frames.empty()) {
        return nullptr;
    }
    const auto at = std::clamp<std::int32_t>(m_state.plane.index.value, 0, count() - 1);
    return &m_displaySet->frames[static_cast<std::size_t>(at)];
}

void Viewport::showFrame(FrameIndex index)
{
    if (!m_displaySet || m_displaySet->frames.empty()) {
        return;
    }
    m_state.plane.index.value = std::clamp<std::int32_t>(index.value, 0, count() - 1);
    const auto* shown = frame();
    m_anchor = std::make_pair(shown->identity, shown->frame);
    followArea();
    m_store->want(m_state.displaySetId, m_state.plane.index);
}

void Viewport::scroll(int steps)
{
    if (!m_displaySet) {
        return;
    }
    if (m_state.plane.kind == view::PlaneKind::Native) {
        showFrame(FrameIndex{m_state.plane.index.value + steps});
        return;
    }
    const auto axes = view::axesOf(m_state.plane);
    const image::Vec3 normal = image::cross(axes.right, axes.down);
    const double step = m_displaySet->spacingBetweenSlices > 0 ? m_displaySet->spacingBetweenSlices : 1.0;
    image::Vec3 moved = m_state.plane.through + normal * (step * steps);
    if (const auto box = image::volumeBox(*m_displaySet)) {
        moved.x = std::clamp(moved.x, box->minimum.x, box->maximum.x);
        moved.y = std::clamp(moved.y, box->minimum.y, box->maximum.y);
        moved.z = std::clamp(moved.z, box->minimum.z, box->maximum.z);
    }
    m_state.plane.through = moved;
}

void Viewport::setPlane(view::PlaneKind kind)
{
    if (const auto at = point(); at && kind != view::PlaneKind::Native) {
        m_state.plane.through = *at;
    }
    const auto keep = m_state.plane.through;
    const auto index = m_state.plane.index;
    m_state.plane = {};
    m_state.plane.kind = kind;
    m_state.plane.index = index;
    m_state.plane.through = keep;
    m_state.panX = m_state.panY = 0;
    m_state.zoom = 1;
    if (kind == view::PlaneKind::Native) {
        lookAt(keep);
        m_state.slab = {};
    }
    followArea();
}

void Viewport::lookAt(const image::Vec3& where)
{
    m_state.plane.through = where;
    if (m_state.plane.kind != view::PlaneKind::Native || !m_displaySet) {
        return;
    }
    double nearest = 0;
    std::int32_t best = -1;
    for (std::size_t i = 0; i < m_displaySet->frames.size(); ++i) {
        const auto& plane = m_displaySet->frames[i].plane;
        if (!plane) {
            return;
        }
        const double distance = std::abs(plane->distance(where));
        if (best < 0 || distance < nearest) {
            nearest = distance;
            best = static_cast<std::int32_t>(i);
        }
    }
    if (best >= 0) {
        showFrame(FrameIndex{best});
    }
}

std::optional<image::Vec3> Viewport::point() const
{
    if (m_state.plane.kind != view::PlaneKind::Native) {
        return m_state.plane.through;
    }
    const auto* shown = frame();
    if (shown == nullptr || !shown->plane) {
        return std::nullopt;
    }
    return shown->plane->toPatient({(shown->columns - 1) / 2.0, (shown->rows - 1) / 2.0});
}

namespace {

image::Window inputRangeOf(const image::LookupTable& table)
{
    const auto entries = static_cast<double>(table.entries.size());
    return {table.firstMapped + entries / 2, std::max(1.0, entries), image::VoiFunction::Linear, {}};
}

} // namespace

const image::LookupTable* Viewport::voiTable() const
{
    const auto* shown = frame();
    if (m_state.window || shown == nullptr) {
        return nullptr;
    }
    if (const auto presented = presentation()) {
        return presented->voiTable ? &presented->voiTable->table : nullptr;
    }
    const bool own = m_state.voiTable < 0 && shown->windows.empty() && !shown->voiTables.empty();
    const auto index = static_cast<std::size_t>(own ? 0 : m_state.voiTable);
    return (own || m_state.voiTable >= 0) && index < shown->voiTables.size() ? &shown->voiTables[index]->table : nullptr;
}

bool Viewport::tableInEffect() const { return voiTable() != nullptr; }

image::Window Viewport::window() const
{
    if (m_state.window) {
        return *m_state.window;
    }
    if (const auto* table = voiTable()) {
        return inputRangeOf(*table);
    }
    if (const auto presented = presentation(); presented && presented->window) {
        return *presented->window;
    }
    const auto* shown = frame();
    if (shown != nullptr && !shown->windows.empty()) {
        return shown->windows.front();
    }
    if (!m_defaultKnown) {
        const auto snapshot = table();
        const auto at = static_cast<std::size_t>(std::max(0, m_state.plane.index.value));
        if (snapshot && at < snapshot->entries.size() && snapshot->entries[at].slice && !snapshot->entries[at].slice->rgb) {
            auto& self = const_cast<Viewport&>(*this);
            self.m_default = image::initialWindow(*snapshot->entries[at].slice);
            self.m_defaultKnown = true;
        }
    }
    return m_defaultKnown ? m_default : image::Window{128, 256, image::VoiFunction::Linear, {}};
}

void Viewport::dragWindow(double dx, double dy)
{
    image::Window changed = window();
    // One window width across 400 pixels, so that a narrow window moves finely and a wide one quickly.
    // Windows of parametric maps are far narrower than one unit.
    const bool fine = changed.function != image::VoiFunction::Linear || changed.width < 1;
    const double gain = (fine ? changed.width : std::max(changed.width, 1.0)) / 400.0;
    changed.width = std::max(fine ? changed.width / 100 : 1.0, changed.width + dx * gain);
    changed.center += dy * gain;
    changed.explanation.clear();
    m_state.window = changed;
}

void Viewport::setWindow(const image::Window& chosen)
{
    m_state.window = chosen;
    m_state.voiTable = -1;
}

void Viewport::setVoiTable(int index)
{
    m_state.window.reset();
    m_state.voiTable = index;
}

void Viewport::toggleOverlays() { m_state.showOverlays = !m_state.showOverlays; }

// Asked for at every paint, and comparing every reference with every frame takes time.
std::vector<load::PresentationStatePtr> Viewport::presentationStates() const
{
    if (!m_store || !m_displaySet) {
        return {};
    }
    const std::size_t known = m_store->presentationStates().size();
    if (m_statesOf != m_displaySet || m_statesKnown != known) {
        m_states = m_store->presentationStatesFor(*m_displaySet);
        m_statesOf = m_displaySet;
        m_statesKnown = known;
    }
    return m_states;
}

void Viewport::setPresentationState(load::PresentationStatePtr state)
{
    m_presentationState = std::move(state);
    m_presentation.reset();
    m_state.window.reset();
    m_state.voiTable = -1;
    m_state.zoom = 1;
    m_state.panX = m_state.panY = 0;
    m_state.invert = false;
    m_state.flipVertical = m_state.flipHorizontal = false;
    m_state.quarterTurns = 0;
    m_presented = false;
    followArea();
}

std::shared_ptr<const image::Presentation> Viewport::presentation() const
{
    const auto* shown = frame();
    if (!m_presentationState || shown == nullptr || m_state.plane.kind != view::PlaneKind::Native) {
        return nullptr;
    }
    if (!m_presentation || m_presentation->object != shown->identity.sop || m_presentation->frame != shown->frame) {
        auto said = m_presentationState->forFrame(shown->identity.sop, shown->frame);
        m_presentation = said ? std::make_shared<const image::Presentation>(std::move(*said)) : nullptr;
    }
    return m_presentation;
}

void Viewport::followArea()
{
    const auto presented = presentation();
    m_state.area = presented ? presented->area : std::nullopt;
    // Turn and flip hold for the frames that the state speaks of, and for no other (hazard 7).
    if (m_presented != (presented != nullptr)) {
        m_presented = presented != nullptr;
        m_state.quarterTurns = m_presented ? m_presentationState->rotation / 90 : 0;
        m_state.flipHorizontal = m_presented && m_presentationState->flipHorizontal;
        m_state.flipVertical = false;
    }
}

void Viewport::setPreset(int number)
{
    const auto* shown = frame();
    if (shown == nullptr) {
        return;
    }
    const auto presets = view::presetsFor(shown->modality);
    if (number >= 1 && number <= static_cast<int>(presets.size())) {
        m_state.window = presets[static_cast<std::size_t>(number - 1)].window;
    }
}

void Viewport::zoomBy(double factor)
{
    const double before = m_state.zoom;
    m_state.zoom = std::clamp(m_state.zoom * factor, 0.1, 40.0);
    m_state.panX *= m_state.zoom / before;
    m_state.panY *= m_state.zoom / before;
}

void Viewport::pan(double dx, double dy)
{
    m_state.panX += dx;
    m_state.panY += dy;
}

void Viewport::toggleInvert() { m_state.invert = !m_state.invert; }
void Viewport::flipHorizontal() { m_state.flipHorizontal = !m_state.flipHorizontal; }
void Viewport::turn() { m_state.quarterTurns = (m_state.quarterTurns + 1) % 4; }
void Viewport::setSlab(const image::Slab& slab) { m_state.slab = slab; }

void Viewport::reset()
{
    const auto plane = m_state.plane;
    const auto id = m_state.displaySetId;
    m_state = {};
    m_state.displaySetId = id;
    m_state.plane = plane;
    m_presentationState.reset();
    m_presentation.reset();
    m_presented = false; // turn and flip are the reader's own from here on
}

} // namespace akari::session
