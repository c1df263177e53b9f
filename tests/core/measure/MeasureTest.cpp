#include "tests/support/Catch.h"

#include <cmath>
#include <limits>

#include "core/measure/Measure.h"
#include "tests/support/ImageFixtures.h"

using namespace akari;
using namespace akari::measure;
using image::Calibration;
using image::PixelPoint;

namespace {

image::Slice slice()
{
    test::VolumeRecipe recipe; // 24 x 20, 0.7 mm between columns, 0.9 between rows
    recipe.intercept = -1024;
    return *test::sliceOf<std::int16_t>(test::frameOf(recipe, 0), [](const image::Vec3& p) { return std::floor(10 * p.x) - 7 * std::floor(3 * p.y); });
}

Annotation of(Kind kind, std::vector<PixelPoint> points)
{
    Annotation a;
    a.kind = kind;
    a.points = std::move(points);
    return a;
}

} // namespace

TEST_CASE("A length uses both spacings", "[measure][trap]")
{
    const auto s = slice();
    CHECK(measure::measure(of(Kind::Length, {{2, 3}, {12, 3}}), s)->length == Approx(7.0));
    CHECK(measure::measure(of(Kind::Length, {{2, 3}, {2, 13}}), s)->length == Approx(9.0));
    const auto both = measure::measure(of(Kind::Length, {{2, 3}, {12, 13}}), s);
    CHECK(both->length == Approx(std::hypot(7.0, 9.0)));
    CHECK(both->unit == "mm");
    CHECK(both->calibration == Calibration::Geometry);
    CHECK(both->text("en") == "11.4 mm");
    CHECK_FALSE(both->statistics);
}

TEST_CASE("Without a calibration class there are no millimetres, and the class travels in the text", "[measure]")
{
    auto s = slice();
    const auto line = of(Kind::Length, {{2, 3}, {2, 13}});
    const auto textWith = [&](Calibration c, const char* language) {
        s.attributes.calibration = c;
        return measure::measure(line, s)->text(language);
    };
    CHECK(textWith(Calibration::None, "en") == "10.0 px");
    CHECK(measure::measure(line, s)->calibration == Calibration::None);
    CHECK(textWith(Calibration::AtDetector, "en") == "9.0 mm (at detector)");
    CHECK(textWith(Calibration::AtDetector, "ja") == "9.0 mm（検出器面）");
    CHECK(textWith(Calibration::EstimatedMagnification, "en") == "9.0 mm (estimated magnification)");
    CHECK(textWith(Calibration::Calibrated, "en") == "9.0 mm (calibrated)");
    CHECK(textWith(Calibration::UltrasoundRegion, "en") == "9.0 mm");
    using Unit = image::UltrasoundRegion::Unit;
    s.attributes.regions = {{{0, 0, 20, 12}, 0.7, 0.9, Unit::Millimetre, Unit::Millimetre, false}};
    CHECK(measure::measure(line, s).error().code == "measure.regions");
    CHECK(measure::measure(of(Kind::Length, {{2, 3}, {2, 12}}), s)->unit == "mm");
}

TEST_CASE("Ellipse statistics are those of the pixels whose centres lie inside", "[measure][trap]")
{
    const auto s = slice();
    const PixelPoint a{3.2, 2.7}, b{15.9, 14.1};
    const auto m = measure::measure(of(Kind::Ellipse, {a, b}), s);
    REQUIRE(m);
    REQUIRE(m->statistics);
    double sum = 0, squares = 0, least = 1e9, most = -1e9;
    std::size_t n = 0;
    for (std::uint32_t row = 0; row < 20; ++row) {
        for (std::uint32_t column = 0; column < 24; ++column) {
            const double x = (column - (a.column + b.column) / 2) / ((b.column - a.column) / 2);
            const double y = (row - (a.row + b.row) / 2) / ((b.row - a.row) / 2);
            if (x * x + y * y <= 1) {
                const double v = s.modalityAt(column, row);
                sum += v;
                squares += v * v;
                least = std::min(least, v);
                most = std::max(most, v);
                ++n;
            }
        }
    }
    const double count = static_cast<double>(n);
    CHECK(m->statistics->pixels == n);
    CHECK(m->statistics->mean == Approx(sum / count));
    CHECK(m->statistics->standardDeviation == Approx(std::sqrt(squares / count - sum / count * sum / count)));
    CHECK(m->statistics->minimum == least);
    CHECK(m->statistics->maximum == most);
    CHECK(m->statistics->unit == "[hnsf'U]");
    CHECK(m->area == Approx(3.14159265358979 * 12.7 * 0.7 / 2 * 11.4 * 0.9 / 2));
    CHECK(m->areaUnit == "mm2");
    const auto swapped = measure::measure(of(Kind::Ellipse, {{b.column, a.row}, {a.column, b.row}}), s);
    CHECK(swapped->statistics->mean == Approx(m->statistics->mean));
}

