// Files that are imported as they are: what they are by their first bytes, and what JPEG and MP4 files say of themselves; and what the
// unpacking program might answer after it was taken over.
#include "core/importing/FileKind.h"
#include "core/importing/JpegFacts.h"
#include "core/importing/Mp4Facts.h"
#include "core/importing/UnpackProtocol.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const Bytes bytes(data, data + size);
    static_cast<void>(importing::kindOf(bytes));
    if (const auto facts = importing::readJpeg(bytes)) {
        fuzz::require(facts->rows > 0 && facts->columns > 0, "a picture has a size");
        fuzz::require(facts->components == 1 || facts->components == 3, "a picture is grey or has three colours");
        fuzz::require(facts->length <= bytes.size() && !facts->photometric.empty(), "a picture lies inside its file");
    } else {
        fuzz::checkError(facts.error().code, facts.error().message);
    }
    if (const auto facts = importing::readMp4(bytes)) {
        fuzz::require(facts->rows > 0 && facts->columns > 0 && facts->frames > 0 && facts->frameTime > 0, "a video has a size and a length");
    } else {
        fuzz::checkError(facts.error().code, facts.error().message);
    }
    std::string tail;
    if (importing::messageFrom<importing::UnpackEvent>(bytes, &tail)) {
        fuzz::require(tail.size() <= importing::kLongestName, "a member's name has a limit");
    }
    return 0;
}
