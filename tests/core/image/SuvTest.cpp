// Expected factors are worked out here from the definition: weight in g / (dose x 2^(-elapsed / half-life)).
#include <cmath>
#include <filesystem>

#include "core/image/Suv.h"
#include "tests/support/DataSets.h"
#include "tests/support/TestData.h"

using namespace akari;
using namespace akari::image;
using test::vr;

namespace {

struct Pet {
    std::string units = "BQML", decay = "START", corrected = "NORM\\ATTN\\DECY", seriesTime = "101500", acquisitionTime = "101500",
                seriesDate = "20240301", injectionTime = "091500", injectionMoment, zone, sex = "M";
    double weight = 80, height = 1.8, dose = 4e8, halfLife = 6586.2;
};

dicom::DataSetBuilder builderOf(const Pet& p)
{
    auto b = test::smallImage("PT");
    b.text({0x0054, 0x1001}, vr("CS"), p.units).text({0x0054, 0x1102}, vr("CS"), p.decay).text({0x0028, 0x0051}, vr("CS"), p.corrected);
    b.text({0x0008, 0x0021}, vr("DA"), p.seriesDate).text({0x0008, 0x0031}, vr("TM"), p.seriesTime);
    b.text({0x0008, 0x0022}, vr("DA"), p.seriesDate).text({0x0008, 0x0032}, vr("TM"), p.acquisitionTime);
    if (p.weight > 0) {
        b.decimals({0x0010, 0x1030}, {p.weight});
    }
    if (p.height > 0) {
        b.decimals({0x0010, 0x1020}, {p.height});
    }
    b.text({0x0010, 0x0040}, vr("CS"), p.sex);
    if (!p.zone.empty()) {
        b.text({0x0008, 0x0201}, vr("SH"), p.zone);
    }
    dicom::DataSetBuilder drug;
    drug.decimals({0x0018, 0x1074}, {p.dose}).decimals({0x0018, 0x1075}, {p.halfLife});
    if (!p.injectionTime.empty()) {
        drug.text({0x0018, 0x1072}, vr("TM"), p.injectionTime);
    }
    if (!p.injectionMoment.empty()) {
        drug.text({0x0018, 0x1078}, vr("DT"), p.injectionMoment);
    }
    b.sequence({0x0054, 0x0016}, {drug});
    return b;
}

SuvReading suvOf(const Pet& p) { return readSuv(test::read(builderOf(p)).dataSet); }

double bodyWeightFactor(const Pet& p, double elapsed) { return p.weight * 1000 / (p.dose * std::pow(2.0, -elapsed / p.halfLife)); }

void checkElapsed(const Pet& p, double elapsed)
{
    const auto reading = suvOf(p);
    INFO(reading.refused);
    REQUIRE(reading.suv);
    REQUIRE(reading.suv->bodyWeight);
    CHECK(*reading.suv->bodyWeight == Approx(bodyWeightFactor(p, elapsed)).epsilon(1e-12));
}

} // namespace

