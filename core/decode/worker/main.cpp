// akari-worker: decodes one frame a job, from one block of shared memory into another, and knows nothing else: no files, no network.
#include <chrono>

#include "core/base/Process.h"
#include "core/decode/Samples.h"
#include "core/decode/WorkerProtocol.h"
#include "core/decode/worker/Codec.h"
#include "core/decode/worker/Sandbox.h"

namespace {

using namespace akari;
using namespace akari::decode;

constexpr int kChannelDescriptor = 3;
// A quarter of what the smallest job may map.
constexpr std::uint64_t kTolerableLeftover = std::uint64_t{16} << 20;

Status runJob(const JobMessage& message, const std::vector<int>& descriptors, std::uint64_t baseline, ReplyMessage& reply)
{
    const auto limits = worker::limitForJob(baseline + message.memoryBytes, message.cpuSeconds);
    // Adopted before anything can fail, so that the descriptors are closed in every case.
    auto input = SharedMemory::adopt(descriptors[0], message.inputBytes, false);
    auto output = SharedMemory::adopt(descriptors[1], message.outputBytes, true);
    if (!limits || !input || !output) {
        return fail(!limits ? limits.error() : !input ? input.error() : output.error());
    }
    reply.addressSpaceLimit = limits->addressSpace;
    reply.cpuSecondsLimit = limits->cpuSeconds;
    if (message.outputBytes != decodedBytes(message.pixels)) {
        return worker::damaged("the place for the samples has the wrong size");
    }
    const BytesView encoded(std::as_const(**input).data(), message.inputBytes);
    putText(reply.inputHash, inputHashOf(encoded));
    return worker::decodeJob({message.pixels, message.syntax, encoded, {(*output)->data(), message.outputBytes}});
}

bool serve(Channel& channel, const ReceivedMessage& received, std::uint64_t baseline)
{
    const auto job = fromBytes<JobMessage>(received.bytes);
    if (!job || received.descriptors.size() != 2) {
        return false;
    }
    ReplyMessage reply;
    reply.job = job->job;
    reply.token = job->token;
    reply.frame = job->frame;
    reply.rows = job->pixels.rows;
    reply.columns = job->pixels.columns;
    reply.samplesPerPixel = job->pixels.samplesPerPixel;
    reply.containerBits = static_cast<std::uint16_t>(8 * containerBytes(job->pixels));
    const Status done = runJob(*job, received.descriptors, baseline, reply);
    reply.status = done ? ReplyStatus::Decoded
        : done.error().code == "decode.unsupported" ? ReplyStatus::Unsupported
                                                    : ReplyStatus::Failed;
    if (!done) {
        putText(reply.reason, done.error().message + (done.error().detail.empty() ? "" : ": " + done.error().detail));
    }
    reply.peakResident = worker::peakResidentBytes();
    reply.last = worker::mappedBytes() > baseline + kTolerableLeftover ? 1 : 0;
    return channel.send(toBytes(reply)).has_value();
}

int run()
{
    Channel channel(kChannelDescriptor);
    // The hash opens its provider now: behind the filter it could not.
    static_cast<void>(inputHashOf({}));
    HelloMessage hello;
    hello.baselineBytes = worker::mappedBytes();
    constexpr std::uint64_t kLargestJob = (std::uint64_t{64} << 20) + 6 * kMaximumFrameBytes;
    if (!worker::limitForGood(hello.baselineBytes + kLargestJob)) {
        return 3;
    }
    const auto filtered = worker::closeFilter();
    if (!filtered || hello.baselineBytes == 0) {
        return 4;
    }
    hello.seccomp = *filtered ? 1 : 0;
    if (!channel.send(toBytes(hello))) {
        return 5;
    }
    for (;;) {
        auto received = channel.receive(std::chrono::hours(1));
        if (received) {
            if (!serve(channel, *received, hello.baselineBytes)) {
                return 6;
            }
        } else if (received.error().code != "process.timeout") {
            return 0;
        }
    }
}

} // namespace

int main() { return run(); }
