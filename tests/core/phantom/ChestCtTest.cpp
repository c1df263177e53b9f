#include <numbers>

#include "tests/core/phantom/Volume.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::test;
using phantom::Point;

namespace {

struct Chest {
    phantom::GroundTruth truth;
    Volume volume;
};

const Chest& chest(bool prior)
{
    const auto make = [](bool older) {
        Chest made;
        VolumeSink collect;
        made.truth = older ? phantom::chestCtPrior(phantom::priorOptions(), collect.sink()) : phantom::chestCt({}, collect.sink());
        made.volume = collect.volume(made.truth);
        return made;
    };
    static const Chest current = make(false);
    static const Chest earlier = make(true);
    return prior ? earlier : current;
}

struct Statistics {
    double mean = 0;
    double deviation = 0;
    int count = 0;
};

Statistics statistics(const Volume& volume, Point centre, double radius)
{
    double sum = 0;
    double squares = 0;
    Statistics s;
    s.count = volume.ball(centre, radius, [&](float v) {
        sum += v;
        squares += static_cast<double>(v) * v;
    });
    s.mean = sum / s.count;
    s.deviation = std::sqrt(squares / s.count - s.mean * s.mean);
    return s;
}

double noduleVolume(const Chest& c)
{
    const double threshold = (c.truth.nodule->hounsfield - 860) / 2;
    int inside = 0;
    c.volume.ball(c.truth.nodule->centre, c.truth.nodule->diameterMm / 2 + 4, [&](float v) { inside += v > threshold ? 1 : 0; });
    return inside * c.volume.voxel();
}

} // namespace

TEST_CASE("Chest CT has the geometry it claims, different along each axis", "[core][phantom]")
{
    const Chest& c = chest(false);
    const auto& g = c.volume.geometry;
    CHECK(g.columns == 512);
    CHECK(g.rows == 512);
    CHECK(g.sopInstanceUids.size() == 300);
    CHECK(g.betweenColumns == 0.70);
    CHECK(g.betweenRows == 0.72);
    CHECK(g.betweenSlices == 1.0);
    CHECK(c.volume.hounsfield.size() == std::size_t{512} * 512 * 300);
    CHECK(c.truth.nodule->diameterMm == 12);
    const auto& p = chest(true).volume.geometry;
    CHECK(p.sopInstanceUids.size() == 280);
    CHECK(p.frameOfReferenceUid != g.frameOfReferenceUid);
    CHECK(chest(true).truth.accessionNumber != c.truth.accessionNumber);
    CHECK(chest(true).truth.patientId == c.truth.patientId);
}

TEST_CASE("Chest CT tissues have their exact HU, and 12 HU of noise", "[core][phantom]")
{
    for (const bool prior : {false, true}) {
        const Chest& c = chest(prior);
        REQUIRE(c.truth.tissues.size() >= 8);
        for (const auto& tissue : c.truth.tissues) {
            CAPTURE(prior, tissue.tissue);
            const Statistics s = statistics(c.volume, tissue.centre, tissue.radiusMm - 1);
            REQUIRE(s.count > 500);
            // Four standard errors of the mean; rounding adds nothing to it. Gas is cut off at the lowest stored value.
            const bool isGas = tissue.value < -950;
            CHECK(std::fabs(s.mean - tissue.value) < 4 * 12 / std::sqrt(s.count) + (isGas ? 0.1 : 0.0));
            CHECK(s.deviation == Approx(12.0).epsilon(0.06));
        }
    }
}

TEST_CASE("Nodule measures as the sphere it is, in both studies", "[core][phantom]")
{
    for (const bool prior : {false, true}) {
        const Chest& c = chest(prior);
        const double d = c.truth.nodule->diameterMm;
        CHECK(d == (prior ? 8 : 12));
        CHECK(noduleVolume(c) == Approx(std::numbers::pi * d * d * d / 6).epsilon(0.02));
        CHECK(statistics(c.volume, c.truth.nodule->centre, d / 2 - 1.2).mean == Approx(40).margin(2.5));
    }
}

TEST_CASE("Left stays left: heart and stomach gas on one side, liver on the other", "[core][phantom]")
{
    const Chest& c = chest(false);
    const Point middle = c.volume.place(256, 256, 150);
    for (const auto& tissue : c.truth.tissues) {
        CAPTURE(tissue.tissue);
        if (tissue.tissue == "liver" || tissue.tissue == "lung right") {
            CHECK(tissue.centre.x < middle.x - 30);
        }
        if (tissue.tissue == "spleen" || tissue.tissue == "stomach gas" || tissue.tissue == "lung left") {
            CHECK(tissue.centre.x > middle.x + 30);
        }
    }
    CHECK(c.truth.nodule->centre.x < middle.x - 50);
    // And in the pixels, not in the words alone: lung is larger on the right, where the heart is not.
    int right = 0;
    int left = 0;
    for (int j = 0; j < 512; ++j) {
        for (int i = 0; i < 512; ++i) {
            const bool isLung = c.volume.at(i, j, 125) < -700 && c.volume.at(i, j, 125) > -930;
            (c.volume.place(i, j, 125).x < middle.x ? right : left) += isLung ? 1 : 0;
        }
    }
    CHECK(right > left * 1.1);
}

TEST_CASE("Prior maps onto the current study by the transform it states", "[core][phantom]")
{
    const Chest& now = chest(false);
    const Chest& then = chest(true);
    const auto near = [](Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y, a.z - b.z); };
    CHECK(near(then.truth.toCurrent.apply(then.truth.nodule->centre), now.truth.nodule->centre) < 1e-6);
    CHECK(near(now.truth.toCurrent.apply({1, 2, 3}), {1, 2, 3}) < 1e-9);
    const auto& r = then.truth.toCurrent.rotation;
    const double angle = std::acos((r[0] + r[4] + r[8] - 1) / 2) * 180 / std::numbers::pi;
    CHECK(angle == Approx(3.0).epsilon(1e-6));
    CHECK(near(then.truth.nodule->centre, now.truth.nodule->centre) > 5);
    // Same tissue at mapped places; other noise.
    const Point back = then.truth.toCurrent.inverse().apply(now.truth.tissues.front().centre);
    CHECK(statistics(then.volume, back, 5).mean == Approx(now.truth.tissues.front().value).margin(2));
}
