// akari-unpack: reads one archive or one PNG from a descriptor it is handed, into shared memory, and knows nothing else: no files, no network.
#include <chrono>
#include <exception>
#include <utility>

#include "core/base/Process.h"
#include "core/decode/child/Sandbox.h"
#include "core/importing/unpack/Jobs.h"

namespace {

using namespace akari;
using namespace akari::importing;

constexpr int kChannelDescriptor = 3;
constexpr std::uint64_t kMostMemory = std::uint64_t{8} << 30;

UnpackEvent runJob(const UnpackJob& job, unpack::Input& input, std::span<std::uint8_t> block, const unpack::Tell& tell)
{
    try {
        return job.task == UnpackTask::Png ? unpack::decodePng(input, block) : unpack::unpackArchive(input, block, tell);
    } catch (const std::exception& error) {
        return unpack::failedEvent(UnpackEventKind::Failed, error.what());
    }
}

int serve(Channel& channel, std::uint64_t baseline)
{
    auto received = channel.receive(std::chrono::seconds(30));
    const auto job = received ? messageFrom<UnpackJob>(received->bytes) : std::nullopt;
    if (!job || received->descriptors.size() != 2) {
        return 6;
    }
    auto block = SharedMemory::adopt(received->descriptors[1], job->blockBytes, true);
    if (!block || !decode::child::limitForJob(baseline + job->memoryBytes, job->cpuSeconds)) {
        return 7;
    }
    unpack::Input input(received->descriptors[0], job->inputBytes);
    const auto tell = [&](UnpackEvent event, std::string_view name, UnpackAction& answer) {
        event.consumed = input.consumed();
        if (!channel.send(messageOf(event, name.substr(0, kLongestName)))) {
            return false;
        }
        const auto reply = channel.receive(std::chrono::hours(1));
        const auto said = reply ? messageFrom<UnpackAnswer>(reply->bytes) : std::nullopt;
        answer = said ? said->action : UnpackAction::Skip;
        return said.has_value();
    };
    UnpackEvent last = runJob(*job, input, {(*block)->data(), (*block)->size()}, tell);
    last.consumed = input.consumed();
    return channel.send(messageOf(last)) ? 0 : 8;
}

int run()
{
    Channel channel(kChannelDescriptor);
    unpack::warmUp();
    const std::uint64_t baseline = decode::child::mappedBytes();
    if (baseline == 0 || !decode::child::limitForGood(baseline + kMostMemory)) {
        return 3;
    }
    const auto filtered = decode::child::closeFilter(decode::child::OnOpen::EndProcess);
    if (!filtered) {
        return 4;
    }
    UnpackHello hello;
    hello.confined = *filtered ? 1 : 0;
    if (!channel.send(messageOf(hello))) {
        return 5;
    }
    return serve(channel, baseline);
}

} // namespace

int main() { return run(); }
