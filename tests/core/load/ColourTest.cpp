// ICC profiles. The profile here is written by this test: a matrix and three straight curves, so that sRGB follows by hand.
#include <array>
#include <cmath>

#include "tests/core/load/LoadedFile.h"
#include "tests/support/DataSets.h"

using namespace akari;
using test::vr;

namespace {

void put32(Bytes& out, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}
void putText(Bytes& out, const char* four) { out.insert(out.end(), four, four + 4); }
std::uint32_t fixed(double value) { return static_cast<std::uint32_t>(static_cast<std::int32_t>(std::lround(value * 65536))); }

Bytes xyz(double x, double y, double z)
{
    Bytes tag;
    putText(tag, "XYZ ");
    put32(tag, 0);
    put32(tag, fixed(x));
    put32(tag, fixed(y));
    put32(tag, fixed(z));
    return tag;
}

Bytes straightCurve()
{
    Bytes tag;
    putText(tag, "curv");
    put32(tag, 0);
    put32(tag, 0); // no entries: identity, linear light
    return tag;
}

// sRGB's own primaries (adapted to D50) with linear light: what is stored as v is meant as the linear light v / 255.
Bytes linearProfile()
{
    const std::pair<const char*, Bytes> tags[] = {{"rXYZ", xyz(0.43607, 0.22249, 0.01392)}, {"gXYZ", xyz(0.38515, 0.71687, 0.09708)},
                                                  {"bXYZ", xyz(0.14307, 0.06061, 0.71410)}, {"wtpt", xyz(0.9642, 1.0, 0.8249)},
                                                  {"rTRC", straightCurve()}, {"gTRC", straightCurve()}, {"bTRC", straightCurve()}};
    Bytes table, data;
    put32(table, static_cast<std::uint32_t>(std::size(tags)));
    const std::size_t begin = 128 + 4 + 12 * std::size(tags);
    for (const auto& [name, bytes] : tags) {
        putText(table, name);
        put32(table, static_cast<std::uint32_t>(begin + data.size()));
        put32(table, static_cast<std::uint32_t>(bytes.size()));
        data.insert(data.end(), bytes.begin(), bytes.end());
    }
    Bytes profile;
    put32(profile, static_cast<std::uint32_t>(begin + data.size()));
    putText(profile, "none");
    put32(profile, 0x02400000);
    putText(profile, "mntr");
    putText(profile, "RGB ");
    putText(profile, "XYZ ");
    profile.resize(36);
    putText(profile, "acsp");
    profile.resize(68);
    put32(profile, fixed(0.9642));
    put32(profile, fixed(1.0));
    put32(profile, fixed(0.8249));
    profile.resize(128);
    profile.insert(profile.end(), table.begin(), table.end());
    profile.insert(profile.end(), data.begin(), data.end());
    return profile;
}

int srgbOf(int linear)
{
    const double light = linear / 255.0;
    const double v = light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
    return static_cast<int>(std::lround(v * 255));
}

dicom::DataSetBuilder colourImage(const Bytes& profile)
{
    auto b = test::smallImage("XC");
    b.text(dicom::tags::PhotometricInterpretation, vr("CS"), "RGB").integers(dicom::tags::SamplesPerPixel, vr("US"), {3});
    b.integers(dicom::tags::BitsAllocated, vr("US"), {8}).integers(dicom::tags::BitsStored, vr("US"), {8}).integers(dicom::tags::HighBit, vr("US"), {7});
    b.integers(dicom::tags::PlanarConfiguration, vr("US"), {0}).raw({0x0028, 0x2000}, vr("OB"), profile);
    Bytes pixels;
    for (int i = 0; i < 32; ++i) {
        pixels.insert(pixels.end(), 3, static_cast<std::uint8_t>(i * 8));
    }
    b.raw(dicom::tags::PixelData, vr("OB"), pixels);
    return b;
}

} // namespace

TEST_CASE("An ICC profile is applied in the worker, to within one step", "[load][colour]")
{
    test::LoadedFile file(std::make_shared<const Bytes>(test::part10(colourImage(linearProfile()))));
    const auto slice = file.frame();
    REQUIRE(slice);
    CHECK((*slice)->attributes.warnings.empty());
    const auto& rgb = std::get<std::vector<std::uint8_t>>((*slice)->samples);
    for (int i = 0; i < 32; ++i) {
        for (std::size_t k = 0; k < 3; ++k) {
            INFO("stored " << i * 8);
            CHECK(std::abs(rgb[static_cast<std::size_t>(3 * i) + k] - srgbOf(i * 8)) <= 1);
        }
    }
    CHECK(file.stored()->samples[3] == 8); // as stored it stays
    REQUIRE_FALSE(file.pool.workers().empty());
    CHECK(file.pool.workers().front().jobs == 1);
}

TEST_CASE("Profiles that lie cost a warning, not the picture and not the program", "[load][colour]")
{
    std::vector<Bytes> profiles{{0, 0}, Bytes(200, 0xff)};
    const Bytes good = linearProfile();
    for (const std::size_t length : {40, 128, 140, 200, 300}) {
        profiles.emplace_back(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(std::min(length, good.size() - 2)));
    }
    Bytes far = good; // the first tag's place beyond the end
    far[136] = 0x7f;
    profiles.push_back(far);
    Bytes many = good;
    many[128] = 0x7f; // two thousand million tags
    profiles.push_back(many);
    for (const Bytes& profile : profiles) {
        INFO("profile of " << profile.size() << " bytes");
        test::LoadedFile file(std::make_shared<const Bytes>(test::part10(colourImage(profile))));
        const auto slice = file.frame();
        REQUIRE(slice);
        CHECK((*slice)->attributes.warnings.size() == 1);
        CHECK(std::get<std::vector<std::uint8_t>>((*slice)->samples)[3] == 8);
    }
}