TEST_CASE("Padding and what is not a number never enter the statistics", "[measure][trap]")
{
    auto s = slice();
    s.samples = std::vector<float>(480, 50.0f);
    auto& samples = std::get<std::vector<float>>(s.samples);
    samples[5 * 24 + 6] = -2000;
    samples[6 * 24 + 6] = std::numeric_limits<float>::quiet_NaN();
    s.attributes.modalityTransform.intercept = -60;
    s.attributes.paddingFirst = -2000;
    s.attributes.paddingLast = -1990;
    const auto circle = of(Kind::Ellipse, {{4, 4}, {8, 8}});
    const auto m = measure::measure(circle, s);
    REQUIRE(m->statistics);
    CHECK(m->statistics->pixels == 11); // 13 centres in a circle of radius 2
    CHECK(m->statistics->mean == Approx(-10));
    CHECK(m->statistics->standardDeviation == 0);
    CHECK(m->text("en") == "7.9 mm², mean -10 HU");
    std::fill(samples.begin(), samples.end(), -2000.0f);
    CHECK_FALSE(measure::measure(circle, s)->statistics);
    CHECK(measure::measure(circle, s)->text("en") == "7.9 mm²");
    CHECK_FALSE(measure::measure(of(Kind::Ellipse, {{4, 4}, {4, 8}}), s)->statistics);
}

TEST_CASE("A mean just below zero does not read minus zero", "[measure]")
{
    Measurement m;
    m.kind = Kind::Ellipse;
    m.unit = "mm";
    m.area = 113.1;
    m.statistics = Statistics{5, -0.3, 0, 0, 0, "[hnsf'U]"};
    CHECK(m.text("en") == "113.1 mm², mean 0 HU");
    m.statistics->mean = -650.4;
    CHECK(m.text("en") == "113.1 mm², mean -650 HU");
    CHECK(m.text("ja") == "113.1 mm²、平均 -650 HU");
    CHECK(unitForReading("Bq/ml") == "Bq/ml");
}

TEST_CASE("What can't be measured says why", "[measure]")
{
    auto s = slice();
    CHECK(measure::measure(of(Kind::Length, {{1, 1}}), s).error().code == "measure.points");
    CHECK(measure::measure(of(Kind::Length, {{1, 1}, {23.6, 4}}), s).error().code == "measure.outside");
    CHECK(measure::measure(of(Kind::Length, {{-0.5, 1}, {23.5, 4}}), s).has_value());
    CHECK(measure::measure(of(Kind::Length, {{NAN, 1}, {2, 4}}), s).error().code == "measure.outside");
    auto other = of(Kind::Length, {{1, 1}, {2, 2}});
    other.object = s.attributes.identity;
    CHECK(measure::measure(other, s).has_value());
    other.object.sop = SopInstanceUid("1.2.3.4.99");
    CHECK(measure::measure(other, s).error().code == "measure.absent");
    s.samples = std::vector<std::int16_t>{};
    CHECK(measure::measure(of(Kind::Length, {{1, 1}, {2, 2}}), s).error().code == "measure.absent");
}
