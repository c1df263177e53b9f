#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

#include "core/base/Log.h"
#include "render/VolumeBuild.h"
#include "render/VolumeCamera.h"
#include "render/VolumeOverlay.h"
#include "render/VolumePresets.h"
#include "render/VolumeProcess.h"
#include "render/VolumeScene.h"

namespace akari::render {
namespace {

// On a processor the first picture must come at once, the one after it may be finer; measured on two cores.
constexpr std::uint64_t kFirstVoxels = 192ULL * 192 * 192;
constexpr std::uint64_t kFineVoxels = 256ULL * 256 * 256;
// On a graphics card: 2 GiB of int16.
constexpr std::uint64_t kCardVoxels = 1ULL << 30;

bool worthRestarting(const Error& error) { return error.code != "stopped" && error.code != "volume.no-x" && error.code != "program.missing"; }

std::string sizeText(const std::array<int, 3>& size)
{
    const auto side = [](int voxels) { return std::to_string(voxels - 2 * kMargin); };
    return side(size[0]) + "×" + side(size[1]) + "×" + side(size[2]);
}

std::string qualityText(const BuiltVolume& volume, const image::SliceTable& table, const Wording& wording)
{
    std::string text = volume.grid.reduced ? worded(wording.volumeReduced, sizeText(volume.grid.size)) : wording.volume;
    if (table.present < table.entries.size()) {
        addWords(text, worded(wording.someSlices, std::to_string(table.present), std::to_string(table.entries.size())));
    }
    addWords(text, volumeWords(*table.displaySet, wording));
    return text;
}

} // namespace

struct VolumeRenderer::Impl {
    explicit Impl(VolumeProcessOptions options) : process(std::move(options)) {}

    VolumeProcess process;
    std::optional<BuiltVolume> volume;  // what was built last, for `key`
    BindingToken token;
    std::uint64_t generation = 0;
    std::uint64_t limit = 0;            // voxels it was built for
    std::uint64_t serial = 0;           // of `volume`
    std::uint64_t sentSerial = 0;       // what the running program holds
    std::uint64_t drawnLimit = 0;       // largest limit a picture of (token, generation) was drawn with
    std::uint64_t job = 0;
    std::unique_ptr<SharedMemory> picture;
    bool pictureSent = false;
    bool ownDisplay = false;            // the session's display did not work
    bool cardFailed = false;            // full resolution did not fit the card
    std::optional<Error> givenUp;       // restarted once in vain, for `token`
    mutable std::mutex nameMutex;
    std::string name;                   // protected by nameMutex
    std::atomic<std::int64_t> pid = -1;
    std::atomic<bool> finer = false;

