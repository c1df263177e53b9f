#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "tests/render/volume/Synthetic.h"
#include "tests/support/Catch.h"

#include "render/VolumeProcess.h"
#include "render/VolumeScene.h"

using namespace akari;
using namespace akari::render;
using namespace akari::test;

namespace {

#define NEEDS_X()                                                                                                      \
    if (!std::getenv("DISPLAY") && !findProgram("Xvfb", defaultProgramFolders())) {                                    \
        AKARI_SKIP("3D needs DISPLAY or Xvfb");                                                                        \
    }

struct Spot {
    double x = 0, y = 0; // brightness-weighted centre
    int pixels = 0;
};

// Connected bright areas of the red channel.
std::vector<Spot> spotsIn(const Picture& picture, int threshold)
{
    const int w = picture.width;
    std::vector<bool> seen(std::size_t(w) * picture.height);
    const auto value = [&](int p) { return int(picture.rgb[std::size_t(p) * 3]); };
    std::vector<Spot> spots;
    for (int start = 0; start < w * picture.height; ++start) {
        if (seen[std::size_t(start)] || value(start) < threshold) {
            continue;
        }
        Spot spot;
        double mass = 0;
        std::vector<int> open{start};
        seen[std::size_t(start)] = true;
        while (!open.empty()) {
            const int p = open.back();
            open.pop_back();
            ++spot.pixels;
            mass += value(p);
            spot.x += (p % w + 0.5) * value(p);
            spot.y += (p / w + 0.5) * value(p);
            for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
                const int x = p % w + dx;
                const int y = p / w + dy;
                const int q = y * w + x;
                if (x >= 0 && x < w && y >= 0 && y < picture.height && !seen[std::size_t(q)] && value(q) >= threshold) {
                    seen[std::size_t(q)] = true;
                    open.push_back(q);
                }
            }
        }
        spot.x /= mass;
        spot.y /= mass;
        spots.push_back(spot);
    }
    std::erase_if(spots, [](const Spot& s) { return s.pixels < 8; });
    return spots;
}

VolumeScene sceneOf(image::SliceTablePtr table, double azimuth = 0, double elevation = 0)
{
    VolumeScene scene;
    scene.table = std::move(table);
    scene.preset = VolumePreset::Mip;
    scene.azimuth = azimuth;
    scene.elevation = elevation;
    scene.width = 500;
    scene.height = 420;
    return scene;
}

void checkMarkers(VolumeRenderer& renderer, const VolumeScene& scene, const std::vector<Vec3>& markers)
{
    const Picture picture = renderer.draw(scene);
    INFO("azimuth " << scene.azimuth << " elevation " << scene.elevation << " zoom " << scene.zoom);
    REQUIRE(picture.failure.empty());
    REQUIRE(picture.rgb.size() == std::size_t(scene.width) * scene.height * 3);
    const auto spots = spotsIn(picture, 60);
    REQUIRE(spots.size() == markers.size());
    for (const Vec3& marker : markers) {
        const auto [x, y] = projectToPicture(scene, marker);
        double nearest = 1e9;
        for (const Spot& spot : spots) {
            nearest = std::min(nearest, std::hypot(spot.x - x, spot.y - y));
        }
        CHECK(nearest < 2);
    }
}

const Text* textAt(const Picture& picture, Anchor anchor)
{
    for (const Primitive& primitive : picture.overlay) {
        if (const auto* text = std::get_if<Text>(&primitive); text && text->anchor == anchor) {
            return text;
        }
    }
    return nullptr;
}

image::SliceTablePtr anyTable()
{
    const VolumeShape shape;
    return makeTable(shape, blobs({at(shape, 0.2, 0.3, 0.8)}));
}

