#include "core/decode/child/JobLoop.h"

#include <chrono>
#include <memory>
#include <utility>

#include "core/base/Process.h"
#include "core/decode/Samples.h"

namespace akari::decode::child {
namespace {

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
            auto adopted = SharedMemory::adopt(descriptor, bytes, writable);
            if (adopted) {
                into = std::move(*adopted);
            } else {
                taken = fail(adopted.error());
            }
        };
        // What goes is given back before anything new is mapped: the limit is this job's, and the last one may have been far larger.
        if (job.inputBlock != 0) {
            input.reset();
        }
        if (job.outputBlock != 0) {
            output.reset();
        }
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

class Server {
public:
    Server(const Program& program, std::uint64_t baseline) : m_program(program), m_baseline(baseline) {}

    // False when the message is none of ours.
    bool serve(Channel& channel, const ReceivedMessage& received)
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
        const auto done = runJob(*job, received.descriptors, reply);
        if (done) {
            reply.status = *done == Outcome::Decoded ? ReplyStatus::Decoded : ReplyStatus::Unfinished;
        } else {
            reply.status = done.error().code == "decode.unsupported" ? ReplyStatus::Unsupported : ReplyStatus::Failed;
            putText(reply.reason, done.error().message + (done.error().detail.empty() ? "" : ": " + done.error().detail));
        }
        reply.peakResident = peakResidentBytes();
        // A stream's decoder keeps pictures on purpose.
        reply.last = !m_program.streams && leftover() > kTolerableLeftover ? 1 : 0;
        return channel.send(toBytes(reply)).has_value();
    }

private:
    Result<Outcome> runJob(const JobMessage& message, const std::vector<int>& descriptors, ReplyMessage& reply)
    {
        const auto limits = limitForJob(m_baseline + message.memoryBytes, message.cpuSeconds);
        if (auto taken = m_blocks.take(message, descriptors); !taken) {
            return fail(taken.error());
        }
        if (!limits) {
            return fail(limits.error());
        }
        reply.addressSpaceLimit = limits->addressSpace;
        reply.cpuSecondsLimit = limits->cpuSeconds;
        if (message.outputBytes != decodedBytes(message.pixels)) {
            return fail("decode.failed", "the place for the samples has the wrong size");
        }
        const BytesView input(std::as_const(*m_blocks.input).data(), message.inputBytes);
        const bool newInput = !m_program.streams || message.inputBlock != 0;
        if (newInput) {
            m_inputHash = keyedHash(message.hashKey, input);
        }
        reply.inputHash = m_inputHash;
        const auto begin = std::chrono::steady_clock::now();
        auto done = m_program.decode({message, input, {m_blocks.output->data(), message.outputBytes}, newInput});
        reply.decodeNanoseconds = static_cast<std::uint64_t>(std::chrono::nanoseconds(std::chrono::steady_clock::now() - begin).count());
        return done;
    }
    // What decoders left mapped, after a try to have it back.
    std::uint64_t leftover() const
    {
        const std::uint64_t own = m_baseline + m_blocks.size();
        std::uint64_t mapped = mappedBytes();
        if (mapped > own + kTolerableLeftover / 2) {
            giveBackFreeMemory();
            mapped = mappedBytes();
        }
        return mapped > own ? mapped - own : 0;
    }

    const Program& m_program;
    const std::uint64_t m_baseline;
    Blocks m_blocks;
    KeyedHash m_inputHash{};
};

} // namespace

int run(const Program& program)
{
    Channel channel(kChannelDescriptor);
    // The hash opens its provider now: behind the filter it could not.
    static_cast<void>(keyedHash({}, {}));
    program.warmUp();
    HelloMessage hello;
    hello.baselineBytes = mappedBytes();
    if (!limitForGood(hello.baselineBytes + kLargestJobBytes)) {
        return 3;
    }
    const auto filtered = closeFilter(program.onOpen);
    if (!filtered || hello.baselineBytes == 0) {
        return 4;
    }
    hello.seccomp = *filtered ? 1 : 0;
    if (!channel.send(toBytes(hello))) {
        return 5;
    }
    Server server(program, hello.baselineBytes);
    for (;;) {
        auto received = channel.receive(std::chrono::hours(1));
        if (received) {
            if (!server.serve(channel, *received)) {
                return 6;
            }
        } else if (received.error().code != "process.timeout") {
            return 0;
        }
    }
}

} // namespace akari::decode::child
