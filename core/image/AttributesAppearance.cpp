#include <algorithm>
#include <cmath>

#include "core/dicom/Tags.h"
#include "core/image/AttributeParts.h"
#include "core/image/FunctionalGroups.h"
#include "core/image/Shutter.h"
#include "core/image/Suv.h"

namespace akari::image {

namespace tags = dicom::tags;

namespace {

constexpr dicom::Tag kPixelAspectRatio{0x0028, 0x0034}, kFrameShutter{0x0018, 0x9472};
constexpr double kMostAspect = 100; // beyond, a picture would be a line

void readPolarity(const dicom::DataSet& d, FrameAttributes& frame)
{
    const std::string shape = d.textOr(tags::PresentationLUTShape);
    if (frame.samplesPerPixel == 1 && (shape == "INVERSE" || shape == "IDENTITY")) {
        frame.shapeInverse = shape == "INVERSE";
    }
}

void readStoredRange(const dicom::DataSet& d, FrameAttributes& frame)
{
    const auto bits = static_cast<int>(std::clamp<std::int64_t>(d.integer(tags::BitsStored).value_or(16), 1, 32));
    const bool isSigned = d.integer(tags::PixelRepresentation).value_or(0) == 1;
    frame.storedLowest = isSigned ? -std::exp2(bits - 1) : 0;
    frame.storedHighest = isSigned ? std::exp2(bits - 1) - 1 : std::exp2(bits) - 1;
}

void readAspect(const dicom::DataSet& d, FrameAttributes& frame)
{
    const auto vertical = d.number(kPixelAspectRatio, 0);
    const auto horizontal = d.number(kPixelAspectRatio, 1);
    if (!vertical || !horizontal) {
        return;
    }
    const double aspect = *vertical / *horizontal;
    if (*vertical > 0 && *horizontal > 0 && aspect >= 1 / kMostAspect && aspect <= kMostAspect) {
        frame.pixelAspect = aspect;
    } else if (frame.frame.value == 1) {
        frame.warnings.emplace_back("The pixel aspect ratio is not valid; pixels are shown square.");
    }
}

void readShutterOf(const dicom::DataSet& d, FrameAttributes& frame)
{
    const dicom::DataSet* group = functionalGroup(d, frame.frame, kFrameShutter);
    const dicom::DataSet& source = group && group->has(tags::ShutterShape) ? *group : d;
    bool invalid = false;
    frame.shutter = readShutter(source, {}, invalid);
    if (invalid && (group != nullptr || frame.frame.value == 1)) {
        frame.warnings.emplace_back("A display shutter of this image is not valid and is left out.");
    }
}

} // namespace

void readAppearance(const dicom::DataSet& d, FrameAttributes& frame)
{
    readPolarity(d, frame);
    readStoredRange(d, frame);
    readAspect(d, frame);
    readShutterOf(d, frame);
    if (frame.frame.value == 1) {
        readOverlays(d, frame.frame, frame.warnings); // for its warnings alone: the planes come with the pixels
    }
    SuvReading suv = readSuv(d);
    frame.suv = suv.suv;
    frame.suvRefused = std::move(suv.refused);
}

void copyAppearance(const FrameAttributes& first, FrameAttributes& frame)
{
    frame.modalityTransform = first.modalityTransform;
    frame.voiTables = first.voiTables;
    frame.paddingFirst = first.paddingFirst;
    frame.paddingLast = first.paddingLast;
    frame.floatPaddingFirst = first.floatPaddingFirst;
    frame.floatPaddingLast = first.floatPaddingLast;
    frame.shapeInverse = first.shapeInverse;
    frame.storedLowest = first.storedLowest;
    frame.storedHighest = first.storedHighest;
    frame.pixelAspect = first.pixelAspect;
    frame.shutter = first.shutter;
    frame.suv = first.suv;
    frame.suvRefused = first.suvRefused;
}

} // namespace akari::image
