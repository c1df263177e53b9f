// akari-worker: decodes one frame a job, from one block of shared memory into another, and knows nothing else: no files, no network.
#include <chrono>
#include <memory>
#include <utility>

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

// The two blocks, kept from job to job.
struct Blocks {
    std::unique_ptr<SharedMemory> input;
    std::unique_ptr<SharedMemory> output;

    std::uint64_t size() const { return (input ? input->size() : 0) + (output ? output->size() : 0); }

    // Takes over the descriptors that came with the job; all of them, so that none stays open.
    Status take(const JobMessage& job, const std::vector<int>& descriptors)
    {
        const std::size_t expected = (job.inputBlock != 0 ? 1U : 0U) + (job.outputBlock != 0 ? 1U : 0U);
        if (descriptors.size() != expected) {
            return fail("decode.failed", "a block of memory did not come with the job");
        }
        Status taken;
        const auto adopt = [&taken](std::unique_ptr<SharedMemory>& into, int descriptor, std::uint64_t bytes, bool writable) {
            into.reset();
            auto adopted = SharedMemory::adopt(descriptor, bytes, writable);
            if (adopted) {
                into = std::move(*adopted);
            } else {
                taken = fail(adopted.error());
            }
        };
        if (job.inputBlock != 0) {
            adopt(input, descriptors.front(), job.inputBlock, false);
        }
        if (job.outputBlock != 0) {
            adopt(output, descriptors.back(), job.outputBlock, true);
        }
        if (taken && (!input || !output || job.inputBytes > input->size() || job.outputBytes > output->size())) {
            return fail("decode.failed", "a block of memory is too small for the job");
        }
        return taken;
    }
};

Status runJob(const JobMessage& message, const std::vector<int>& descriptors, std::uint64_t baseline, Blocks& blocks, ReplyMessage& reply)
{
    const auto limits = worker::limitForJob(baseline + message.memoryBytes, message.cpuSeconds);
    if (auto taken = blocks.take(message, descriptors); !taken) {
        return taken;
    }
    if (!limits) {
        return fail(limits.error());
    }
    reply.addressSpaceLimit = limits->addressSpace;
    reply.cpuSecondsLimit = limits->cpuSeconds;
    if (message.outputBytes != decodedBytes(message.pixels)) {
        return worker::damaged("the place for the samples has the wrong size");
    }
    const BytesView encoded(std::as_const(*blocks.input).data(), message.inputBytes);
    putText(reply.inputHash, inputHashOf(encoded));
    return worker::decodeJob({message.pixels, message.syntax, encoded, {blocks.output->data(), message.outputBytes}});
}

bool serve(Channel& channel, const ReceivedMessage& received, std::uint64_t baseline, Blocks& blocks)
{
    const auto job = fromBytes<JobMessage>(received.bytes);
    if (!job) {
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
    const Status done = runJob(*job, received.descriptors, baseline, blocks, reply);
    reply.status = done ? ReplyStatus::Decoded
        : done.error().code == "decode.unsupported" ? ReplyStatus::Unsupported
                                                    : ReplyStatus::Failed;
    if (!done) {
        putText(reply.reason, done.error().message + (done.error().detail.empty() ? "" : ": " + done.error().detail));
    }
    reply.peakResident = worker::peakResidentBytes();
    reply.last = worker::mappedBytes() > baseline + blocks.size() + kTolerableLeftover ? 1 : 0;
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
    Blocks blocks;
    for (;;) {
        auto received = channel.receive(std::chrono::hours(1));
        if (received) {
            if (!serve(channel, *received, hello.baselineBytes, blocks)) {
                return 6;
            }
        } else if (received.error().code != "process.timeout") {
            return 0;
        }
    }
}

} // namespace

int main() { return run(); }
