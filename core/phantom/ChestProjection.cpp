#include "core/phantom/ChestProjection.h"

#include "core/base/JobQueue.h"
#include "core/phantom/Rasterizer.h"

namespace akari::phantom {

namespace {

constexpr float kFine = 0.6F;   // mm along the detector
constexpr float kCoarse = 3.0F; // mm along the beam
constexpr float kHeight = 0.75F; // mm between planes
constexpr float kDepth = 280;   // mm of beam looked at

float attenuation(float hounsfield)
{
    const float water = 0.0195F;
    const float bone = hounsfield > 150 ? (hounsfield - 150) * 0.7F : 0.0F;
    return water * std::max(1000 + hounsfield + bone, 0.0F) * 0.001F;
}

// One horizontal plane of anatomy, summed along the beam.
void sumPlane(const Anatomy& anatomy, float z, bool lateral, int fine, std::vector<float>& values, float* out)
{
    const float depth = lateral ? 2 * 200.0F : kDepth;
    const int steps = static_cast<int>(depth / kCoarse);
    const float halfFine = kFine * static_cast<float>(fine - 1) / 2;
    const float halfDepth = kCoarse * static_cast<float>(steps - 1) / 2;
    Raster raster;
    raster.edgeWidth = 1.5F;
    Frame& f = raster.anatomy;
    f.columns = fine;
    f.rows = steps;
    f.origin = lateral ? Vec{-halfDepth, -halfFine, z} : Vec{-halfFine, -halfDepth, z};
    f.columnStep = lateral ? Vec{0, kFine, 0} : Vec{kFine, 0, 0};
    f.rowStep = lateral ? Vec{kCoarse, 0, 0} : Vec{0, kCoarse, 0};
    rasterize(anatomy, raster, values);
    for (int s = 0; s < steps; ++s) {
        for (int i = 0; i < fine; ++i) {
            out[i] += attenuation(values[static_cast<std::size_t>(s) * fine + i]) * kCoarse;
        }
    }
}

float sample(const std::vector<float>& grid, int columns, int rows, float x, float y)
{
    const int i = std::min(std::max(static_cast<int>(x), 0), columns - 2);
    const int j = std::min(std::max(static_cast<int>(y), 0), rows - 2);
    const float tx = clamp01(x - static_cast<float>(i));
    const float ty = clamp01(y - static_cast<float>(j));
    const float* p = grid.data() + static_cast<std::size_t>(j) * columns + i;
    return mix(mix(p[0], p[1], tx), mix(p[columns], p[columns + 1], tx), ty);
}

// Running mean along rows or columns, three times: nearly a Gaussian.
void blur(std::vector<float>& image, int columns, int rows, int radius)
{
    const auto pass = [radius](float* line, int n, int stride, std::vector<float>& copy) {
        copy.resize(n);
        for (int i = 0; i < n; ++i) {
            copy[i] = line[static_cast<std::size_t>(i) * stride];
        }
        const auto at = [&](int i) { return copy[std::min(std::max(i, 0), n - 1)]; };
        float sum = 0;
        for (int i = -radius; i <= radius; ++i) {
            sum += at(i);
        }
        for (int i = 0; i < n; ++i) {
            line[static_cast<std::size_t>(i) * stride] = sum / static_cast<float>(2 * radius + 1);
            sum += at(i + radius + 1) - at(i - radius);
        }
    };
    std::vector<float> copy;
    for (int round = 0; round < 3; ++round) {
        for (int j = 0; j < rows; ++j) {
            pass(image.data() + static_cast<std::size_t>(j) * columns, columns, 1, copy);
        }
        for (int i = 0; i < columns; ++i) {
            pass(image.data() + i, rows, columns, copy);
        }
    }
}

} // namespace

std::vector<float> project(const Projection& p)
{
    AnatomyOptions options;
    options.armsUp = p.lateral;
    const Anatomy anatomy(options);
    const int fine = static_cast<int>(p.columns * p.betweenColumns / kFine) + 2;
    const int planes = static_cast<int>(p.rows * p.betweenRows / kHeight) + 2;
    std::vector<float> grid(static_cast<std::size_t>(fine) * planes, 0.0F);
    parallelFor(planes, 4, [&](int begin, int end) {
        std::vector<float> values;
        for (int k = begin; k < end; ++k) {
            const float z = static_cast<float>(p.top) - kHeight * static_cast<float>(k);
            sumPlane(anatomy, z, p.lateral, fine, values, grid.data() + static_cast<std::size_t>(k) * fine);
        }
    });
    std::vector<float> image(static_cast<std::size_t>(p.columns) * p.rows);
    for (int j = 0; j < p.rows; ++j) {
        for (int i = 0; i < p.columns; ++i) {
            const auto x = static_cast<float>(i * p.betweenColumns / kFine);
            const auto y = static_cast<float>(j * p.betweenRows / kHeight);
            image[static_cast<std::size_t>(j) * p.columns + i] = sample(grid, fine, planes, x, y);
        }
    }
    return image;
}

std::vector<float> enhance(const std::vector<float>& attenuationImage, const Projection& p)
{
    std::vector<float> image(attenuationImage.size());
    for (std::size_t i = 0; i < image.size(); ++i) {
        image[i] = 3600 * (1 - std::exp(-0.36F * attenuationImage[i]));
    }
    std::vector<float> smooth = image;
    blur(smooth, p.columns, p.rows, 40);
    for (std::size_t i = 0; i < image.size(); ++i) {
        // Nothing outside the patient is lifted, or a halo would surround him.
        const float lift = 0.9F * smoothstep(0.15F, 0.8F, attenuationImage[i]);
        image[i] = std::min(std::max(image[i] + lift * (image[i] - smooth[i]) + 60, 0.0F), 4095.0F);
    }
    return image;
}

} // namespace akari::phantom
