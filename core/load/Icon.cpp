#include "core/load/Icon.h"

#include "core/dicom/Tags.h"
#include "core/load/StudyStore.h"

namespace akari::load {

namespace {

constexpr dicom::Tag kIconImageSequence{0x0088, 0x0200};

} // namespace

Result<std::shared_ptr<const image::Slice>> readIcon(const dicom::Part10& file, const ObjectIdentity& identity, decode::DecodePool& pool)
{
    const auto& items = file.dataSet.items(kIconImageSequence);
    const auto* element = items.empty() ? nullptr : items.front().find(dicom::tags::PixelData);
    if (element == nullptr || element->length == 0) {
        return fail("icon.absent", "This object carries no icon image.");
    }
    // The item is a little image of its own, in the file's transfer syntax or uncompressed.
    dicom::Part10 icon = file;
    icon.dataSet = items.front();
    icon.encapsulated = element->undefinedLength;
    if (!icon.encapsulated && icon.transferSyntaxUid.starts_with("1.2.840.10008.1.2.4")) {
        icon.transferSyntaxUid = "1.2.840.10008.1.2.1";
    }
    const auto pixels = decode::describePixels(icon.dataSet);
    const auto extents = dicom::frameExtents(icon);
    const auto frames = image::readFrames(icon, identity);
    if (!pixels || !extents || !frames) {
        return fail(!pixels ? pixels.error() : !extents ? extents.error() : frames.error());
    }
    if (frames->empty() || extents->empty()) {
        return fail("icon.absent", "This object carries no icon image.");
    }
    auto decoded = pool.decode(icon, *pixels, extents->front(), FrameNumber{1}, BindingToken::next());
    if (!decoded) {
        return fail(decoded.error());
    }
    image::FrameAttributes attributes = frames->front();
    if (attributes.windows.empty()) {
        const double low = attributes.storedLowest;
        const double high = attributes.storedHighest;
        attributes.windows = {{(low + high) / 2, high - low, image::VoiFunction::LinearExact, {}}};
    }
    auto slice = makeSlice(attributes, std::move(*decoded), icon);
    if (!slice) {
        return fail(slice.error());
    }
    return std::shared_ptr<const image::Slice>(std::move(*slice));
}

} // namespace akari::load
