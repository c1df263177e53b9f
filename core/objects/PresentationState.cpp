#include "core/objects/PresentationState.h"

#include <algorithm>
#include <cmath>

#include "core/dicom/Tags.h"
#include "core/image/LookupTables.h"
#include "core/objects/PresentationParts.h"

namespace akari::objects {

namespace tags = dicom::tags;
using dicom::Tag;

namespace {

constexpr Tag kReferencedSeries{0x0008, 0x1115}, kReferencedImages{0x0008, 0x1140}, kReferencedClass{0x0008, 0x1150},
    kReferencedInstance{0x0008, 0x1155}, kReferencedFrames{0x0008, 0x1160};
constexpr Tag kLabel{0x0070, 0x0080}, kDescription{0x0070, 0x0081}, kCreationDate{0x0070, 0x0082}, kCreationTime{0x0070, 0x0083},
    kCreator{0x0070, 0x0084};
constexpr Tag kSoftcopyVoi{0x0028, 0x3110}, kPresentationLut{0x2050, 0x0010}, kProfile{0x0028, 0x2000};
constexpr Tag kMaskSequence{0x0028, 0x6100}, kMaskOperation{0x0028, 0x6101}, kApplicableRange{0x0028, 0x6102}, kMaskFrames{0x0028, 0x6110};
constexpr std::string_view kGreyscale = "1.2.840.10008.5.1.4.1.1.11.1";
constexpr std::string_view kColour = "1.2.840.10008.5.1.4.1.1.11.2";

std::vector<std::int32_t> integersOf(const dicom::DataSet& d, Tag tag)
{
    std::vector<std::int32_t> values;
    for (const double value : d.numbers(tag)) {
        if (std::isfinite(value) && std::abs(value) < 1e9) {
            values.push_back(static_cast<std::int32_t>(value));
        }
    }
    return values;
}

void readRelationship(const dicom::DataSet& d, PresentationState& state)
{
    for (const dicom::DataSet& series : d.items(kReferencedSeries)) {
        const auto images = readReferencedImages(series, SeriesInstanceUid(series.textOr(tags::SeriesInstanceUID)));
        state.references.insert(state.references.end(), images.begin(), images.end());
    }
}

void readModality(const dicom::DataSet& d, PresentationState& state)
{
    image::ModalityTransform transform;
    const auto slope = d.number(tags::RescaleSlope);
    const auto& sequence = d.items(tags::ModalityLUTSequence);
    if (!sequence.empty()) {
        transform.table = image::readLookupTable(sequence.front(), false);
        if (!transform.table) {
            state.warnings.emplace_back("The presentation state's modality lookup table is not valid and is left out.");
            return;
        }
    } else if (slope) {
        transform.slope = *slope;
        transform.intercept = d.number(tags::RescaleIntercept).value_or(0);
        if (!std::isfinite(transform.slope) || transform.slope == 0 || !std::isfinite(transform.intercept)) {
            state.warnings.emplace_back("The presentation state's rescale is not valid and is left out.");
            return;
        }
    } else {
        return;
    }
    state.modality = std::move(transform);
}

void readVois(const dicom::DataSet& d, PresentationState& state)
{
    const bool signedInput = state.modality && !state.modality->table && (state.modality->intercept < 0 || state.modality->slope < 0);
    bool invalid = false;
    for (const dicom::DataSet& item : d.items(kSoftcopyVoi)) {
        ForImages<SoftcopyVoi> voi;
        voi.images = readReferencedImages(item, {});
        voi.value.windows = image::readWindowList(item, invalid);
        voi.value.tables = image::readVoiTables(item, signedInput, invalid);
        if (!voi.value.windows.empty() || !voi.value.tables.empty()) {
            state.vois.push_back(std::move(voi));
        }
    }
    if (invalid) {
        state.warnings.emplace_back("A window or VOI lookup table of the presentation state is not valid and is left out.");
    }
}

void readPresentationLut(const dicom::DataSet& d, PresentationState& state)
{
    const auto& sequence = d.items(kPresentationLut);
    if (sequence.empty()) {
        state.inverse = d.textOr(tags::PresentationLUTShape) == "INVERSE";
        return;
    }
    if (auto table = image::readLookupTable(sequence.front(), false)) {
        state.presentationTable = std::make_shared<const image::LookupTable>(std::move(*table));
    } else {
        state.inverse = false;
        state.warnings.emplace_back("The presentation lookup table is not valid and is left out.");
    }
}

void readMasks(const dicom::DataSet& d, PresentationState& state)
{
    for (const dicom::DataSet& item : d.items(kMaskSequence)) {
        state.masks.push_back({item.textOr(kMaskOperation), integersOf(item, kMaskFrames), integersOf(item, kApplicableRange)});
    }
}

void readOverlaysAndShutter(const dicom::DataSet& d, PresentationState& state)
{
    // An activation alone, without rows, names an overlay of the image.
    state.overlays = image::readOverlays(d, FrameNumber{1}, state.warnings);
    bool invalid = false;
    state.shutter = image::readShutter(d, state.overlays, invalid);
    if (invalid) {
        state.warnings.emplace_back("A display shutter of the presentation state is not valid and is left out.");
    }
}

template <class Value> const Value* valueFor(const std::vector<ForImages<Value>>& list, const SopInstanceUid& object, FrameNumber frame)
{
    for (const ForImages<Value>& entry : list) {
        if (entry.covers(object, frame)) {
            return &entry.value;
        }
    }
    return nullptr;
}

// Planes of an image are shown when activated; the state's own when activated or when they are nobody's shutter.
void addOverlays(const PresentationState& state, image::Presentation& presentation)
{
    for (const OverlayActivation& activation : state.activations) {
        const auto own = std::find_if(state.overlays.begin(), state.overlays.end(), [&](const auto& plane) { return plane->group == activation.group; });
        if (own == state.overlays.end()) {
            presentation.imageOverlays.push_back(activation.group);
        } else if (!state.shutter || state.shutter->bitmap != *own) {
            auto plane = std::make_shared<image::OverlayPlane>(**own);
            plane->layer = activation.layer;
            presentation.overlays.push_back(std::move(plane));
        }
    }
}

} // namespace

std::vector<ReferencedImage> readReferencedImages(const dicom::DataSet& item, const SeriesInstanceUid& series)
{
    std::vector<ReferencedImage> images;
    for (const dicom::DataSet& reference : item.items(kReferencedImages)) {
        const std::string sop = reference.textOr(kReferencedInstance);
        if (!sop.empty()) {
            images.push_back({series, SopInstanceUid(sop), reference.textOr(kReferencedClass), integersOf(reference, kReferencedFrames)});
        }
    }
    return images;
}

bool ReferencedImage::covers(const SopInstanceUid& object, FrameNumber frame) const
{
    return sop == object && (frames.empty() || std::find(frames.begin(), frames.end(), frame.value) != frames.end());
}

bool PresentationState::refersTo(const SopInstanceUid& object, FrameNumber frame) const
{
    return std::any_of(references.begin(), references.end(), [&](const ReferencedImage& image) { return image.covers(object, frame); });
}

std::optional<image::Presentation> PresentationState::forFrame(const SopInstanceUid& object, FrameNumber frame) const
{
    if (!refersTo(object, frame)) {
        return std::nullopt;
    }
    image::Presentation presentation;
    presentation.object = object;
    presentation.frame = frame;
    presentation.sopInstanceUid = identity.sop.value;
    presentation.label = label;
    presentation.modality = modality.value_or(image::ModalityTransform{});
    if (const SoftcopyVoi* voi = valueFor(vois, object, frame)) {
        if (!voi->windows.empty()) {
            presentation.window = voi->windows.front();
        } else {
            presentation.voiTable = voi->tables.front();
        }
    }
    presentation.presentationTable = presentationTable;
    presentation.inverse = inverse.value_or(false);
    presentation.shutter = shutter;
    if (const image::DisplayedArea* area = valueFor(areas, object, frame)) {
        presentation.area = *area;
    }
    presentation.quarterTurns = rotation / 90;
    presentation.flipHorizontal = flipHorizontal;
    addOverlays(*this, presentation);
    for (const ForImages<image::Graphic>& graphic : graphics) {
        if (graphic.covers(object, frame)) {
            presentation.graphics.push_back(graphic.value);
        }
    }
    return presentation;
}

bool isPresentationState(std::string_view sopClassUid) { return sopClassUid == kGreyscale || sopClassUid == kColour; }

Result<PresentationState> readPresentationState(const dicom::Part10& file, const ObjectIdentity& identity)
{
    const dicom::DataSet& d = file.dataSet;
    PresentationState state;
    state.identity = identity;
    state.sopClassUid = d.textOr(tags::SOPClassUID);
    if (!isPresentationState(state.sopClassUid)) {
        return fail("presentation.unsupported", "This object is no greyscale or colour presentation state, so it can't be applied.", state.sopClassUid);
    }
    state.label = d.textOr(kLabel);
    state.description = d.textOr(kDescription);
    state.creator = d.textOr(kCreator);
    state.created = d.textOr(kCreationDate) + d.textOr(kCreationTime);
    readRelationship(d, state);
    if (state.references.empty()) {
        return fail("presentation.references", "This presentation state names no image, so there is nothing to apply it to.");
    }
    readModality(d, state);
    readVois(d, state);
    readPresentationLut(d, state);
    readMasks(d, state);
    readOverlaysAndShutter(d, state);
    readPlacement(d, state);
    readGraphics(d, state);
    state.hasColourProfile = d.has(kProfile);
    return state;
}

} // namespace akari::objects
