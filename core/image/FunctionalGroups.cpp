#include "core/image/FunctionalGroups.h"

namespace akari::image {

namespace {
const dicom::DataSet* firstItem(const dicom::DataSet& dataSet, dicom::Tag sequence)
{
    const auto& items = dataSet.items(sequence);
    return items.empty() ? nullptr : &items.front();
}
} // namespace

const dicom::DataSet* functionalGroup(const dicom::DataSet& dataSet, FrameNumber frame, dicom::Tag sequence)
{
    const auto& perFrame = dataSet.items(dicom::tags::PerFrameFunctionalGroupsSequence);
    const auto index = static_cast<std::size_t>(frame.value - 1);
    if (frame.value >= 1 && index < perFrame.size()) {
        if (const dicom::DataSet* own = firstItem(perFrame[index], sequence)) {
            return own;
        }
    }
    const auto& shared = dataSet.items(dicom::tags::SharedFunctionalGroupsSequence);
    return shared.empty() ? nullptr : firstItem(shared.front(), sequence);
}

std::optional<double> groupNumber(const dicom::DataSet& dataSet, FrameNumber frame, dicom::Tag sequence, dicom::Tag tag)
{
    if (const dicom::DataSet* group = functionalGroup(dataSet, frame, sequence)) {
        if (const auto value = group->number(tag)) {
            return value;
        }
    }
    return dataSet.number(tag);
}

} // namespace akari::image
