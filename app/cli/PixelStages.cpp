#include "app/cli/PixelStages.h"

#include <cstdio>
#include <cstring>
#include <filesystem>

#include "core/base/FileIo.h"
#include "core/dicom/Tags.h"
#include "render/PlanarScene.h"

namespace akari::cli {

namespace {

template <class T> void append(Bytes& out, const std::vector<T>& values)
{
    const auto at = out.size();
    out.resize(at + values.size() * sizeof(T));
    if (!values.empty()) {
        std::memcpy(out.data() + at, values.data(), values.size() * sizeof(T));
    }
}

const char* nameOf(decode::Photometric photometric)
{
    switch (photometric) {
    case decode::Photometric::Monochrome1: return "MONOCHROME1";
    case decode::Photometric::Monochrome2: return "MONOCHROME2";
    case decode::Photometric::PaletteColor: return "PALETTE COLOR";
    default: return "RGB";
    }
}

std::string typeOf(const decode::PixelDescription& pixels)
{
    return (pixels.isFloat ? "float" : pixels.isSigned ? "int" : "uint") + std::to_string(pixels.bitsAllocated);
}

const char* nameOf(image::VoiFunction function)
{
    return function == image::VoiFunction::Sigmoid ? "SIGMOID" : function == image::VoiFunction::LinearExact ? "LINEAR_EXACT" : "LINEAR";
}

Json windowJson(const image::Window& window)
{
    return {{"center", window.center}, {"width", window.width}, {"function", nameOf(window.function)}, {"explanation", window.explanation}};
}

Json tableJson(const image::LookupTable& table)
{
    return {{"entries", table.entries.size()}, {"firstMapped", table.firstMapped}, {"bits", table.bits}};
}

Json overlayJson(const image::OverlayPlane& plane)
{
    char group[8];
    std::snprintf(group, sizeof group, "%04X", plane.group);
    return {{"group", group}, {"rows", plane.rows}, {"columns", plane.columns}, {"origin", {plane.firstRow + 1, plane.firstColumn + 1}},
            {"pixelsSet", plane.set()}, {"type", plane.regionOfInterest ? "R" : "G"}, {"label", plane.label}};
}

Json shutterJson(const image::Shutter& shutter)
{
    Json json{{"pValue", shutter.pValue}};
    if (shutter.rectangle) {
        const auto& r = *shutter.rectangle;
        json["rectangle"] = {{"left", r.firstColumn + 1}, {"upper", r.firstRow + 1}, {"right", r.lastColumn + 1}, {"lower", r.lastRow + 1}};
    }
    if (shutter.circle) {
        json["circle"] = {{"column", shutter.circle->column + 1}, {"row", shutter.circle->row + 1}, {"radius", shutter.circle->radius}};
    }
    if (!shutter.polygon.empty()) {
        json["polygonVertices"] = shutter.polygon.size();
    }
    json["bitmap"] = shutter.bitmap != nullptr;
    return json;
}

Result<Json> appendStored(load::StudyStore& store, const load::StudyStore::Place& place, Bytes& out)
{
    const auto frame = store.stored(place.displaySetId, place.index);
    if (!frame) {
        return fail(frame.error());
    }
    out.insert(out.end(), frame->samples.begin(), frame->samples.end());
    return Json{{"rows", frame->pixels.rows}, {"columns", frame->pixels.columns}, {"samples", frame->pixels.samplesPerPixel},
                {"type", typeOf(frame->pixels)}, {"stage", "stored"}, {"photometric", nameOf(frame->pixels.photometric)}};
}

std::string appendModality(const image::Slice& slice, Bytes& out)
{
    std::vector<float> values;
    values.reserve(std::size_t{slice.attributes.rows} * slice.attributes.columns);
    for (std::uint32_t row = 0; row < slice.attributes.rows; ++row) {
        for (std::uint32_t column = 0; column < slice.attributes.columns; ++column) {
            values.push_back(static_cast<float>(slice.modalityAt(column, row)));
        }
    }
    append(out, values);
    return "float32";
}

Result<std::string> appendDisplay(const image::Slice& slice, const StageRequest& request, Bytes& out)
{
    std::optional<image::Presentation> presentation;
    if (request.presentation) {
        presentation = request.presentation->forFrame(slice.attributes.identity.sop, slice.attributes.frame);
        if (!presentation) {
            return fail("presentation.other", "The presentation state does not speak of this frame; choose another.");
        }
    }
    append(out, render::displayValues(slice, request.choice, presentation ? &*presentation : nullptr));
    return std::string("uint16");
}

} // namespace

Json suvJson(const image::FrameAttributes& frame)
{
    Json json = Json::object();
    if (frame.suv) {
        const auto put = [&](const char* name, const std::optional<double>& factor) {
            if (factor) {
                json[name] = *factor;
            }
        };
        put("bw", frame.suv->bodyWeight);
        put("lbm", frame.suv->leanBodyMass);
        put("bsa", frame.suv->bodySurface);
    }
    return json;
}

Json appearanceJson(const image::Slice& slice)
{
    const image::FrameAttributes& a = slice.attributes;
    Json windows = Json::array(), tables = Json::array(), overlays = Json::array();
    for (const auto& window : a.windows) {
        windows.push_back(windowJson(window));
    }
    for (const auto& table : a.voiTables) {
        tables.push_back(tableJson(table->table));
        tables.back()["explanation"] = table->explanation;
    }
    for (const auto& plane : slice.overlays) {
        overlays.push_back(overlayJson(*plane));
    }
    Json json{{"windows", windows}, {"voiLuts", tables}, {"overlays", overlays}, {"inverse", !slice.rgb && image::shownInverse(a)},
              {"pixelAspect", a.pixelAspect}, {"warnings", a.warnings}};
    if (a.modalityTransform.table) {
        json["modalityLut"] = tableJson(*a.modalityTransform.table);
    }
    if (a.paddingFirst && a.paddingLast) {
        json["padding"] = {*a.paddingFirst, *a.paddingLast};
    }
    if (a.shutter) {
        json["shutter"] = shutterJson(*a.shutter);
    }
    if (a.suv) {
        json["suv"] = suvJson(a);
    } else if (!a.suvRefused.empty()) {
        json["suvRefused"] = a.suvRefused;
    }
    return json;
}

Json presentationStateJson(const objects::PresentationState& state)
{
    Json images = Json::array();
    for (const auto& reference : state.references) {
        images.push_back({{"series", reference.series.value}, {"sop", reference.sop.value}, {"frames", reference.frames}});
    }
    std::size_t shapes = 0, texts = 0;
    for (const auto& graphic : state.graphics) {
        shapes += graphic.value.shapes.size();
        texts += graphic.value.texts.size();
    }
    return {{"sopInstanceUid", state.identity.sop.value}, {"seriesInstanceUid", state.identity.series.value}, {"label", state.label},
            {"description", state.description}, {"created", state.created}, {"images", images}, {"modality", state.modality.has_value()},
            {"vois", state.vois.size()}, {"inverse", state.inverse.value_or(false)}, {"presentationLut", state.presentationTable != nullptr},
            {"shutter", state.shutter != nullptr}, {"areas", state.areas.size()}, {"rotation", state.rotation}, {"flip", state.flipHorizontal},
            {"layers", state.layers.size()}, {"shapes", shapes}, {"texts", texts}, {"overlays", state.overlays.size()},
            {"activations", state.activations.size()}, {"masks", state.masks.size()}, {"warnings", state.warnings}};
}

Result<Json> appendStage(load::StudyStore& store, const load::StudyStore::Place& place, const StageRequest& request, Bytes& out)
{
    const auto loaded = store.load(place.displaySetId, place.index);
    if (!loaded) {
        return fail(loaded.error());
    }
    const image::Slice& slice = **loaded;
    const image::FrameAttributes& a = slice.attributes;
    Json description;
    if (request.stage == "stored") {
        auto stored = appendStored(store, place, out);
        if (!stored) {
            return fail(stored.error());
        }
        description = std::move(*stored);
    } else {
        std::string type = "uint8";
        if (slice.rgb) {
            append(out, std::get<std::vector<std::uint8_t>>(slice.samples));
        } else if (request.stage == "modality") {
            type = appendModality(slice, out);
        } else {
            const auto shown = appendDisplay(slice, request, out);
            if (!shown) {
                return fail(shown.error());
            }
            type = *shown;
        }
        description = {{"rows", a.rows}, {"columns", a.columns}, {"samples", slice.rgb ? 3 : 1}, {"type", type}, {"stage", request.stage},
                       {"photometric", slice.rgb ? "RGB" : a.monochrome1 ? "MONOCHROME1" : "MONOCHROME2"}};
    }
    description.update({{"slope", a.modalityTransform.slope}, {"intercept", a.modalityTransform.intercept}, {"unit", a.modalityTransform.unit}});
    description.update(appearanceJson(slice));
    if (request.presentation) {
        description["presentationState"] = presentationStateJson(*request.presentation);
    }
    return description;
}

Result<image::VoiChoice> voiChoiceOf(const std::string& text, const image::FrameAttributes& frame)
{
    image::VoiChoice choice;
    int number = 0;
    if (std::sscanf(text.c_str(), "window:%d", &number) == 1 && number >= 1 && static_cast<std::size_t>(number) <= frame.windows.size()) {
        choice.window = frame.windows[static_cast<std::size_t>(number - 1)];
        return choice;
    }
    if (std::sscanf(text.c_str(), "lut:%d", &number) == 1 && number >= 1 && static_cast<std::size_t>(number) <= frame.voiTables.size()) {
        choice.table = number - 1;
        return choice;
    }
    return fail("usage.voi", "This frame has " + std::to_string(frame.windows.size()) + " windows and " + std::to_string(frame.voiTables.size())
                                 + " VOI tables; name one as window:N or lut:N, counted from 1.");
}

Result<load::PresentationStatePtr> presentationStateOf(const load::StudyStore& store, const std::string& text)
{
    for (const auto& state : store.presentationStates()) {
        if (state->identity.sop.value == text) {
            return state;
        }
    }
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(text, ignored)) {
        return fail("presentation.unknown", "The study has no presentation state of this UID that can be read, and there is no such file.");
    }
    auto bytes = readWholeFile(text);
    if (!bytes) {
        return fail(bytes.error());
    }
    const auto file = dicom::readPart10(std::make_shared<const Bytes>(std::move(*bytes)));
    if (!file) {
        return fail(file.error());
    }
    const auto identity = dicom::identityOf(*file, "file");
    if (!identity) {
        return fail(identity.error());
    }
    auto state = objects::readPresentationState(*file, *identity);
    if (!state) {
        return fail(state.error());
    }
    return std::make_shared<const objects::PresentationState>(std::move(*state));
}

} // namespace akari::cli