TEST_CASE("Trap: PET: SUV by weight, lean mass and surface", "[image][trap]")
{
    Pet p;
    checkElapsed(p, 3600);
    const auto suv = *suvOf(p).suv;
    const double dose = 4e8 * std::pow(2.0, -3600 / 6586.2);
    CHECK(*suv.leanBodyMass == Approx((1.10 * 80 - 128 * (80.0 / 180) * (80.0 / 180)) * 1000 / dose).epsilon(1e-12));
    CHECK(*suv.bodySurface == Approx(std::pow(80, 0.425) * std::pow(180, 0.725) * 0.007184 * 10000 / dose).epsilon(1e-12));
    p.sex = "F";
    CHECK(*suvOf(p).suv->leanBodyMass == Approx((1.07 * 80 - 148 * (80.0 / 180) * (80.0 / 180)) * 1000 / dose).epsilon(1e-12));
    p.sex = "O";
    CHECK_FALSE(suvOf(p).suv->leanBodyMass);
    CHECK(suvOf(p).suv->bodyWeight);
    p.height = 0;
    CHECK_FALSE(suvOf(p).suv->bodySurface);
    p.decay = "ADMIN";
    CHECK(*suvOf(p).suv->bodyWeight == Approx(80'000 / 4e8).epsilon(1e-12));
}

TEST_CASE("Trap: PET: times over midnight, with dates, with offsets from UTC", "[image][trap]")
{
    Pet p;
    p.seriesTime = p.acquisitionTime = "001000.500";
    p.injectionTime = "233000"; // the evening before
    checkElapsed(p, 40 * 60 + 0.5);
    p.injectionMoment = "20240229233000"; // a leap day
    checkElapsed(p, 40 * 60 + 0.5);
    p.injectionMoment = "20240229233000.250-0500";
    p.zone = "-0500";
    checkElapsed(p, 40 * 60 + 0.25);
    p.injectionMoment = "20240301053000+0100"; // 04:30 UTC; the scan: 05:10 UTC
    checkElapsed(p, 40 * 60 + 0.5);
    p.injectionMoment = "20240301003000-0330"; // 04:00 UTC
    checkElapsed(p, 70 * 60 + 0.5);
    p.zone.clear(); // an offset with nothing to compare it with: local time
    p.injectionMoment = "20240229233000-0500";
    checkElapsed(p, 40 * 60 + 0.5);
    // A reconstruction: the series is later than the acquisition, and the frame's reference time tells when the scan began.
    Pet later;
    later.seriesTime = "150000";
    CHECK_FALSE(suvOf(later).suv);
    auto b = builderOf(later);
    b.decimals({0x0054, 0x1300}, {600'000}).text({0x0018, 0x1242}, vr("IS"), "180000");
    const auto reading = readSuv(test::read(b).dataSet);
    REQUIRE(reading.suv);
    const double lambda = std::log(2.0) / later.halfLife;
    const double mean = std::log(lambda * 180 / (1 - std::exp(-lambda * 180))) / lambda;
    CHECK(*reading.suv->bodyWeight == Approx(bodyWeightFactor(later, 3600 - 600 + mean)).epsilon(1e-9));
}

TEST_CASE("Trap: PET: what is missing or contradicts itself gives no SUV at all", "[image][trap]")
{
    const auto refused = [](auto&& change) {
        Pet p;
        change(p);
        const auto reading = suvOf(p);
        return !reading.suv && !reading.refused.empty();
    };
    CHECK_FALSE(refused([](Pet&) {}));
    CHECK(refused([](Pet& p) { p.weight = 0; }));
    CHECK(refused([](Pet& p) { p.corrected = "NORM\\DECY"; }));
    CHECK(refused([](Pet& p) { p.corrected = "ATTN"; }));
    CHECK(refused([](Pet& p) { p.decay = "NONE"; }));
    CHECK(refused([](Pet& p) { p.units = "PROPCPS"; }));
    CHECK(refused([](Pet& p) { p.units = "CNTS"; }));
    CHECK(refused([](Pet& p) { p.dose = 0; }));
    CHECK(refused([](Pet& p) { p.halfLife = 0; }));
    CHECK(refused([](Pet& p) { p.injectionTime.clear(); }));
    CHECK(refused([](Pet& p) { p.seriesTime = p.acquisitionTime = ""; }));
    CHECK(refused([](Pet& p) { p.injectionMoment = "20240201091500"; })); // a month before: another patient's day, or shifted dates
    CHECK(refused([](Pet& p) { p.injectionMoment = "20240301101501"; })); // after the scan
    auto mr = test::smallImage("MR");
    CHECK(readSuv(test::read(mr).dataSet).refused.empty());
    CHECK_FALSE(readSuv(test::read(mr).dataSet).suv);
    auto philips = builderOf([] { Pet p; p.units = "CNTS"; return p; }());
    philips.text({0x7053, 0x0010}, vr("LO"), "Philips PET Private Group").decimals({0x7053, 0x1000}, {0.000551});
    CHECK(*readSuv(test::read(philips).dataSet).suv->bodyWeight == Approx(0.000551));
    auto already = builderOf([] { Pet p; p.units = "GML"; return p; }());
    CHECK(*readSuv(test::read(already).dataSet).suv->bodyWeight == 1);
}

TEST_CASE("Trap: PET: the two real slices and one in counts", "[image][trap][data]")
{
    const auto root = test::dataFolder();
    if (!root) {
        AKARI_SKIP("no test data");
    }
    const auto reading = [&](const char* path) {
        const auto file = dicom::readPart10(test::readFile(*root / path));
        REQUIRE(file);
        return readSuv(file->dataSet);
    };
    CHECK(*reading("19_pet_acrin_tiny/1.dcm").suv->bodyWeight == Approx(69.7344e3 / (178340011.59668 * std::pow(2.0, -3976.921 / 6586.2))).epsilon(1e-9));
    CHECK(*reading("19_pet_acrin_tiny/2.dcm").suv->bodyWeight == Approx(82.174e3 / (173529998.7793 * std::pow(2.0, -0.109 / 6586.2))).epsilon(1e-9));
    CHECK_FALSE(reading("14_fo_dicom_selected/GH610.dcm").suv);
    CHECK_FALSE(reading("19_pet_acrin_tiny/1.dcm").suv->leanBodyMass); // no height in the file
}
