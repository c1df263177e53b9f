#include "core/decode/WorkerProtocol.h"

#include "core/decode/Samples.h"

namespace akari::decode {

Status checkReply(const JobMessage& job, const ReplyMessage& reply, const KeyedHash& inputHash)
{
    const auto mismatch = [](const char* field) {
        return fail("decode.mismatch", "A decoder answered for another picture; its answer was thrown away. Open the image again.", field);
    };
    if (reply.job != job.job) {
        return mismatch("job");
    }
    if (reply.token != job.token) {
        return mismatch("token");
    }
    if (reply.frame != job.frame) {
        return mismatch("frame");
    }
    if (reply.rows != job.pixels.rows || reply.columns != job.pixels.columns || reply.samplesPerPixel != job.pixels.samplesPerPixel
        || reply.containerBits != 8 * containerBytes(job.pixels)) {
        return mismatch("dimensions");
    }
    if (reply.inputHash != inputHash) {
        return mismatch("input");
    }
    return {};
}

} // namespace akari::decode
