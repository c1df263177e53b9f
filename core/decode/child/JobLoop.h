// The life of a decoder program (akari-worker, akari-video): confine itself, say hello, then answer jobs one by one, each under limits of
// its own, echoing whose answer it is. One thread. The program brings only the function that decodes.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "core/decode/WorkerProtocol.h"
#include "core/decode/child/Sandbox.h"

namespace akari::decode::child {

struct Task {
    const JobMessage& message;
    BytesView input;                // shared memory: the other side could change it, so nothing is checked twice
    std::span<std::uint8_t> output; // exactly decodedBytes(message.pixels), zeroed by the other side
    bool newInput = true;           // false: the same bytes as for the last job (streams only)
};

enum class Outcome : std::uint8_t { Decoded, Unfinished }; // Unfinished: ask again, some work is done

// Errors: "decode.failed" or "decode.unsupported", the reason in `message`. Must not throw.
using DecodeFunction = std::function<Result<Outcome>(const Task& task)>;

struct Program {
    DecodeFunction decode;
    // Input blocks stay valid and unchanged from job to job, hashed once, until a new one comes.
    bool streams = false;
    OnOpen onOpen = OnOpen::EndProcess;
    // Called once before the filter closes, for what a library opens lazily.
    std::function<void()> warmUp = [] {};
};

// Serves the channel on descriptor 3 until it closes. The result is the process's exit status.
int run(const Program& program);

} // namespace akari::decode::child
