// Whole datasets, for objects that have no narrower content to be compared by: presentation states, key object selections, segmentations,
// images.
#include <algorithm>
#include <array>

#include "core/archive/Proof.h"
#include "core/dicom/Tags.h"

namespace akari::archive {
namespace {

namespace tags = dicom::tags;
using dicom::DataSet;
using dicom::Element;
using dicom::Tag;
using dicom::Vr;

// What an archive may change, add or take out at the top of an object (docs/architecture.md lists them in words): who the patient is said
// to be beside the number that identifies, what the study is called, where the object is kept, and what was changed.
constexpr std::array kCoercible = {
    Tag(0x0008, 0x0005),                                           // Specific Character Set: texts are compared decoded
    Tag(0x0008, 0x0054), Tag(0x0008, 0x0056), Tag(0x0008, 0x1190), // Retrieve AE Title, Instance Availability, Retrieve URL
    Tag(0x0008, 0x0090), Tag(0x0008, 0x1030), Tag(0x0008, 0x1110), // Referring Physician, Study Description, Referenced Study
    Tag(0x0010, 0x0010), Tag(0x0010, 0x0030), Tag(0x0010, 0x0032), Tag(0x0010, 0x0040), // name, birth date and time, sex
    Tag(0x0010, 0x1000), Tag(0x0010, 0x1001), Tag(0x0010, 0x1002), Tag(0x0010, 0x4000), // other ids and names, comments
    Tag(0x0010, 0x0024),                                                                // Issuer of Patient ID Qualifiers
    Tag(0x0020, 0x0010),                                                                // Study ID
    Tag(0x0040, 0x0275),                                                                // Request Attributes
    Tag(0x0100, 0x0410), Tag(0x0100, 0x0420), Tag(0x0100, 0x0424), Tag(0x0100, 0x0426), // SOP Instance Status and its history
    Tag(0x0400, 0x0561),                                                                // Original Attributes
    Tag(0xfffc, 0xfffc),                                                                // Data Set Trailing Padding
};

bool isCoercible(Tag tag)
{
    return std::find(kCoercible.begin(), kCoercible.end(), tag) != kCoercible.end();
}
bool isPixels(Tag tag)
{
    return tag == tags::PixelData || tag == tags::FloatPixelData || tag == tags::DoubleFloatPixelData;
}

bool isText(Vr vr)
{
    constexpr std::string_view kTexts = "AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT ";
    return kTexts.find(std::string{vr.code[0], vr.code[1], ' '}) != std::string_view::npos;
}

BytesView withoutPadding(BytesView value, bool text)
{
    while (!value.empty() && ((text && value.back() == ' ') || value.back() == 0)) {
        value = value.first(value.size() - 1);
    }
    return value;
}

bool isEmpty(const DataSet& set, const Element& element)
{
    return element.items.empty() && withoutPadding(set.bytes(element.tag), true).empty() && !(isPixels(element.tag) && element.length > 0);
}

bool sameValue(const DataSet& a, const Element& ours, const DataSet& b, const Element& theirs)
{
    const BytesView one = a.bytes(ours.tag);
    const BytesView other = b.bytes(theirs.tag);
    if (std::equal(one.begin(), one.end(), other.begin(), other.end())) {
        return a.bigEndian() == b.bigEndian() || isText(ours.vr) || one.size() < 2 || ours.vr.is('O', 'B') || ours.vr.is('U', 'N');
    }
    if (isText(ours.vr) || isText(theirs.vr)) {
        const BytesView left = withoutPadding(one, true);
        const BytesView right = withoutPadding(other, true);
        return std::equal(left.begin(), left.end(), right.begin(), right.end()) ||
               (a.texts(ours.tag) == b.texts(ours.tag) && !a.texts(ours.tag).empty());
    }
    if (a.bigEndian() != b.bigEndian()) {
        const auto numbers = a.numbers(ours.tag);
        return !numbers.empty() && numbers == b.numbers(ours.tag);
    }
    // The one byte that makes a value even.
    const BytesView& longer = one.size() > other.size() ? one : other;
    const BytesView& shorter = one.size() > other.size() ? other : one;
    return longer.size() == shorter.size() + 1 && longer.back() == 0 && std::equal(shorter.begin(), shorter.end(), longer.begin());
}

std::optional<std::string> difference(const DataSet& ours, const DataSet& theirs, bool top, const std::string& path)
{
    for (const Element& element : ours.elements()) {
        if (element.tag.element == 0 || (top && (isPixels(element.tag) || isCoercible(element.tag)))) {
            continue;
        }
        const std::string here = path + element.tag.text();
        const Element* other = theirs.find(element.tag);
        if (other == nullptr) {
            if (isEmpty(ours, element)) {
                continue; // says as little as if it were not there
            }
            return here;
        }
        if (element.items.size() != other->items.size()) {
            return here;
        }
        for (std::size_t i = 0; i < element.items.size(); ++i) {
            if (auto inside = difference(element.items[i], other->items[i], false, here + "[" + std::to_string(i + 1) + "].")) {
                return inside;
            }
        }
        if (element.items.empty() && !sameValue(ours, element, theirs, *other)) {
            return here;
        }
    }
    for (const Element& element : theirs.elements()) {
        const bool mayBeAdded = element.tag.element == 0 || (top && (isCoercible(element.tag) || element.tag.group % 2 == 1));
        if (!mayBeAdded && !(top && isPixels(element.tag)) && ours.find(element.tag) == nullptr && !isEmpty(theirs, element)) {
            return path + element.tag.text();
        }
    }
    return std::nullopt;
}

// Byte for byte. Where frames are encapsulated the table of their offsets may have been written anew, the frames not.
bool samePixels(const dicom::Part10& ours, const dicom::Part10& theirs, Tag tag)
{
    const Element* a = ours.dataSet.find(tag);
    const Element* b = theirs.dataSet.find(tag);
    if (a == nullptr || b == nullptr) {
        return a == nullptr && b == nullptr;
    }
    if (ours.encapsulated != theirs.encapsulated || (ours.encapsulated && ours.transferSyntaxUid != theirs.transferSyntaxUid) ||
        ours.dataSet.bigEndian() != theirs.dataSet.bigEndian()) {
        return false;
    }
    const BytesView one = ours.dataSet.bytes(tag);
    const BytesView other = theirs.dataSet.bytes(tag);
    if (std::equal(one.begin(), one.end(), other.begin(), other.end())) {
        return true;
    }
    const auto frames = ours.encapsulated ? dicom::frameExtents(ours) : Result<std::vector<dicom::FrameExtent>>(fail("pixels.absent", ""));
    const auto others = ours.encapsulated ? dicom::frameExtents(theirs) : frames;
    if (!frames || !others || frames->size() != others->size()) {
        return false;
    }
    for (std::size_t i = 0; i < frames->size(); ++i) {
        if (dicom::frameBytes(ours, (*frames)[i]) != dicom::frameBytes(theirs, (*others)[i])) {
            return false;
        }
    }
    return true;
}

} // namespace

std::optional<std::string> differenceOfDataSets(const dicom::Part10& ours, const dicom::Part10& theirs)
{
    for (const Tag tag : {tags::PixelData, tags::FloatPixelData, tags::DoubleFloatPixelData}) {
        if (!samePixels(ours, theirs, tag)) {
            return tag.text() + " pixel data";
        }
    }
    return difference(ours.dataSet, theirs.dataSet, true, "");
}

} // namespace akari::archive
