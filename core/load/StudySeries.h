// Private to core/load: what is known of one series. Everything here is protected by the store's mutex.
#pragma once

#include "core/load/StudyStore.h"

namespace akari::load {

struct StudyStore::FrameSlot {
    image::FrameAttributes attributes;
    Series* series = nullptr;
    image::SliceState state = image::SliceState::Absent;
    std::shared_ptr<const image::Slice> slice;
    std::string failure;
    bool video = false;  // a picture of a stream: cheap only in its order
    bool queued = false; // somebody is loading it
    bool noRoom = false; // failed for want of memory alone: tried again when wanted again
    FilePtr arriving;    // sync's bytes, let go when decoded
    // The decoder's own form, while a twin of this frame is still to be written.
    std::optional<decode::PixelDescription> twinWanted;
    bool exact = false;  // the slice's samples are the decoder's

    // Of a slice that came as a lossless copy (attributes.provisional): SHA-256 of its samples, once they are decoded, and its original when that
    // came while the copy was being decoded.
    Bytes copyHash;
    struct Original {
        FilePtr file;
        image::FrameAttributes attributes;
    };
    std::unique_ptr<Original> original;
};

// A frame in memory, and what it was before it became a slice.
struct StudyStore::Loaded {
    std::shared_ptr<const image::Slice> slice;
    std::optional<decode::PixelDescription> twinWanted;
    bool exact = false;
};

// A display set that is being loaded, and in which order.
struct StudyStore::Wanted {
    std::string id;
    FrameIndex cursor;
    std::shared_ptr<const image::DisplaySet> orderedFor; // another set: the order is made anew
    std::vector<std::uint32_t> order;
    std::size_t next = 0; // everything before it is loaded, queued or failed
};

struct StudyStore::Series {
    // A display set with its frames' slots, in the same order.
    struct Shown {
        std::shared_ptr<const image::DisplaySet> set;
        std::vector<FrameSlot*> slots;
        image::SliceTablePtr snapshot; // null after anything in it has changed
    };
    SeriesInstanceUid uid;
    std::vector<std::unique_ptr<FrameSlot>> slots; // arrival order
    std::set<std::string> objects;                 // SOP Instance UIDs
    std::vector<ExpectedSlice> expectedSlices;     // listed by the archive; may have come since
    std::vector<std::unique_ptr<FrameSlot>> travelling; // those of them that have not, remade with `shown`
    std::int64_t expected = -1;
    std::int64_t unreadable = 0;
    std::vector<Shown> shown;
    bool dirty = false;                            // frames have come since `shown` was made
};

// SHA-256 of its samples.
Bytes hashOf(const image::Slice& slice);

// An object whose attributes don't fit into memory is one that can't be read.
Result<std::vector<image::FrameAttributes>> framesIn(const dicom::Part10& file, const ObjectIdentity& identity);

} // namespace akari::load
