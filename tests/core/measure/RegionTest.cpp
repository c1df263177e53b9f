// Ultrasound regions, calibration words and distances through a volume.
#include "tests/support/Catch.h"

#include <cmath>

#include "core/measure/Distance.h"
#include "tests/support/ImageFixtures.h"

using namespace akari;
using namespace akari::measure;
using image::Calibration;
using image::UltrasoundRegion;
using image::Vec3;
using Unit = image::UltrasoundRegion::Unit;

namespace {

image::Slice ultrasound()
{
    image::Slice s;
    s.attributes.modality = "US";
    s.attributes.rows = 200;
    s.attributes.columns = 300;
    s.samples = std::vector<std::uint8_t>(60000, 50);
    s.attributes.regions = {
        {{0, 0, 149, 99}, 0.2, 0.3, Unit::Millimetre, Unit::Millimetre, false},
        {{150, 0, 299, 99}, 0.002, 0.5, Unit::Second, Unit::Millimetre, false},
        {{0, 100, 149, 199}, 0.004, 1.5, Unit::Second, Unit::CentimetrePerSecond, false},
        {{150, 100, 299, 199}, 1, 1, Unit::None, Unit::None, false},
    };
    return s;
}

Annotation line(double c1, double r1, double c2, double r2, Kind kind = Kind::Length)
{
    Annotation a;
    a.kind = kind;
    a.points = {{c1, r1}, {c2, r2}};
    return a;
}

std::string codeOf(const Annotation& a, const image::Slice& s)
{
    const auto m = measure::measure(a, s);
    return m ? "" : m.error().code;
}

} // namespace

TEST_CASE("Ultrasound is measured inside one region and refused across two", "[measure][trap]")
{
    const auto s = ultrasound();
    const auto inside = measure::measure(line(10, 10, 40, 50), s);
    REQUIRE(inside);
    CHECK(inside->length == Approx(std::hypot(30 * 0.2, 40 * 0.3)));
    CHECK(inside->unit == "mm");
    CHECK(inside->calibration == Calibration::UltrasoundRegion);
    CHECK(measure::measure(line(10, 10, 40, 50, Kind::Ellipse), s)->area == Approx(3.14159265358979 * 3 * 6));
    CHECK(codeOf(line(140, 50, 160, 50), s) == "measure.regions");
    CHECK(codeOf(line(140, 50, 160, 50, Kind::Ellipse), s) == "measure.regions");
    CHECK(codeOf(line(10, 90, 10, 110), s) == "measure.regions");
    // The border between two pixels belongs to one side.
    CHECK(codeOf(line(10, 10, 149.4, 10), s).empty());
    CHECK(codeOf(line(10, 10, 149.6, 10), s) == "measure.regions");
}

TEST_CASE("Regions in other units give those units along their axes, or nothing", "[measure][trap]")
{
    const auto s = ultrasound();
    const auto time = measure::measure(line(160, 50, 260, 50), s);
    REQUIRE(time);
    CHECK(time->length == Approx(0.2));
    CHECK(time->unit == "s");
    CHECK(time->text("en") == "0.200 s");
    const auto depth = measure::measure(line(160, 20, 160, 60), s);
    CHECK(depth->length == Approx(20));
    CHECK(depth->unit == "mm");
    CHECK(codeOf(line(160, 20, 200, 60), s) == "measure.units");
    CHECK(codeOf(line(160, 20, 200, 60, Kind::Ellipse), s) == "measure.units");
    const auto speed = measure::measure(line(20, 120, 20, 180), s);
    CHECK(speed->length == Approx(90));
    CHECK(speed->unit == "cm/s");
    CHECK(speed->text("en") == "90.0 cm/s");
    CHECK(codeOf(line(160, 120, 200, 120), s) == "measure.units");
}

TEST_CASE("Outside every region there are pixels, and of overlapping regions the one of high priority counts", "[measure][trap]")
{
    auto s = ultrasound();
    s.attributes.regions = {{{0, 0, 99, 99}, 0.2, 0.2, Unit::Millimetre, Unit::Millimetre, true}, {{0, 0, 49, 49}, 0.5, 0.5, Unit::Millimetre, Unit::Millimetre, false}};
    CHECK(measure::measure(line(120, 120, 120, 150), s)->unit == "px");
    CHECK(codeOf(line(60, 60, 120, 60), s) == "measure.regions");
    CHECK(measure::measure(line(10, 10, 20, 10), s)->length == Approx(5));
    CHECK(measure::measure(line(60, 60, 70, 60), s)->length == Approx(2));
    CHECK(codeOf(line(10, 10, 60, 10), s) == "measure.regions");
}

TEST_CASE("A distance through a volume is refused across missing slices and where there is no volume", "[measure][trap]")
{
    test::VolumeRecipe recipe;
    recipe.positions = {0, 1.3, 2.6, 3.9, 7.8, 9.1, 10.4, 11.7};
    auto table = test::volumeOf(recipe, test::ramp);
    const double z = table.displaySet->positions[0];
    const Vec3 low{-2, -1, z + 1}, middle{1, 2, z + 3.5}, high{0, 0, z + 9};
    const auto d = measure::distance(table, low, middle);
    REQUIRE(d);
    CHECK(d->length == Approx(std::sqrt(9 + 9 + 6.25)));
    CHECK(d->unit == "mm");
    CHECK(measure::distance(table, low, high).error().code == "measure.gap");
    CHECK(measure::distance(table, high, low).error().code == "measure.gap");
    CHECK(measure::distance(table, low, {-2, -1, z + 5}).error().code == "measure.gap");
    CHECK(measure::distance(table, low, {90, 0, z + 2}).error().code == "measure.outside");
    CHECK(measure::distance(table, low, {0, 0, z - 5}).error().code == "measure.outside");
    CHECK(measure::distance(table, low, {0, 0, NAN}).error().code == "measure.outside");
    table.entries[2] = {};
    CHECK(measure::distance(table, low, middle).error().code == "measure.absent");
    CHECK(measure::distance(table, high, {0, 0, z + 11}).has_value());
    auto set = *table.displaySet;
    set.geometry = image::GeometryKind::Stack;
    table.displaySet = std::make_shared<const image::DisplaySet>(set);
    CHECK(measure::distance(table, low, middle).error().code == "measure.geometry");
}

TEST_CASE("Every class of calibration is said with the length", "[measure][trap]")
{
    auto s = *test::sliceOf<std::int16_t>(test::frameOf({}, 0), [](const Vec3&) { return 1.0; });
    const auto words = [&](Calibration c, const char* language) {
        s.attributes.calibration = c;
        return measure::measure(line(2, 3, 12, 3), s)->text(language);
    };
    CHECK(words(Calibration::None, "en") == "10.0 px");
    CHECK(words(Calibration::Geometry, "en") == "7.0 mm");
    CHECK(words(Calibration::AtDetector, "en") == "7.0 mm (at detector)");
    CHECK(words(Calibration::EstimatedMagnification, "en") == "7.0 mm (estimated magnification)");
    CHECK(words(Calibration::Calibrated, "en") == "7.0 mm (calibrated)");
    CHECK(words(Calibration::AtDetector, "ja") == "7.0 mm（検出器面）");
}
