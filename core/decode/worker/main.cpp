// akari-worker: decodes one frame a job, from one block of shared memory into another, and knows nothing else: no files, no network.
#include "core/decode/child/JobLoop.h"
#include "core/decode/worker/Codec.h"
#include "core/decode/worker/ColourCodec.h"

namespace {

using namespace akari;
using namespace akari::decode;

Result<child::Outcome> decodeFrame(const child::Task& task)
{
    const Status done = worker::decodeJob({task.message.pixels, task.message.syntax, task.input, task.output});
    return done ? Result<child::Outcome>(child::Outcome::Decoded) : fail(done.error());
}

} // namespace

int main()
{
    child::Program program;
    program.decode = &decodeFrame;
    program.warmUp = &worker::prepareColour;
    return child::run(program);
}
