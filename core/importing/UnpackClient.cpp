#include "core/importing/UnpackClient.h"

#include <algorithm>

namespace akari::importing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStartTimeout{10'000};
constexpr milliseconds kEventTimeout{60'000};
constexpr milliseconds kStopPoll{100};
constexpr std::uint64_t kMemory = std::uint64_t{192} << 20;
// Slow disks and slow machines included; a bomb ends at the caller's counts long before.
constexpr std::uint64_t kSeconds = 60;
constexpr std::uint64_t kBytesPerSecond = std::uint64_t{2} << 20;

tl::unexpected<Error> died(std::string detail)
{
    return fail("import.unpacker", "The file could not be unpacked: the unpacking program gave up on it. It may be damaged.", std::move(detail));
}

} // namespace

Result<UnpackClient> UnpackClient::start(UnpackTask task, int input, std::uint64_t inputBytes, std::uint64_t blockBytes, StopToken stop)
{
    const auto program = siblingProgram("akari-unpack");
    if (!program) {
        return fail(program.error());
    }
    UnpackClient client;
    client.m_stop = std::move(stop);
    auto block = SharedMemory::create(blockBytes);
    if (!block) {
        return fail(block.error());
    }
    client.m_block = std::move(*block);
    ChildOptions options;
    options.program = *program;
    auto child = ChildProcess::start(options);
    if (!child) {
        return fail(child.error());
    }
    client.m_child = std::move(*child);
    const auto hello = client.m_child->channel().receive(kStartTimeout);
    if (!hello || !messageFrom<UnpackHello>(hello->bytes)) {
        return died("no hello, " + client.m_child->ending());
    }
    UnpackJob job;
    job.task = task;
    job.inputBytes = inputBytes;
    job.blockBytes = blockBytes;
    job.memoryBytes = kMemory + 4 * blockBytes;
    job.cpuSeconds = kSeconds + inputBytes / kBytesPerSecond;
    if (auto sent = client.m_child->channel().send(messageOf(job), {input, client.m_block->descriptor()}); !sent) {
        return fail(sent.error());
    }
    return client;
}

Result<UnpackClient::Event> UnpackClient::next()
{
    const auto deadline = steady_clock::now() + kEventTimeout;
    for (;;) {
        const auto received = m_child->channel().receive(kStopPoll);
        if (received) {
            for (const int descriptor : received->descriptors) {
                SharedMemory::adopt(descriptor, 1, false); // closes it; the program has none to give
            }
            Event event;
            const auto what = messageFrom<UnpackEvent>(received->bytes, &event.name);
            if (!what || what->bytes > m_block->size()) {
                return died("an answer that makes no sense");
            }
            event.what = *what;
            return event;
        }
        if (received.error().code != "process.timeout") {
            return died(m_child->ending());
        }
        if (m_stop.stopRequested()) {
            return fail("import.cancelled", "The import was cancelled.");
        }
        if (steady_clock::now() >= deadline) {
            return died("no answer in " + std::to_string(kEventTimeout.count() / 1000) + " s");
        }
    }
}

Status UnpackClient::answer(UnpackAction action) { return m_child->channel().send(messageOf(UnpackAnswer{kUnpackMagic, action})); }

} // namespace akari::importing
