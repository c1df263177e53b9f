#include "core/decode/worker/ColourCodec.h"

#include <lcms2.h>

#include <algorithm>
#include <memory>

#include "core/decode/ColourJob.h"
#include "core/decode/worker/Codec.h"

namespace akari::decode::worker {

namespace {

struct ProfileCloser {
    void operator()(void* profile) const { cmsCloseProfile(profile); }
};
struct TransformDeleter {
    void operator()(void* transform) const { cmsDeleteTransform(transform); }
};
using Profile = std::unique_ptr<void, ProfileCloser>;
using Transform = std::unique_ptr<void, TransformDeleter>;

// Rows of a bounded length: the library counts pixels in 32 bits.
constexpr std::size_t kPixelsAtOnce = std::size_t{1} << 20;

const Profile& destination()
{
    static const Profile kSrgb(cmsCreate_sRGBProfile());
    return kSrgb;
}

} // namespace

void prepareColour() { static_cast<void>(destination()); }

CodecResult applyColourProfile(const Job& job)
{
    const auto parts = colourJobParts(job.input);
    if (!parts || parts->rgb.size() != job.output.size()) {
        return damaged("the colour job's parts do not fit together");
    }
    cmsSetLogErrorHandler([](cmsContext, cmsUInt32Number, const char*) {});
    const Profile from(cmsOpenProfileFromMem(parts->profile.data(), static_cast<cmsUInt32Number>(parts->profile.size())));
    if (!from) {
        return damaged("the colour profile can't be read");
    }
    if (cmsGetColorSpace(from.get()) != cmsSigRgbData) {
        return unsupported("the colour profile is not one for RGB");
    }
    const Profile& to = destination();
    const Transform transform(
        to ? cmsCreateTransform(from.get(), TYPE_RGB_8, to.get(), TYPE_RGB_8, INTENT_PERCEPTUAL, cmsFLAGS_NOCACHE) : nullptr);
    if (!transform) {
        return damaged("the colour profile can't be used");
    }
    const std::size_t pixels = job.output.size() / 3;
    for (std::size_t at = 0; at < pixels; at += kPixelsAtOnce) {
        const auto count = static_cast<cmsUInt32Number>(std::min(kPixelsAtOnce, pixels - at));
        cmsDoTransform(transform.get(), parts->rgb.data() + 3 * at, job.output.data() + 3 * at, count);
    }
    return Decoded{{0, 8, false}, Colour::Rgb};
}

} // namespace akari::decode::worker
