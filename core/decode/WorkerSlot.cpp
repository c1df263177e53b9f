#include "core/decode/WorkerSlot.h"

#include <algorithm>
#include <thread>

#include "core/decode/Samples.h"

namespace akari::decode {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStartTimeout{10000};
constexpr milliseconds kStopPoll{20};
// A frame that is nearly done costs less to wait for than a new process.
constexpr milliseconds kStopGrace{100};
// What third-party decoders leak adds up inside one process; a fresh one now and then keeps the memory limit meaningful.
constexpr std::uint64_t kJobsPerProcess = 4000;

// Slices of one series compress to slightly different sizes; few should need a new block.
constexpr std::size_t kInputSpare = 65536;

bool closed(const Error& error) { return error.code != "process.timeout"; }

} // namespace

void WorkerSlot::retire()
{
    m_child.reset();
    m_input.drop();
    m_output.drop();
    m_inputHash.reset();
    m_info.pid = 0;
    m_jobsOfChild = 0;
}

Status WorkerSlot::start()
{
    if (m_child && (m_kind.streams || m_jobsOfChild < kJobsPerProcess) && m_child->running()) {
        return {};
    }
    retire();
    auto program = siblingProgram(m_kind.program);
    if (!program) {
        return fail(program.error());
    }
    ChildOptions options;
    options.program = *program;
    auto child = ChildProcess::start(options);
    if (!child) {
        return fail(child.error());
    }
    m_child = std::move(*child);
    auto hello = m_child->channel().receive(kStartTimeout);
    const auto message = hello ? fromBytes<HelloMessage>(hello->bytes) : std::nullopt;
    if (!message) {
        const std::string ending = m_child->ending();
        retire();
        return fail("decode.died", "The decoder program did not start; compressed images cannot be shown. Reinstall the program.",
            std::string(m_kind.program) + ": " + ending);
    }
    m_info.pid = m_child->pid();
    m_info.seccomp = message->seccomp != 0;
    m_info.addressSpaceLimit = 0;
    m_info.cpuSecondsLimit = 0;
    m_info.peakResident = 0;
    return {};
}

Status WorkerSlot::trySend(JobMessage& job, BytesView encoded)
{
    const bool there = m_kind.streams && m_inputHash;
    if (!there && encoded.size() != job.inputBytes) {
        return fail("decode.died", "The decoder ended between two pictures of a video; open the image again.");
    }
    auto ready = there ? Status{} : m_input.fill(encoded, m_kind.streams ? 0 : job.inputBytes / 4 + kInputSpare);
    if (ready) {
        ready = m_output.prepare(job.outputBytes, 0);
    }
    if (!ready) {
        return ready;
    }
    std::vector<int> descriptors;
    job.inputBlock = 0;
    job.outputBlock = m_output.fresh() ? m_output.block().size() : 0;
    if (!there) {
        job.hashKey = randomHashKey();
        if (m_input.fresh()) {
            job.inputBlock = m_input.block().size();
            descriptors.push_back(m_input.block().descriptor());
        }
    }
    if (m_output.fresh()) {
        descriptors.push_back(m_output.block().descriptor());
    }
    return m_child->channel().send(toBytes(job), descriptors);
}

Status WorkerSlot::sendJob(JobMessage& job, BytesView encoded)
{
    Status sent = fail("decode.died", "The decoder program could not be reached.");
    // A worker that was killed while it was idle shows only now; that is not this frame's fault.
    for (int attempt = 0; attempt < 2 && !sent; ++attempt) {
        if (auto up = start(); !up) {
            return up;
        }
        sent = trySend(job, encoded);
        if (!sent) {
            retire();
        }
    }
    return sent;
}

tl::unexpected<Error> WorkerSlot::died()
{
    // The socket closes a moment before the process can be waited for.
    for (int i = 0; i < 200 && m_child->running(); ++i) {
        std::this_thread::sleep_for(milliseconds(1));
    }
    const std::string ending = m_child->ending();
    retire();
    return fail("decode.died", "The decoder ended while it worked on this frame; the frame cannot be shown, others can.", ending);
}

