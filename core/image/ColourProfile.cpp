#include "core/image/ColourProfile.h"

#include "core/image/FunctionalGroups.h"

namespace akari::image {

namespace {

constexpr dicom::Tag kProfile{0x0028, 0x2000}, kOpticalPaths{0x0048, 0x0105}, kPathIdentifier{0x0048, 0x0106}, kPathOfFrame{0x0048, 0x0207};

} // namespace

BytesView colourProfileOf(const dicom::DataSet& d, FrameNumber frame)
{
    if (const BytesView profile = d.bytes(kProfile); !profile.empty()) {
        return profile;
    }
    const auto& paths = d.items(kOpticalPaths);
    const dicom::DataSet* group = functionalGroup(d, frame, kPathOfFrame);
    const std::string wanted = group ? group->textOr(kPathIdentifier) : std::string{};
    for (const dicom::DataSet& path : paths) {
        if (paths.size() == 1 || (!wanted.empty() && path.textOr(kPathIdentifier) == wanted)) {
            return path.bytes(kProfile);
        }
    }
    return {};
}

} // namespace akari::image
