// One place in the pool: a worker process, started on first need and replaced when it ended or must not be used again.
// Used by one thread at a time (the pool hands a slot out); info() is the pool's to copy under its own lock.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "core/base/Process.h"
#include "core/decode/JobMemory.h"
#include "core/decode/WorkerProtocol.h"

namespace akari::decode {

// Which program, and what its input is.
struct WorkerKind {
    const char* program = "akari-worker";
    bool streams = false; // the input of the first job stands for all that follow: a video, of which each job asks a picture
};

class WorkerSlot {
public:
    explicit WorkerSlot(WorkerKind kind = {}) : m_kind(kind) {}

    bool started() const { return m_child != nullptr; }
    // Starts the process where there is none; what stands in the way shows at the next run().
    void warmUp() { static_cast<void>(start()); }
    const WorkerInfo& info() const { return m_info; }
    // The running process has the stream: run() then needs no bytes.
    bool hasStream() { return m_kind.streams && m_inputHash && m_child && m_child->running(); }

    // Sends the job and waits; the reply is checked against the job and the samples are copied out. Errors as DecodePool says; after
    // every error but a refusal the process is gone and the next call starts another.
    Result<DecodedFrame> run(JobMessage job, BytesView encoded, std::chrono::milliseconds timeout, const StopToken& stop);
    // Ends the process. A stream starts again with the next job, which brings it again.
    void retire();

private:
    Status start();
    Status sendJob(JobMessage& job, BytesView encoded);
    Status trySend(JobMessage& job, BytesView encoded);
    void note(const ReplyMessage& reply);
    Result<ReplyMessage> await(std::chrono::milliseconds timeout, const StopToken& stop);
    Result<ReplyMessage> answer(JobMessage& job, BytesView encoded, std::chrono::milliseconds timeout, const StopToken& stop);
    Result<DecodedFrame> finish(const JobMessage& job, const ReplyMessage& reply);
    tl::unexpected<Error> died();

    WorkerKind m_kind;
    std::unique_ptr<ChildProcess> m_child;
    JobMemory m_input;
    JobMemory m_output;
    std::optional<KeyedHash> m_inputHash; // of what lies in m_input, if that is a stream the child has
    WorkerInfo m_info;
    std::uint64_t m_jobsOfChild = 0;
};

} // namespace akari::decode