Result<ReplyMessage> WorkerSlot::await(milliseconds timeout, const StopToken& stop)
{
    auto deadline = steady_clock::now() + timeout;
    bool cancelled = false;
    for (;;) {
        if (!cancelled && stop.stopRequested()) {
            cancelled = true;
            deadline = std::min(deadline, steady_clock::now() + kStopGrace);
        }
        auto received = m_child->channel().receive(kStopPoll);
        if (received) {
            const auto reply = fromBytes<ReplyMessage>(received->bytes);
            for (const int descriptor : received->descriptors) {
                SharedMemory::adopt(descriptor, 1, false); // closes it; a worker has none to give
            }
            if (!reply || !received->descriptors.empty()) {
                retire();
                return fail("decode.mismatch", "A decoder sent an answer that makes no sense; it was thrown away.", "size or magic");
            }
            return *reply;
        }
        if (closed(received.error())) {
            return died();
        }
        if (steady_clock::now() >= deadline) {
            retire();
            return cancelled ? fail("decode.cancelled", "Decoding was cancelled.")
                             : fail("decode.timeout", "Decoding this frame took too long and was given up.",
                                   std::to_string(timeout.count()) + " ms");
        }
    }
}

void WorkerSlot::note(const ReplyMessage& reply)
{
    ++m_info.jobs;
    ++m_jobsOfChild;
    m_info.addressSpaceLimit = reply.addressSpaceLimit;
    m_info.cpuSecondsLimit = reply.cpuSecondsLimit;
    m_info.peakResident = reply.peakResident;
    m_info.decodeNanoseconds += reply.decodeNanoseconds;
}

// Sends the job and waits, again and again while the answer is that there is more to do.
Result<ReplyMessage> WorkerSlot::answer(JobMessage& job, BytesView encoded, milliseconds timeout, const StopToken& stop)
{
    for (;;) {
        if (auto sent = sendJob(job, encoded); !sent) {
            return fail(sent.error());
        }
        // Of our own bytes, not of the shared ones, and while the worker works.
        if (!m_inputHash || !m_kind.streams) {
            m_inputHash = keyedHash(job.hashKey, encoded);
        }
        auto reply = await(timeout, stop);
        if (!reply) {
            return reply;
        }
        if (auto checked = checkReply(job, *reply, *m_inputHash); !checked) {
            retire();
            return fail(checked.error());
        }
        note(*reply);
        if (reply->status != ReplyStatus::Unfinished || !m_kind.streams) {
            return reply;
        }
        if (stop.stopRequested()) {
            return fail("decode.cancelled", "Decoding was cancelled.");
        }
    }
}

Result<DecodedFrame> WorkerSlot::finish(const JobMessage& job, const ReplyMessage& reply)
{
    if (reply.status == ReplyStatus::Decoded) {
        DecodedFrame decoded;
        decoded.inputHash = toHex(reply.inputHash);
        decoded.samples = m_output.take(job.outputBytes);
        decoded.pixels = decodedDescription(job.pixels);
        decoded.token = BindingToken{job.token};
        return decoded;
    }
    const bool unsupported = reply.status == ReplyStatus::Unsupported;
    return fail(unsupported ? "decode.unsupported" : "decode.failed",
        unsupported ? "This frame is compressed in a way this program cannot decode."
                    : "This frame's compressed bytes are damaged or do not fit the object's description; it cannot be shown.",
        getText(reply.reason));
}

Result<DecodedFrame> WorkerSlot::run(JobMessage job, BytesView encoded, milliseconds timeout, const StopToken& stop)
{
    const auto reply = answer(job, encoded, timeout, stop);
    if (!reply) {
        return fail(reply.error());
    }
    auto decoded = finish(job, *reply);
    // A decoder that met bad bytes may have left its heap in any state: the next frame, perhaps another patient's, gets a new one.
    // (A stream's next picture is of the same object, and is refused if the decoder stumbled before it.)
    if ((reply->status != ReplyStatus::Decoded && !m_kind.streams) || reply->last != 0) {
        retire();
    }
    return decoded;
}

} // namespace akari::decode
