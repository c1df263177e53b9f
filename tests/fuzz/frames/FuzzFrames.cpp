// What an image says of itself, functional groups included, and the display sets made of it.
#include <cmath>

#include "core/decode/Decode.h"
#include "core/image/DisplaySet.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto file = dicom::readPart10(std::make_shared<const Bytes>(data, data + size));
    if (!file) {
        return 0;
    }
    if (const auto pixels = decode::describePixels(file->dataSet)) {
        fuzz::require(pixels->rows > 0 && pixels->columns > 0 && pixels->numberOfFrames > 0, "pixels are described whole");
        fuzz::require(pixels->bitsStored <= pixels->bitsAllocated && pixels->highBit < pixels->bitsAllocated, "bits lie in their container");
    } else {
        fuzz::checkError(pixels.error().code, pixels.error().message);
    }
    ObjectIdentity identity;
    identity.archive = "fuzz";
    identity.study = StudyInstanceUid("1.2");
    identity.series = SeriesInstanceUid("1.2.3");
    identity.sop = SopInstanceUid("1.2.3.4");
    auto frames = image::readFrames(*file, identity);
    if (!frames) {
        fuzz::checkError(frames.error().code, frames.error().message);
        return 0;
    }
    const std::size_t count = frames->size();
    std::size_t placed = 0;
    for (const image::DisplaySet& set : image::makeDisplaySets(std::move(*frames))) {
        placed += set.frames.size();
        fuzz::require(set.geometry == image::GeometryKind::None || set.positions.size() == set.frames.size(), "every frame has its position");
        for (std::size_t i = 1; i < set.positions.size(); ++i) {
            fuzz::require(std::isfinite(set.positions[i]) && set.positions[i] >= set.positions[i - 1], "positions are finite and ascend");
        }
    }
    fuzz::require(placed == count, "no frame is lost");
    return 0;
}
