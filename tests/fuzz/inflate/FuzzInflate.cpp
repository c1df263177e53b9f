// Deflated datasets: broken streams, bombs, streams that end early.
#include "core/dicom/Inflate.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::Input input(data, size);
    const bool partial = (input.byte() & 1) != 0;
    const Bytes compressed = input.restCopy();
    Bytes out{1, 2, 3};
    const Status done = dicom::inflateOnto(out, compressed, partial);
    fuzz::require(out.size() >= 3 && out[0] == 1 && out[2] == 3, "what was there stays");
    fuzz::require(out.size() <= 3 + std::max<std::uint64_t>(compressed.size() * 200, 64u << 20) + (1u << 20), "no more than the limit");
    if (!done) {
        fuzz::checkError(done.error().code, done.error().message);
    }
    return 0;
}
