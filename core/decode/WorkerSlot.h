// One place in the pool: a worker process, started on first need and replaced when it ended or must not be used again.
// Used by one thread at a time (the pool hands a slot out); info() is the pool's to copy under its own lock.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "core/base/Process.h"
#include "core/decode/JobMemory.h"
#include "core/decode/WorkerProtocol.h"

namespace akari::decode {

class WorkerSlot {
public:
    bool started() const { return m_child != nullptr; }
    const WorkerInfo& info() const { return m_info; }

    // Sends the job and waits; the reply is checked against the job and the samples are copied out. Errors as DecodePool says; after
    // every error but a refusal the process is gone and the next call starts another.
    Result<DecodedFrame> run(JobMessage job, BytesView encoded, std::chrono::milliseconds timeout, const StopToken& stop);
    void retire();

private:
    Status start();
    Status sendJob(JobMessage& job, BytesView encoded);
    Status trySend(JobMessage& job, BytesView encoded);
    void note(const ReplyMessage& reply);
    Result<ReplyMessage> await(std::chrono::milliseconds timeout, const StopToken& stop);
    tl::unexpected<Error> died();

    std::unique_ptr<ChildProcess> m_child;
    JobMemory m_input;
    JobMemory m_output;
    WorkerInfo m_info;
    std::uint64_t m_jobsOfChild = 0;
};

} // namespace akari::decode
