// What a worker that has been taken over might write to us: taken only where it answers exactly the job that was given.
#include "core/decode/WorkerProtocol.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const Bytes bytes(data, data + size);
    static_cast<void>(decode::fromBytes<decode::HelloMessage>(bytes));
    static_cast<void>(decode::fromBytes<decode::JobMessage>(bytes));
    const auto reply = decode::fromBytes<decode::ReplyMessage>(bytes);
    if (!reply) {
        return 0;
    }
    decode::JobMessage job;
    job.job = 7;
    job.token = 9;
    job.frame = 3;
    job.pixels.rows = 512;
    job.pixels.columns = 256;
    const KeyedHash hash{1, 2, 3};
    const std::string reason = decode::getText(reply->reason);
    fuzz::require(reason.size() <= reply->reason.size(), "a reason ends at its array's end");
    for (const char c : reason) {
        fuzz::require(c >= ' ' && c <= '~', "a reason is printable");
    }
    const Status checked = decode::checkReply(job, *reply, hash);
    if (checked) {
        fuzz::require(reply->job == 7 && reply->token == 9 && reply->frame == 3, "only the answer to this job is taken");
        fuzz::require(reply->inputHash == hash, "only the answer about these bytes is taken");
    } else {
        fuzz::checkError(checked.error().code, checked.error().message);
    }
    return 0;
}
