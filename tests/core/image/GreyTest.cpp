#include "tests/support/Catch.h"

#include <cmath>
#include <random>

#include "core/image/Grey.h"
#include "core/image/Kernels.h"
#include "tests/support/ImageFixtures.h"

using namespace akari;
using namespace akari::image;

namespace {

// PS3.3 C.11.2.1.2.1, C.11.2.1.3.1 and .2, word by word.
int reference(double x, const Window& w, bool inverse)
{
    const double c = w.center, width = w.width, ymin = 0, ymax = 65535;
    double y = 0;
    if (w.function == VoiFunction::Linear) {
        if (x <= c - 0.5 - (width - 1) / 2) {
            y = ymin;
        } else if (x > c - 0.5 + (width - 1) / 2) {
            y = ymax;
        } else {
            y = ((x - (c - 0.5)) / (width - 1) + 0.5) * (ymax - ymin) + ymin;
        }
    } else if (w.function == VoiFunction::LinearExact) {
        if (x <= c - width / 2) {
            y = ymin;
        } else if (x > c + width / 2) {
            y = ymax;
        } else {
            y = ((x - c) / width + 0.5) * (ymax - ymin) + ymin;
        }
    } else {
        y = (ymax - ymin) / (1 + std::exp(-4 * (x - c) / width)) + ymin;
    }
    const int p = static_cast<int>(std::floor(y + 0.5));
    return inverse ? 65535 - p : p;
}

const std::vector<Window> kWindows{{40, 400, VoiFunction::Linear, {}},       {40.5, 401, VoiFunction::Linear, {}},
                                   {-600, 1500, VoiFunction::Linear, {}},    {2048, 4096, VoiFunction::Linear, {}},
                                   {0, 1, VoiFunction::Linear, {}},          {10, 2, VoiFunction::Linear, {}},
                                   {127.5, 255, VoiFunction::LinearExact, {}}, {0, 0.004, VoiFunction::LinearExact, {}},
                                   {40, 400, VoiFunction::Sigmoid, {}}};

} // namespace

TEST_CASE("P-values equal the standard's formulas to the integer", "[image]")
{
    for (const Window& w : kWindows) {
        for (const bool inverse : {false, true}) {
            std::vector<float> values;
            for (int x = -3000; x <= 5000; ++x) {
                values.push_back(static_cast<float>(x));
                values.push_back(static_cast<float>(x) / 16.0f);
            }
            std::vector<std::uint16_t> many(values.size());
            applyWindow(values, w, inverse, many);
            for (std::size_t i = 0; i < values.size(); ++i) {
                const int expected = reference(static_cast<double>(values[i]), w, inverse);
                if (applyWindow(static_cast<double>(values[i]), w, inverse) != expected || many[i] != expected) {
                    FAIL("window " << w.center << "/" << w.width << " value " << values[i] << ": " << many[i] << " instead of " << expected);
                }
            }
        }
    }
}

TEST_CASE("The vector form gives the scalar form's numbers", "[image]")
{
    if (!avx2Kernels()) {
        AKARI_SKIP("no AVX2 here");
    }
    std::mt19937 random(7);
    std::uniform_real_distribution<float> any(-2000, 2000);
    std::vector<float> values(10'007);
    for (float& v : values) {
        v = any(random);
    }
    values[3] = NAN;
    std::vector<std::uint16_t> a(values.size()), b(values.size());
    for (const bool inverse : {false, true}) {
        const LinearWindow w{39.5, 399, inverse};
        scalarKernels().linearWindow(values.data(), a.data(), static_cast<int>(a.size()), w);
        avx2Kernels()->linearWindow(values.data(), b.data(), static_cast<int>(b.size()), w);
        CHECK(a == b);
        CHECK(a[3] == (inverse ? 65535 : 0));
    }
}

TEST_CASE("VOI tables clamp at both ends and fill the whole range", "[image]")
{
    const LookupTable table{-2, 8, {0, 51, 255}};
    CHECK(applyVoiTable(-100, table, false) == 0);
    CHECK(applyVoiTable(-2, table, false) == 0);
    CHECK(applyVoiTable(-1, table, false) == 13107);
    CHECK(applyVoiTable(0, table, false) == 65535);
    CHECK(applyVoiTable(1e9, table, false) == 65535);
    CHECK(applyVoiTable(-1, table, true) == 52428);
    CHECK(applyVoiTable(NAN, table, false) == 0);
}

TEST_CASE("The window at open is the image's own, else from the data without padding", "[image]")
{
    Slice slice;
    slice.attributes.rows = 10;
    slice.attributes.columns = 101;
    std::vector<std::int16_t> samples;
    for (int i = 0; i < 1010; ++i) {
        samples.push_back(static_cast<std::int16_t>(i % 101));
    }
    samples[500] = -2000;
    slice.samples = samples;
    slice.attributes.paddingFirst = -2000;
    slice.attributes.paddingLast = -2000;
    const Window w = initialWindow(slice);
    CHECK(w.center == 50.5);
    CHECK(w.width == 99);
    CHECK(applyWindow(1, w, false) == 0);
    CHECK(applyWindow(99, w, false) == 65535);
    slice.attributes.windows = {{1, 2, VoiFunction::Sigmoid, "x"}};
    CHECK(initialWindow(slice) == slice.attributes.windows[0]);
    slice.attributes.windows.clear();
    slice.samples = std::vector<float>(1010, NAN);
    CHECK(std::isfinite(initialWindow(slice).center));
}
