// What decoding costs besides the decoders themselves. The best of several rounds counts: other programs share the machine.
#include <chrono>
#include <cstdio>
#include <ctime>

#include "core/decode/NativeFrame.h"
#include "tests/core/decode/DecodeSupport.h"

using namespace akari;
using namespace akari::decode;
using namespace akari::decode::test;

namespace {

double wallMilliseconds() { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
double cpuMilliseconds() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

template <class Work> double bestMilliseconds(int rounds, double (*now)(), const Work& work)
{
    double best = 1e9;
    for (int i = 0; i < rounds; ++i) {
        const double begin = now();
        work();
        best = std::min(best, now() - begin);
    }
    return best;
}

} // namespace

TEST_CASE("Native CT frames unpack, and how fast", "[core][decode][speed]")
{
    Bytes frame(512 * 512 * 2);
    for (std::size_t i = 0; i < frame.size(); ++i) {
        frame[i] = static_cast<std::uint8_t>(i * 31);
    }
    for (const auto& pixels : {grey(512, 512, 16, 16), grey(512, 512, 16, 12), grey(512, 512, 16, 12, true)}) {
        std::size_t sum = 0;
        const double milliseconds = bestMilliseconds(10, &cpuMilliseconds, [&] {
            for (int i = 0; i < 300; ++i) {
                sum += unpackNative(frame, pixels, {})->size();
            }
        });
        std::printf("native: 300 frames of 512 x 512 x 16, %d stored%s: %.1f ms\n", pixels.bitsStored, pixels.isSigned ? ", signed" : "", milliseconds);
        CHECK(sum == 10U * 300U * frame.size());
    }
}

TEST_CASE("What a worker adds to a frame", "[core][decode][speed]")
{
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    const auto tiny = flat(1, 8);
    const auto slice = made(kRle, rleOf({Bytes(512 * 512, 1), Bytes(512 * 512, 2)}), grey(512, 512, 16, 16));
    for (const auto* job : {&tiny, &slice}) {
        const double milliseconds = bestMilliseconds(10, &wallMilliseconds, [&] {
            for (int i = 0; i < 20; ++i) {
                REQUIRE(decodeFrame(pool, *job));
            }
        });
        std::printf("worker: %.3f ms a frame of %u x %u\n", milliseconds / 20, job->pixels.columns, job->pixels.rows);
    }
}
