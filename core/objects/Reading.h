// Private to the room: what every reader of an object does. Counts in a file are never believed: vectors grow with the items that are
// there, and the dataset reader has bounded those.
#pragma once

#include "core/dicom/DataSet.h"
#include "core/objects/ObjectTags.h"
#include "core/objects/References.h"

namespace akari::objects::reading {

using dicom::DataSet;
using dicom::Tag;

const DataSet* firstItem(const DataSet& dataSet, Tag sequence); // null when there is none

// PS3.3 8.8, of an item of a code sequence, of a sequence's first item, of all its items.
CodedConcept codeOfItem(const DataSet& item);
CodedConcept code(const DataSet& dataSet, Tag sequence);
std::vector<CodedConcept> codes(const DataSet& dataSet, Tag sequence);

std::vector<std::int32_t> wholeNumbers(const DataSet& dataSet, Tag tag); // what is negative or too large is left out
ReferencedSop referencedSop(const DataSet& item);
std::vector<ReferencedSop> referencedSops(const DataSet& dataSet, Tag sequence);
// Referenced Series Sequence (PS3.3 C.12.4, C.8.20) with Referenced Instance, SOP or Image Sequence.
std::vector<ReferencedSeries> referencedSeries(const DataSet& dataSet);

// A functional group's first item: the frame's own (`perFrame`, null where there is none), else the shared one, else null (PS3.3 C.7.6.16).
const DataSet* functionalGroup(const DataSet& dataSet, const DataSet* perFrame, Tag sequence);

// Whole numbers within the type; nullopt where absent or beyond it.
std::optional<std::int32_t> small(const DataSet& dataSet, Tag tag, std::size_t index = 0);
std::int32_t smallOr(const DataSet& dataSet, Tag tag, std::int32_t fallback);

// Rows and Columns, each 1 to 65535; nullopt otherwise.
struct FrameSize {
    std::uint32_t rows = 0, columns = 0;
};
std::optional<FrameSize> frameSize(const DataSet& dataSet);

// Number of Frames, 1 where it is absent; nullopt where it is no number above 0.
std::optional<std::int32_t> frameCount(const DataSet& dataSet);

// Recommended Display CIELab Value (PS3.3 C.10.7.1.1), D50, as sRGB.
std::optional<DisplayColour> colourFromLab(const DataSet& dataSet, Tag tag);

void note(std::vector<std::string>& warnings, std::string_view code); // once each

} // namespace akari::objects::reading
