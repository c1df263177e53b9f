// Run by hand: test-volume "[.speed]" prints figures and, with AKARI_DUMP=folder, leaves raw pictures there.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "tests/render/volume/Synthetic.h"
#include "tests/support/Catch.h"

#include "render/VolumeBuild.h"
#include "render/VolumeProcess.h"
#include "render/VolumeScene.h"

using namespace akari;
using namespace akari::render;
using namespace akari::test;

namespace {

// A head-like egg: skin, soft tissue, skull with eye sockets, and a tube of contrast on the patient's left.
double head(const Vec3& p, const Vec3& center)
{
    const Vec3 d = p - center;
    const double r = std::sqrt(d.x * d.x / (75.0 * 75) + d.y * d.y / (95.0 * 95) + d.z * d.z / (110.0 * 110));
    if (r > 1) {
        return -1000;
    }
    const bool socket = d.y < -60 && std::hypot(std::abs(d.x) - 30, d.z - 5) < 14;
    if (r > 0.88 && r < 0.95 && !socket) {
        return 900;
    }
    return std::hypot(d.x - 25, d.y) < 4 && r < 0.8 ? 380 : r > 0.97 ? 20 : 45;
}

} // namespace

TEST_CASE("Speed of 3D on this machine", "[.speed]")
{
    VolumeShape shape;
    shape.columns = shape.rows = 512;
    shape.slices = 300;
    shape.betweenColumns = shape.betweenRows = 0.45;
    shape.betweenSlices = 0.8;
    const Vec3 center = at(shape, 0.5, 0.5, 0.5);
    const auto table = makeTable(shape, [&](const Vec3& p) { return head(p, center); });
    const auto since = [](auto begin) { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count(); };
    {
        auto begin = std::chrono::steady_clock::now();
        VolumeProcess process({});
        REQUIRE(process.launch(false));
        std::printf("launch %.0f ms, ", since(begin));
        REQUIRE(process.greeting({}));
        std::printf("with greeting %.0f ms, ", since(begin));
        begin = std::chrono::steady_clock::now();
        REQUIRE(buildVolume(*table, 192ULL * 192 * 192));
        std::printf("volume %.0f ms\n", since(begin));
    }
    VolumeRenderer renderer;
    const char* folder = std::getenv("AKARI_DUMP");
    VolumeScene scene;
    scene.table = table;
    int number = 0;
    const auto draw = [&](const char* what) {
        const Picture picture = renderer.draw(scene);
        REQUIRE(picture.failure.empty());
        std::printf("%-40s %7.1f ms  %s\n", what, picture.provenance.milliseconds, picture.provenance.quality.c_str());
        if (folder) {
            std::ofstream out(std::string(folder) + "/" + std::to_string(number++) + ".ppm", std::ios::binary);
            out << "P6\n" << picture.width << " " << picture.height << "\n255\n";
            out.write(reinterpret_cast<const char*>(picture.rgb.data()), std::streamsize(picture.rgb.size()));
        }
    };
    draw("first picture, bone");
    std::printf("%s\n", renderer.glRenderer().c_str());
    for (const VolumePreset preset : {VolumePreset::CtBone, VolumePreset::CtSoftTissue, VolumePreset::Mip}) {
        scene.preset = preset;
        scene.interactive = false;
        draw("full");
        scene.azimuth += 15;
        draw("full again");
        scene.interactive = true;
        for (int i = 0; i < 6; ++i) {
            scene.azimuth += 5;
            scene.elevation += 2;
            draw("interactive");
        }
    }
}
