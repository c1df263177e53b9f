// render: the same picture as the window.
#include <cstdio>

#include "app/cli/PixelStages.h"
#include "app/paint/Painter.h"
#include "render/PlanarScene.h"
#include "render/VolumeScene.h"

namespace akari::cli {

namespace {

struct RenderOptions {
    std::string series, displaySet, plane, volume, mode = "mip", window, voi, presentation, size = "1024x1024", out;
    int slice = -1;
    std::optional<double> at;
    double slab = 0;
    double azimuth = 0, elevation = 0, zoom = 1;
    bool bare = false;
    bool invert = false;
};

Result<std::pair<int, int>> sizeOf(const std::string& text)
{
    int width = 0;
    int height = 0;
    if (std::sscanf(text.c_str(), "%dx%d", &width, &height) != 2 || width < 16 || height < 16 || width > 8192 || height > 8192) {
        return fail("usage.size", "A size is WIDTHxHEIGHT in pixels, 16 to 8192 each, for example 1024x768.");
    }
    return std::pair(width, height);
}

Result<std::shared_ptr<const image::DisplaySet>> chooseSet(const load::StudyStore& store, const RenderOptions& options)
{
    for (const auto& set : store.displaySets()) {
        if (set->series.value == options.series && (options.displaySet.empty() || set->id == options.displaySet)) {
            return set;
        }
    }
    return fail("series.noimages", "This series has no images to draw, or no such display set.");
}

Status setPlane(view::ViewportState& state, const image::DisplaySet& set, const RenderOptions& options)
{
    const auto box = image::volumeBox(set);
    if (!box) {
        return fail("geometry.novolume", "This display set is no volume, so no other plane can be cut; render a slice of it.");
    }
    state.plane.through = box->center;
    if (options.plane == "axial") {
        state.plane.kind = view::PlaneKind::Axial;
        state.plane.through.z = options.at.value_or(box->center.z);
    } else if (options.plane == "coronal") {
        state.plane.kind = view::PlaneKind::Coronal;
        state.plane.through.y = options.at.value_or(box->center.y);
    } else {
        state.plane.kind = view::PlaneKind::Sagittal;
        state.plane.through.x = options.at.value_or(box->center.x);
    }
    if (options.slab > 0) {
        state.slab.thickness = options.slab;
        state.slab.mode = options.mode == "mip" ? image::SlabMode::Mip : options.mode == "minip" ? image::SlabMode::MinIp : image::SlabMode::Mean;
    }
    return {};
}

// The presentation state's say on the frame shown, into the scene: rotation, flip, area, grey chain, shutter, graphics.
Status applyPresentation(render::PlanarScene& scene, const load::StudyStore& store, const image::FrameAttributes& frame, const std::string& name)
{
    const auto state = presentationStateOf(store, name);
    if (!state) {
        return fail(state.error());
    }
    auto said = (*state)->forFrame(frame.identity.sop, frame.frame);
    if (!said) {
        return fail("presentation.other", "The presentation state does not speak of this frame; choose another.");
    }
    scene.state.quarterTurns = said->quarterTurns;
    scene.state.flipHorizontal = said->flipHorizontal;
    scene.state.area = said->area;
    scene.presentation = std::make_shared<const image::Presentation>(std::move(*said));
    return {};
}

Status chooseVoi(view::ViewportState& state, const image::FrameAttributes& frame, const std::string& voi)
{
    const auto choice = voiChoiceOf(voi, frame);
    if (!choice) {
        return fail(choice.error());
    }
    state.window = choice->window;
    state.voiTable = choice->table;
    return {};
}

Result<render::Picture> drawPlanar(load::StudyStore& store, const image::DisplaySet& set, const RenderOptions& options, int width, int height)
{
    render::PlanarScene scene;
    scene.width = width;
    scene.height = height;
    scene.state.displaySetId = set.id;
    scene.state.invert = options.invert;
    scene.state.showOverlays = !options.bare;
    if (!options.window.empty()) {
        const auto window = windowOf(options.window);
        if (!window) {
            return fail(window.error());
        }
        scene.state.window = *window;
    }
    if (!options.plane.empty()) {
        if (const auto plane = setPlane(scene.state, set, options); !plane) {
            return fail(plane.error());
        }
        scene.table = store.loadAll(set.id);
    } else {
        const int index = options.slice >= 0 ? options.slice : static_cast<int>(set.frames.size() / 2);
        if (index >= static_cast<int>(set.frames.size())) {
            return fail("usage.slice", "This display set has " + std::to_string(set.frames.size()) + " slices, counted from 0.");
        }
        scene.state.plane.index.value = index;
        const auto& frame = set.frames[static_cast<std::size_t>(index)];
        const Status chosen = options.voi.empty() ? Status{} : chooseVoi(scene.state, frame, options.voi);
        const Status applied = options.presentation.empty() ? Status{} : applyPresentation(scene, store, frame, options.presentation);
        if (!chosen || !applied) {
            return fail(!chosen ? chosen.error() : applied.error());
        }
        if (const auto loaded = store.load(set.id, FrameIndex{index}); !loaded) {
            return fail(loaded.error());
        }
        scene.table = store.table(set.id);
    }
    return render::renderPlanar(scene);
}

Result<render::Picture> drawVolume(load::StudyStore& store, const image::DisplaySet& set, const RenderOptions& options, int width, int height)
{
    const auto preset = render::volumePresetNamed(options.volume);
    if (!preset) {
        return fail("usage.volume", "There is no 3D preset of that name; use bone, soft or mip.");
    }
    if (set.geometry != image::GeometryKind::Volume) {
        return fail("geometry.novolume", "This display set is no volume, so there is nothing to draw in 3D.");
    }
    render::VolumeScene scene;
    scene.table = store.loadAll(set.id);
    scene.preset = *preset;
    scene.azimuth = options.azimuth;
    scene.elevation = options.elevation;
    scene.zoom = options.zoom;
    scene.width = width;
    scene.height = height;
    render::VolumeRenderer renderer;
    render::Picture picture = renderer.draw(scene);
    if (!picture.failure.empty()) {
        return fail("volume.failed", picture.failure);
    }
    return picture;
}

int runRender(Context& context, const RenderOptions& options)
{
    const auto size = sizeOf(options.size);
    if (!size) {
        return context.failed(size.error(), kUsage);
    }
    if (!options.plane.empty() && !options.volume.empty()) {
        return context.failed({"usage.wrong", "Choose one of --slice, --plane and --volume.", {}}, kUsage);
    }
    if (!options.presentation.empty() && (!options.plane.empty() || !options.volume.empty())) {
        return context.failed({"usage.wrong", "A presentation state speaks of images as acquired; use it with --slice.", {}}, kUsage);
    }
    const auto workspace = context.workspace(false);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto store = storeOfSeries(**workspace, options.series);
    if (!store) {
        return context.failed(store.error(), exitOf(store.error()));
    }
    const auto set = chooseSet(**store, options);
    if (!set) {
        return context.failed(set.error());
    }
    context.needGui();
    const auto picture = options.volume.empty() ? drawPlanar(**store, **set, options, size->first, size->second)
                                                : drawVolume(**store, **set, options, size->first, size->second);
    if (!picture) {
        return context.failed(picture.error(), exitOf(picture.error()));
    }
    const QImage image = options.bare ? paint::paintPixels(*picture) : paint::paint(*picture);
    if (!image.save(QString::fromStdString(options.out), "PNG")) {
        return context.failed({"data.unwritable", "The picture can't be written to " + options.out + "; check the folder and the space left.", {}});
    }
    const auto& from = picture->provenance;
    return context.done({{"file", options.out}, {"width", picture->width}, {"height", picture->height}, {"displaySet", (*set)->id},
                         {"sop", from.object.sop.value}, {"frame", from.frame.value}, {"touchedAbsent", from.touchedAbsent},
                         {"reduced", from.reduced}, {"quality", from.quality}, {"milliseconds", from.milliseconds}},
                        "Wrote " + options.out + (from.quality.empty() ? "." : " (" + from.quality + ")."), from.touchedAbsent ? kSomeFailed : kDone);
}

} // namespace

void addRenderCommand(CLI::App& app, Context& context, Run& run)
{
    auto* command = app.add_subcommand("render", "The same picture as the window, as PNG");
    auto options = std::make_shared<RenderOptions>();
    command->add_option("--series", options->series, "SeriesInstanceUID")->required();
    command->add_option("--display-set", options->displaySet, "One of the series' display sets; the first when absent");
    command->add_option("--slice", options->slice, "0-based, in the display set's order")->check(CLI::NonNegativeNumber);
    command->add_option("--plane", options->plane)->check(CLI::IsMember({"axial", "coronal", "sagittal"}));
    command->add_option("--at", options->at, "LPS mm: z of axial, y of coronal, x of sagittal; the centre when absent");
    command->add_option("--volume", options->volume, "3D preset: bone, soft, mip");
    command->add_option("--azimuth", options->azimuth, "Degrees, camera towards the patient's left");
    command->add_option("--elevation", options->elevation, "Degrees, camera towards the head");
    command->add_option("--zoom", options->zoom)->check(CLI::PositiveNumber);
    command->add_option("--slab", options->slab, "Thickness in mm, centred on the plane")->check(CLI::PositiveNumber);
    command->add_option("--mode", options->mode)->check(CLI::IsMember({"mip", "minip", "mean"}));
    command->add_option("--window", options->window, "CENTRE/WIDTH");
    command->add_option("--voi", options->voi, "window:N or lut:N of the slice, 1-based");
    command->add_option("--presentation-state", options->presentation, "SOP Instance UID of the same study, or a file; with --slice");
    command->add_option("--size", options->size, "WIDTHxHEIGHT");
    command->add_flag("--bare", options->bare, "Pixels alone, no overlay");
    command->add_flag("--invert", options->invert);
    command->add_option("-o,--out", options->out, "PNG file to write")->required();
    command->callback([&context, &run, options] { run = [&context, options] { return runRender(context, *options); }; });
}

} // namespace akari::cli
