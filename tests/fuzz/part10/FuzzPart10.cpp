// The reader of datasets: any bytes, whole or cut as a header block; every element asked for in every way; the place of every frame.
#include "core/dicom/DataSet.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

namespace {

std::size_t visited = 0;

void visit(const dicom::DataSet& dataSet, const Bytes& bytes, unsigned depth)
{
    fuzz::require(depth <= 40, "sequences no deeper than the limit");
    for (const dicom::Element& element : dataSet.elements()) {
        if (++visited > 20000) {
            return;
        }
        fuzz::require(element.offset <= bytes.size() && element.length <= bytes.size() - element.offset, "a value lies inside the file");
        static_cast<void>(dataSet.bytes(element.tag).size());
        static_cast<void>(dataSet.text(element.tag));
        static_cast<void>(dataSet.texts(element.tag));
        static_cast<void>(dataSet.personName(element.tag));
        static_cast<void>(dataSet.number(element.tag, 1));
        static_cast<void>(dataSet.numbers(element.tag));
        static_cast<void>(dataSet.integer(element.tag));
        static_cast<void>(dataSet.attributeTags(element.tag));
        static_cast<void>(element.tag.text());
        for (const dicom::DataSet& item : dataSet.items(element.tag)) {
            visit(item, bytes, depth + 1);
        }
    }
}

void checkFrames(const dicom::Part10& file)
{
    const auto extents = dicom::frameExtents(file);
    if (!extents) {
        fuzz::checkError(extents.error().code, extents.error().message);
        return;
    }
    std::size_t joined = 0;
    for (const dicom::FrameExtent& extent : *extents) {
        std::uint64_t length = 0;
        for (const auto& run : extent.runs) {
            fuzz::require(run.offset <= file.bytes->size() && run.length <= file.bytes->size() - run.offset, "a frame lies inside the file");
            length += run.length;
        }
        if (++joined <= 16) {
            fuzz::require(dicom::frameBytes(file, extent).size() == length, "a frame is as long as its runs");
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::Input input(data, size);
    dicom::ReadLimits limits;
    limits.headerOnly = (input.byte() & 1) != 0;
    const auto file = dicom::readPart10(input.sharedRest(), limits);
    if (!file) {
        fuzz::checkError(file.error().code, file.error().message);
        return 0;
    }
    visited = 0;
    visit(file->meta, *file->bytes, 0);
    visit(file->dataSet, *file->bytes, 0);
    fuzz::require(file->pixelDataOffset <= file->bytes->size(), "Pixel Data lies inside the file");
    checkFrames(*file);
    static_cast<void>(dicom::identityOf(*file, "fuzz"));
    return 0;
}