double secondsOf(const std::function<void()>& work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

TEST_CASE("Camera: left is on the right from the front, on the left from behind", "[render][volume]")
{
    const VolumeShape shape;
    const auto table = anyTable();
    const auto box = image::volumeBox(*table->displaySet);
    const auto front = projectToPicture(sceneOf(table), box->center + Vec3{10, 0, 0});
    CHECK(front.first > 251);
    CHECK(front.second == near(210));
    CHECK(projectToPicture(sceneOf(table, 180), box->center + Vec3{10, 0, 0}).first < 249);
    CHECK(projectToPicture(sceneOf(table), box->center + Vec3{0, 0, 10}).second < 209);
    // From the patient's left the nose points to the left of the picture.
    CHECK(projectToPicture(sceneOf(table, 90), box->center + Vec3{0, -10, 0}).first < 249);
    // From above the nose points down.
    CHECK(projectToPicture(sceneOf(table, 0, 90), box->center + Vec3{0, -10, 0}).second > 211);
}

TEST_CASE("Markers land where the analytic projection says", "[render][volume][gl]")
{
    NEEDS_X();
    VolumeRenderer renderer;
    const double root = std::sqrt(0.5);
    std::vector<VolumeShape> shapes(5);
    shapes[1].row = {-1, 0, 0};                                     // columns run to the patient's right, slices to the feet
    shapes[2].row = {1, 0, 0}, shapes[2].column = {0, 0, -1};       // coronal
    shapes[3].row = {root, root, 0}, shapes[3].column = {0, 0, -1}; // oblique
    shapes[4].shear = {0, 0.4, 0};                                  // tilted gantry
    for (std::size_t s = 0; s < shapes.size(); ++s) {
        INFO("shape " << s);
        const VolumeShape& shape = shapes[s];
        const std::vector<Vec3> markers{at(shape, 0.15, 0.25, 0.8), at(shape, 0.75, 0.6, 0.55), at(shape, 0.4, 0.8, 0.15)};
        const auto table = makeTable(shape, blobs(markers));
        checkMarkers(renderer, sceneOf(table, 0, 0), markers);
        checkMarkers(renderer, sceneOf(table, 90, 0), markers);
        checkMarkers(renderer, sceneOf(table, 35, 25), markers);
    }
}

TEST_CASE("Zoomed, tall and interactive pictures keep the markers in place", "[render][volume][gl]")
{
    NEEDS_X();
    VolumeRenderer renderer;
    const VolumeShape shape;
    const std::vector<Vec3> markers{at(shape, 0.3, 0.25, 0.7), at(shape, 0.75, 0.6, 0.5)};
    const auto table = makeTable(shape, blobs(markers));
    auto scene = sceneOf(table, 20, 10);
    scene.width = 301;
    scene.height = 640;
    checkMarkers(renderer, scene, markers);
    scene.interactive = true;
    checkMarkers(renderer, scene, markers);
    scene.zoom = 1.4;
    checkMarkers(renderer, scene, markers);
}

TEST_CASE("Left stays left, letters say so", "[render][volume][gl][trap]")
{
    NEEDS_X();
    VolumeRenderer renderer;
    const VolumeShape shape;
    const auto table = makeTable(shape, blobs({at(shape, 0.8, 0.5, 0.5)})); // towards +x: the patient's left
    const Picture front = renderer.draw(sceneOf(table));
    REQUIRE(front.failure.empty());
    REQUIRE(spotsIn(front, 60).size() == 1);
    CHECK(spotsIn(front, 60).front().x > 260);
    REQUIRE(textAt(front, Anchor::Right));
    CHECK(textAt(front, Anchor::Right)->utf8 == "L");
    CHECK(textAt(front, Anchor::Left)->utf8 == "R");
    CHECK(textAt(front, Anchor::BottomLeft)->utf8 == "A→P");
    const Picture back = renderer.draw(sceneOf(table, 180));
    CHECK(spotsIn(back, 60).front().x < 240);
    CHECK(textAt(back, Anchor::Right)->utf8 == "R");
    CHECK(back.provenance.token == table->token);
    CHECK_FALSE(back.provenance.reduced);
    CHECK_FALSE(back.provenance.touchedAbsent);
    CHECK_FALSE(renderer.glRenderer().empty());
}

TEST_CASE("Three thousand slices are drawn, by processor and by card mapper", "[render][volume][gl][trap]")
{
    NEEDS_X();
    // The card's own limit, as OpenGL names it; llvmpipe's is 2 048. OpenGL promises 256.
    VolumeProcess process({});
    REQUIRE(process.launch(false));
    const auto greeting = process.greeting({});
    REQUIRE(greeting);
    CHECK(greeting->maximum3dTexture >= 256);
    process.kill();
    VolumeShape shape;
    shape.columns = shape.rows = 64;
    shape.slices = std::clamp(greeting->maximum3dTexture + 952, 3000, 5000);
    shape.betweenSlices = 300.0 / shape.slices;
    // A solid bar beside a small ball near the far end.
    const Vec3 ball = at(shape, 0.8, 0.5, 0.95);
    const auto table = makeTable(shape, [ball](const Vec3& p) { return image::length(p - ball) < 5 ? 600.0 : p.x < -15 ? 400.0 : -1000.0; });
    for (const auto& [mapper, limit] : {std::pair{"cpu", 2048}, {"gpu", 2048}, {"gpu", 0}}) { // 0: the card's own
        INFO(mapper << " " << limit);
        VolumeProcessOptions options;
        options.mapper = mapper;
        options.maximum3dTexture = limit;
        options.silence = std::chrono::seconds(60);
        VolumeRenderer renderer(options);
        for (const VolumePreset preset : {VolumePreset::Mip, VolumePreset::CtBone}) {
            auto scene = sceneOf(table);
            scene.preset = preset;
            const Picture picture = renderer.draw(scene);
            REQUIRE(picture.failure.empty());
            const auto spots = spotsIn(picture, 60);
            REQUIRE(spots.size() == 2);
            const auto [x, y] = projectToPicture(scene, ball);
            const auto& closest = std::hypot(spots[0].x - x, spots[0].y - y) < std::hypot(spots[1].x - x, spots[1].y - y) ? spots[0] : spots[1];
            CHECK(std::hypot(closest.x - x, closest.y - y) < 2);
            if (preset == VolumePreset::Mip) {
                CHECK(picture.provenance.reduced == (std::string(mapper) == "cpu"));
            }
        }
    }
}

TEST_CASE("A reduced picture says so and the next one is finer", "[render][volume][gl][trap]")
{
    NEEDS_X();
    VolumeShape shape;
    shape.columns = shape.rows = 300;
    shape.slices = 150;
    shape.betweenColumns = shape.betweenRows = 0.5;
    shape.betweenSlices = 1;
    const Vec3 marker = at(shape, 0.3, 0.3, 0.8);
    const auto table = makeTable(shape, blobs({marker}));
    VolumeRenderer renderer;
    const Picture first = renderer.draw(sceneOf(table));
    REQUIRE(first.failure.empty());
    CHECK(first.provenance.reduced);
    CHECK(first.provenance.quality.starts_with("3D reduced to "));
    CHECK(renderer.canRefine());
    checkMarkers(renderer, sceneOf(table, 30, 20), {marker});
    CHECK_FALSE(renderer.canRefine());
    const Picture second = renderer.draw(sceneOf(table));
    CHECK(second.provenance.quality.starts_with("3D"));
    CHECK(second.provenance.quality != first.provenance.quality);
}

TEST_CASE("Absent slices are said in provenance and badge", "[render][volume][gl]")
{
    NEEDS_X();
    const auto table = std::make_shared<image::SliceTable>(*anyTable());
    table->entries[5] = {};
    --table->present;
    VolumeRenderer renderer;
    const Picture picture = renderer.draw(sceneOf(table));
    REQUIRE(picture.failure.empty());
    CHECK(picture.provenance.touchedAbsent);
    CHECK(picture.provenance.quality == "3D · 69 of 70 slices");
}

TEST_CASE("A killed akari-3d is started again", "[render][volume][gl]")
{
    NEEDS_X();
    VolumeRenderer renderer;
    const auto table = anyTable();
    const Picture before = renderer.draw(sceneOf(table));
    REQUIRE(before.failure.empty());
    const auto pid = renderer.processId();
    REQUIRE(pid > 0);
    REQUIRE(::kill(pid_t(pid), SIGKILL) == 0);
    const Picture after = renderer.draw(sceneOf(table));
    REQUIRE(after.failure.empty());
    CHECK(renderer.processId() != pid);
    CHECK(after.rgb == before.rgb);
}

TEST_CASE("A silent akari-3d is killed after five seconds and started again", "[render][volume][gl]")
{
    NEEDS_X();
    VolumeRenderer renderer;
    const auto table = anyTable();
    REQUIRE(renderer.draw(sceneOf(table)).failure.empty());
    const auto pid = renderer.processId();
    REQUIRE(::kill(pid_t(pid), SIGSTOP) == 0);
    Picture after;
    const double seconds = secondsOf([&] { after = renderer.draw(sceneOf(table)); });
    REQUIRE(after.failure.empty());
    CHECK(seconds >= 5);
    CHECK(seconds < 9);
    CHECK(renderer.processId() != pid);
    CHECK(::kill(pid_t(pid), 0) != 0);
}

TEST_CASE("A picture no longer asked for is given up, and the next one is right", "[render][volume][gl]")
{
    NEEDS_X();
    VolumeRenderer renderer;
    const VolumeShape shape;
    const Vec3 marker = at(shape, 0.7, 0.4, 0.6);
    const auto table = makeTable(shape, blobs({marker}));
    StopSource stop;
    stop.requestStop();
    CHECK_FALSE(renderer.draw(sceneOf(table), stop.token()).failure.empty());
    checkMarkers(renderer, sceneOf(table, 10, 10), {marker});
}

TEST_CASE("Without X server and Xvfb the failure names the package", "[render][volume]")
{
    VolumeProcessOptions options;
    options.graphics = GraphicsEnvironment{};
    options.programFolders = "/nonexistent";
    VolumeRenderer renderer(options);
    const Picture picture = renderer.draw(sceneOf(anyTable()));
    CHECK(picture.failure == "3D needs an X server: install the package xvfb.");
    CHECK(picture.rgb.empty());
}

TEST_CASE("A display that refuses is replaced by one of our own", "[render][volume][gl]")
{
    if (!findProgram("Xvfb", defaultProgramFolders())) {
        AKARI_SKIP("needs Xvfb");
    }
    VolumeProcessOptions options;
    options.graphics = GraphicsEnvironment{":9876", "", {}};
    VolumeRenderer renderer(options);
    CHECK(renderer.draw(sceneOf(anyTable())).failure.empty());
}
