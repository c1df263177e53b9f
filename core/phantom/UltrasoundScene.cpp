#include "core/phantom/UltrasoundScene.h"

#include "core/phantom/Noise.h"

namespace akari::phantom {

namespace {

constexpr float kTurn = 6.2831853F;
constexpr float kProbeRadius = 4.5F; // cm
constexpr float kHalfAngle = 0.62F;  // radians
constexpr float kMaxDepth = 16.2F;   // cm below the skin
constexpr float kSkinRow = 30;

struct Place {
    float x, y;         // cm, from the middle of the skin, down
    float depth, angle; // along the beam
};

Place placeOf(int column, int row)
{
    Place p{};
    p.x = static_cast<float>((column - 320) * kUsCmPerColumn);
    p.y = static_cast<float>((row - static_cast<double>(kSkinRow)) * kUsCmPerRow);
    const float fromCentre = p.y + kProbeRadius;
    p.depth = std::sqrt(p.x * p.x + fromCentre * fromCentre) - kProbeRadius;
    p.angle = std::atan2(p.x, fromCentre);
    return p;
}

float oval(float x, float y, float cx, float cy, float rx, float ry, float turn)
{
    const float c = std::cos(turn);
    const float s = std::sin(turn);
    const float u = ((x - cx) * c + (y - cy) * s) / rx;
    const float v = ((y - cy) * c - (x - cx) * s) / ry;
    return std::sqrt(u * u + v * v) - 1;
}

// Distance from the middle of the portal vein, in radii.
float vein(float x, float y)
{
    const float radius = 0.08F + 0.56F * smoothstep(-4.6F, -1.5F, x) * smoothstep(6.2F, 4.8F, x);
    return std::fabs(y - 7.1F - 0.33F * (x - 2.6F) - 0.25F * std::sin(0.9F * x)) / radius;
}

// Echo strength of the tissue, 0..1.
float echo(float x, float y)
{
    float e = 0.42F + 0.05F * smoothNoise({x * 0.8F, y * 0.8F, 0}, 31);
    if (y < 1.5F) {
        e = 0.5F + 0.35F * std::sin(y * 16 + 0.4F * std::sin(x)) * smoothstep(1.6F, 0.2F, y);
    }
    const float v = vein(x, y);
    if (x > -4.5F && x < 6) {
        e = mix(e, 0.85F, smoothstep(0.35F, 0.05F, std::fabs(v - 1.12F)));
        e = mix(e, 0.03F, smoothstep(1.05F, 0.92F, v));
    }
    for (const float cx : {-3.4F, 0.6F, -1.2F}) {
        const float hepatic = oval(x, y, cx, 4.6F + 0.4F * cx * cx * 0.2F, 0.75F, 0.22F, 0.5F + cx * 0.2F);
        e = mix(e, 0.05F, smoothstep(0.15F, -0.1F, hepatic));
    }
    const float bladder = oval(x, y, -3.3F, 8.4F, 2.5F, 1.15F, 0.35F);
    e = mix(e, 0.8F, smoothstep(0.14F, 0.05F, std::fabs(bladder)));
    e = mix(e, 0.015F, smoothstep(0.02F, -0.05F, bladder));
    e = mix(e, 1.0F, smoothstep(0.3F, 0.0F, oval(x, y, -2.5F, 9.2F, 0.42F, 0.26F, 0.3F)));
    const float kidney = oval(x, y, 3.4F, 11.6F, 3.6F, 1.75F, -0.22F);
    e = mix(e, 0.75F, smoothstep(0.07F, 0.02F, std::fabs(kidney)));
    e = mix(e, 0.27F, smoothstep(0.0F, -0.06F, kidney));
    e = mix(e, 0.72F, smoothstep(0.1F, -0.25F, oval(x, y, 3.4F, 11.6F, 2.1F, 0.7F, -0.22F)));
    const float diaphragm = std::fabs(y - 14.2F + 0.045F * (x + 2) * (x + 2));
    return x < 1.5F ? mix(e, 1.0F, smoothstep(0.22F, 0.0F, diaphragm)) : e;
}

// Shadow of the stone and brightening behind the bladder's fluid.
float beam(const Place& p, float sway)
{
    const float stone = std::atan2(-2.5F + sway, 9.2F + kProbeRadius);
    float gain = 1;
    if (p.depth > 9.6F) {
        gain *= mix(1, 0.15F, smoothstep(0.034F, 0.022F, std::fabs(p.angle - stone)));
        const float bladder = std::atan2(-3.3F, 8.4F + kProbeRadius);
        gain *= 1 + 0.35F * smoothstep(0.15F, 0.08F, std::fabs(p.angle - bladder));
    }
    return gain * mix(1.05F, 0.62F, smoothstep(8, 16, p.depth));
}

float speckle(const Place& p, float sway, float heave)
{
    // Two components of a random wave, narrower along the beam than across it: their length is Rayleigh distributed.
    const Vec q{(p.angle - sway * 0.07F) * 46, (p.depth - heave) * 15, 0};
    const float re = smoothNoise(q, 41) + 0.6F * smoothNoise(q * 1.9F, 42);
    const float im = smoothNoise(q, 43) + 0.6F * smoothNoise(q * 1.9F, 44);
    return std::sqrt(re * re + im * im);
}

void paintDoppler(std::uint8_t* rgb, float x, float y, float phase)
{
    const float v = vein(x, y);
    if (v >= 0.95F) {
        return;
    }
    const float speed = (0.45F + 0.4F * std::sin(phase) * std::sin(phase)) * (1 - v * v) + 0.12F * smoothNoise({x * 3, y * 3, phase}, 51);
    const float away = x > 4.1F ? smoothstep(4.1F, 5.2F, x) : 0;
    const float s = clamp01(speed * 1.25F);
    const auto level = [](float f) { return static_cast<std::uint8_t>(255 * clamp01(f)); };
    rgb[0] = level((0.35F + 0.65F * s) * (1 - away));
    rgb[1] = level(0.75F * s * s * (1 - away) + 0.55F * s * s * away);
    rgb[2] = level((0.4F + 0.6F * s) * away);
}

void paintFurniture(std::vector<std::uint8_t>& image)
{
    const auto dot = [&](int column, int row, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
        std::uint8_t* p = image.data() + 3 * (static_cast<std::size_t>(row) * kUsColumns + column);
        p[0] = r;
        p[1] = g;
        p[2] = b;
    };
    for (int row = 60; row < 220; ++row) {
        const auto grey = static_cast<std::uint8_t>(255 - (row - 60) * 255 / 160);
        const float t = static_cast<float>(row - 140) / 80;
        for (int column = 612; column < 622; ++column) {
            dot(column, row, grey, grey, grey);
            const float s = std::fabs(t);
            const auto main = static_cast<std::uint8_t>(90 + 165 * s);
            const auto side = static_cast<std::uint8_t>(180 * s * s);
            dot(column + 13, row, t < 0 ? main : 0, side, t < 0 ? 0 : main);
        }
    }
    for (int cm = 0; cm <= 16; ++cm) {
        const int row = static_cast<int>(kSkinRow + cm / kUsCmPerRow + 0.5);
        for (int column = cm % 5 == 0 ? 22 : 27; column < 32; ++column) {
            dot(column, std::min(row, kUsRows - 1), 190, 190, 190);
        }
    }
    for (int column = kUsDoppler[0]; column <= kUsDoppler[2]; ++column) {
        dot(column, kUsDoppler[1], 210, 210, 120);
        dot(column, kUsDoppler[3], 210, 210, 120);
    }
    for (int row = kUsDoppler[1]; row <= kUsDoppler[3]; ++row) {
        dot(kUsDoppler[0], row, 210, 210, 120);
        dot(kUsDoppler[2], row, 210, 210, 120);
    }
}

} // namespace

std::vector<std::uint8_t> ultrasoundFrame(int frame)
{
    std::vector<std::uint8_t> image(static_cast<std::size_t>(kUsColumns) * kUsRows * 3, 0);
    const float phase = kTurn * static_cast<float>(frame) / kUsFrames;
    const float sway = 0.18F * std::sin(phase);
    const float heave = 0.12F * std::cos(phase);
    for (int row = kUsScan[1]; row <= kUsScan[3]; ++row) {
        for (int column = kUsScan[0]; column <= kUsScan[2]; ++column) {
            const Place p = placeOf(column, row);
            if (p.depth < 0 || p.depth > kMaxDepth || std::fabs(p.angle) > kHalfAngle) {
                continue;
            }
            const float x = p.x - sway;
            const float y = p.y - heave * smoothstep(0, 4, p.y);
            const float amplitude = echo(x, y) * beam(p, sway) * (0.25F + 1.25F * speckle(p, sway, heave));
            // Logarithmic compression over about 48 dB.
            const float shown = 0.86F + std::log10(std::max(amplitude, 1e-4F)) * (20.0F / 48);
            const auto grey = static_cast<std::uint8_t>(235 * clamp01(shown > 0 ? shown * shown : 0.0F));
            std::uint8_t* rgb = image.data() + 3 * (static_cast<std::size_t>(row) * kUsColumns + column);
            rgb[0] = rgb[1] = rgb[2] = grey;
            if (column > kUsDoppler[0] && column < kUsDoppler[2] && row > kUsDoppler[1] && row < kUsDoppler[3]) {
                paintDoppler(rgb, x, y, phase);
            }
        }
    }
    paintFurniture(image);
    return image;
}

} // namespace akari::phantom
