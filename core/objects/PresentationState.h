// Softcopy presentation states (PS3.3 A.33.1 greyscale, A.33.2 colour; modules C.7.6.11, C.9.2, C.10.4 to C.10.7, C.11.1, C.11.8, C.11.6,
// C.11.10 to C.11.13, C.7.6.10) as plain values. Reading is tolerant: what is not valid is left out with a warning. Any thread.
// Image points are {column, row}, 0-based at pixel centres; in the file they begin at the pixels' corners.
#pragma once

#include "core/base/Identity.h"
#include "core/dicom/DataSet.h"
#include "core/image/Presentation.h"

namespace akari::objects {

// An image that is spoken of; no frames: all of them.
struct ReferencedImage {
    SeriesInstanceUid series; // empty where the item does not say
    SopInstanceUid sop;
    std::string sopClassUid;
    std::vector<std::int32_t> frames;
    bool covers(const SopInstanceUid& object, FrameNumber frame) const;
};

// Something that holds for some of the referenced images; no images: for all of them.
template <class Value> struct ForImages {
    std::vector<ReferencedImage> images;
    Value value;
    bool covers(const SopInstanceUid& object, FrameNumber frame) const
    {
        for (const ReferencedImage& image : images) {
            if (image.covers(object, frame)) {
                return true;
            }
        }
        return images.empty();
    }
};

struct SoftcopyVoi {
    std::vector<image::Window> windows;
    std::vector<std::shared_ptr<const image::VoiTable>> tables;
};

struct GraphicLayer {
    std::string name;
    std::int32_t order = 0; // higher lies above
    std::string description;
    std::optional<std::uint16_t> greyPValue;
    std::vector<std::uint16_t> cieLab; // three values or none
};

// Subtraction of mask frames (C.7.6.10): read, not applied.
struct MaskOperation {
    std::string operation; // AVG_SUB, TID
    std::vector<std::int32_t> maskFrames;
    std::vector<std::int32_t> applicableRange; // pairs of first and last frame
};

struct OverlayActivation {
    std::uint16_t group = 0x6000;
    std::string layer;
};

struct PresentationState {
    ObjectIdentity identity;
    std::string sopClassUid;
    std::string label;          // Content Label
    std::string description;
    std::string creator;        // UTF-8
    std::string created;        // YYYYMMDDHHMMSS as far as it is given
    std::vector<ReferencedImage> references;

    std::optional<image::ModalityTransform> modality;
    std::vector<ForImages<SoftcopyVoi>> vois;
    std::optional<bool> inverse; // Presentation LUT Shape; absent with a table
    std::shared_ptr<const image::LookupTable> presentationTable;
    std::shared_ptr<const image::Shutter> shutter;
    std::vector<ForImages<image::DisplayedArea>> areas;
    int rotation = 0;           // degrees clockwise, a multiple of 90
    bool flipHorizontal = false; // after the rotation
    std::vector<GraphicLayer> layers; // by order
    std::vector<ForImages<image::Graphic>> graphics;
    std::vector<image::OverlayPtr> overlays; // the state's own planes
    std::vector<OverlayActivation> activations; // of the state's and of the images' planes
    std::vector<MaskOperation> masks;
    bool hasColourProfile = false;
    std::vector<std::string> warnings;

    bool refersTo(const SopInstanceUid& object, FrameNumber frame) const;
    // What holds for one frame, ready to be drawn; nullopt when the state does not speak of it.
    std::optional<image::Presentation> forFrame(const SopInstanceUid& object, FrameNumber frame) const;
};

// Greyscale and colour softcopy presentation states.
bool isPresentationState(std::string_view sopClassUid);
// "presentation.unsupported" for other objects, "presentation.references" when no image is named.
Result<PresentationState> readPresentationState(const dicom::Part10& file, const ObjectIdentity& identity);

} // namespace akari::objects
