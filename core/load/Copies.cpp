// Slices that were shown as lossless copies before their originals came.
#include <algorithm>

#include "core/load/StudySeries.h"

namespace akari::load {

// Whether there was a copy in the original's place. With the lock; `frames` of the original.
bool StudyStore::replaceCopy(Series& series, const ObjectIdentity& identity, const FilePtr& file,
                             const Result<std::vector<image::FrameAttributes>>& frames)
{
    const auto found = std::find_if(series.slots.begin(), series.slots.end(), [&](const auto& slot) {
        return slot->attributes.provisional && slot->attributes.identity.sop == identity.sop;
    });
    if (found == series.slots.end()) {
        return false;
    }
    FrameSlot& slot = **found;
    slot.original = std::make_unique<FrameSlot::Original>(FrameSlot::Original{file, slot.attributes});
    slot.original->attributes.provisional = false;
    slot.original->attributes.identity = identity;
    if (frames && frames->size() == 1) {
        slot.original->attributes = frames->front();
    } else {
        slot.original->file = nullptr; // no slice as the copy said: takeOriginal says so
    }
    if (!slot.queued) {
        takeOriginal(slot);
    }
    return true;
}

// With the lock; nobody decodes for the slot.
void StudyStore::takeOriginal(FrameSlot& slot)
{
    FrameSlot::Original original = std::move(*slot.original);
    slot.original.reset();
    slot.attributes = std::move(original.attributes);
    slot.series->dirty = true;
    ++m_generation;
    if (original.file) {
        slot.queued = true;
        m_arriving.emplace_back(&slot, std::move(original.file));
        return;
    }
    const std::uint64_t bytes = slot.slice ? slot.slice->bytes() : 0;
    m_services.budget.give(bytes);
    m_taken -= std::min(bytes, m_taken);
    slot.slice.reset();
    slot.state = image::SliceState::Failed;
    slot.failure = "The original of this slice can't be read.";
}

// With the lock. `hash` of what was decoded: the copy, or the original behind it.
void StudyStore::compareWithCopy(FrameSlot& slot, const Bytes& hash)
{
    if (slot.attributes.provisional) {
        slot.copyHash = hash;
        return;
    }
    if (slot.copyHash != hash) {
        slot.attributes.warnings.emplace_back("The compressed copy that was shown before this original had other pixels: tell the hospital");
        slot.series->dirty = true;
    }
    slot.copyHash.clear();
}

Bytes hashOf(const image::Slice& slice)
{
    return std::visit(
        [](const auto& samples) {
            return sha256(BytesView(reinterpret_cast<const std::uint8_t*>(samples.data()), samples.size() * sizeof(samples[0])));
        },
        slice.samples);
}

} // namespace akari::load