    Status ensureRunning();
    Status ensureVolume(const VolumeScene& scene, const StopToken& stop);
    Status build(const VolumeScene& scene, std::uint64_t voxels, const StopToken& stop);
    Status ensurePicture(const VolumeScene& scene);
    std::uint64_t wantedLimit(const VolumeScene& scene, const volume::Hello& hello) const;
    volume::Draw drawMessage(const VolumeScene& scene);
    Result<volume::Drawn> attempt(const VolumeScene& scene, const StopToken& stop);
    Result<volume::Drawn> drawWithRestart(const VolumeScene& scene, const StopToken& stop);
    void forgetProcess();
};

void VolumeRenderer::Impl::forgetProcess()
{
    process.kill();
    sentSerial = 0;
    pictureSent = false;
}

Status VolumeRenderer::Impl::ensureRunning()
{
    if (process.running()) {
        return {};
    }
    forgetProcess();
    auto launched = process.launch(ownDisplay);
    pid = process.pid();
    return launched;
}

std::uint64_t VolumeRenderer::Impl::wantedLimit(const VolumeScene& scene, const volume::Hello& hello) const
{
    if (hello.software == 0) {
        return cardFailed ? kFineVoxels : kCardVoxels;
    }
    const bool same = token == scene.table->token && generation == scene.table->generation;
    if (!same || drawnLimit == 0) {
        return kFirstVoxels;
    }
    return scene.interactive ? limit : kFineVoxels;
}

Status VolumeRenderer::Impl::build(const VolumeScene& scene, std::uint64_t voxels, const StopToken& stop)
{
    auto built = buildVolume(*scene.table, voxels, stop);
    if (!built) {
        return fail(built.error());
    }
    if (token != scene.table->token || generation != scene.table->generation) {
        drawnLimit = 0;
    }
    volume = std::move(*built);
    token = scene.table->token;
    generation = scene.table->generation;
    limit = voxels;
    ++serial;
    return {};
}

Status VolumeRenderer::Impl::ensureVolume(const VolumeScene& scene, const StopToken& stop)
{
    const auto current = [&] { return volume && token == scene.table->token && generation == scene.table->generation; };
    // The program loads its libraries meanwhile.
    if (!process.greeted() && !current()) {
        if (auto built = build(scene, kFirstVoxels, stop); !built) {
            return built;
        }
    }
    const auto hello = process.greeting(stop);
    if (!hello) {
        return fail(hello.error());
    }
    {
        const std::lock_guard lock(nameMutex);
        name = volume::getText(hello->renderer);
    }
    const std::uint64_t wanted = wantedLimit(scene, *hello);
    // What was not reduced does not get better.
    const bool enough = current() && (limit == wanted || (limit < wanted && !volume->grid.reduced));
    if (!enough) {
        if (auto built = build(scene, wanted, stop); !built) {
            return built;
        }
    }
    finer = hello->software != 0 && volume->grid.reduced && limit < kFineVoxels;
    if (sentSerial == serial) {
        return {};
    }
    volume::Volume message;
    message.token = token.value;
    message.generation = generation;
    message.serial = serial;
    const VolumeGrid& grid = volume->grid;
    for (std::size_t a = 0; a < 3; ++a) {
        message.size[a] = grid.size[a];
        message.spacing[a] = grid.spacing[a];
        message.toPatient[a] = grid.axis[a].x;
        message.toPatient[4 + a] = grid.axis[a].y;
        message.toPatient[8 + a] = grid.axis[a].z;
    }
    message.toPatient[3] = grid.origin.x;
    message.toPatient[7] = grid.origin.y;
    message.toPatient[11] = grid.origin.z;
    message.toPatient[15] = 1;
    auto sent = process.sendVolume(message, volume->voxels->descriptor());
    if (sent) {
        sentSerial = serial;
    }
    return sent;
}

Status VolumeRenderer::Impl::ensurePicture(const VolumeScene& scene)
{
    const std::size_t bytes = std::size_t(scene.width) * std::size_t(scene.height) * 3;
    if (picture && picture->size() >= bytes) {
        return {};
    }
    auto memory = SharedMemory::create(bytes);
    if (!memory) {
        return fail(memory.error());
    }
    picture = std::move(*memory);
    pictureSent = false;
    return {};
}

volume::Draw VolumeRenderer::Impl::drawMessage(const VolumeScene& scene)
{
    const VolumeCamera camera = cameraOf(scene);
    volume::Draw draw;
    draw.job = ++job;
    draw.token = token.value;
    draw.generation = generation;
    draw.serial = serial;
    draw.width = scene.width;
    draw.height = scene.height;
    draw.pictureBytes = picture->size();
    draw.newPicture = pictureSent ? 0 : 1;
    draw.interactive = scene.interactive ? 1 : 0;
    draw.focus = {camera.center.x, camera.center.y, camera.center.z};
    draw.towardsEye = {camera.towardsEye.x, camera.towardsEye.y, camera.towardsEye.z};
    draw.up = {camera.up.x, camera.up.y, camera.up.z};
    draw.radius = camera.radius;
    draw.parallelScale = camera.parallelScale;
    applyPreset(scene.preset, scene.table->displaySet->modality == "CT", *volume, draw);
    return draw;
}

Result<volume::Drawn> VolumeRenderer::Impl::attempt(const VolumeScene& scene, const StopToken& stop)
{
    if (auto running = ensureRunning(); !running) {
        return fail(running.error());
    }
    if (auto ready = ensureVolume(scene, stop); !ready) {
        return fail(ready.error());
    }
    if (auto ready = ensurePicture(scene); !ready) {
        return fail(ready.error());
    }
    const volume::Draw message = drawMessage(scene);
    auto drawn = process.draw(message, picture->descriptor(), stop);
    // What was sent was received, also where the picture was given up.
    pictureSent = pictureSent || drawn || drawn.error().code == "stopped" || drawn.error().code == "volume.draw";
    if (drawn) {
        drawnLimit = std::max(drawnLimit, limit);
    }
    return drawn;
}

Result<volume::Drawn> VolumeRenderer::Impl::drawWithRestart(const VolumeScene& scene, const StopToken& stop)
{
    auto drawn = attempt(scene, stop);
    if (drawn || !worthRestarting(drawn.error()) || drawn.error().code.starts_with("volume.geometry")
        || drawn.error().code == "volume.color" || drawn.error().code == "volume.memory") {
        return drawn;
    }
    log::warning("render", "3D is restarted: " + drawn.error().code + " " + drawn.error().detail);
    // A display that refuses us ends the program before its greeting.
    ownDisplay = ownDisplay || !process.greeted();
    cardFailed = cardFailed || drawn.error().code == "volume.draw";
    forgetProcess();
    return attempt(scene, stop);
}

VolumeRenderer::VolumeRenderer() : VolumeRenderer(VolumeProcessOptions{}) {}
VolumeRenderer::VolumeRenderer(const VolumeProcessOptions& options) : m_impl(std::make_unique<Impl>(options)) {}
VolumeRenderer::~VolumeRenderer() = default;

Picture VolumeRenderer::draw(const VolumeScene& scene, StopToken stop)
{
    const auto begin = std::chrono::steady_clock::now();
    Picture picture;
    picture.width = scene.width;
    picture.height = scene.height;
    if (!scene.table || !scene.table->displaySet || scene.width < 1 || scene.height < 1
        || std::max(scene.width, scene.height) > volume::kMaximumPictureSide) {
        picture.failure = "There is nothing to draw in 3D.";
        return picture;
    }
    Impl& impl = *m_impl;
    picture.provenance.token = scene.table->token;
    picture.provenance.generation = scene.table->generation;
    if (impl.givenUp && impl.token == scene.table->token) {
        picture.failure = impl.givenUp->message;
        return picture;
    }
    impl.givenUp.reset();
    const auto drawn = impl.drawWithRestart(scene, stop);
    impl.pid = impl.process.pid();
    if (!drawn) {
        picture.failure = drawn.error().message;
        if (worthRestarting(drawn.error())) {
            impl.givenUp = drawn.error();
            impl.token = scene.table->token;
            impl.volume.reset();
            impl.forgetProcess();
        }
        return picture;
    }
    const std::size_t bytes = std::size_t(scene.width) * std::size_t(scene.height) * 3;
    picture.rgb.assign(impl.picture->data(), impl.picture->data() + bytes);
    picture.provenance.touchedAbsent = impl.volume->touchedAbsent;
    picture.provenance.reduced = impl.volume->grid.reduced;
    picture.provenance.quality = qualityText(*impl.volume, *scene.table, scene.wording);
    picture.overlay = volumeOverlay(scene, picture.provenance);
    picture.provenance.milliseconds =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    return picture;
}

std::string VolumeRenderer::glRenderer() const
{
    const std::lock_guard lock(m_impl->nameMutex);
    return m_impl->name;
}

std::int64_t VolumeRenderer::processId() const { return m_impl->pid; }
bool VolumeRenderer::canRefine() const { return m_impl->finer; }

} // namespace akari::render
