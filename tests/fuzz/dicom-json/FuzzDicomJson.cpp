// The DICOM JSON model as an archive might send it.
#include "core/archive/DicomJson.h"
#include "core/dicom/Tags.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

namespace {

void ask(const archive::JsonDataSet& dataSet, unsigned depth)
{
    namespace tags = dicom::tags;
    for (const dicom::Tag tag : {tags::StudyInstanceUID, tags::PatientName, tags::ModalitiesInStudy, tags::StudyDate, tags::SeriesNumber,
                                 tags::NumberOfFrames, tags::ReferencedSeriesSequence}) {
        static_cast<void>(dataSet.text(tag));
        static_cast<void>(dataSet.texts(tag));
        static_cast<void>(dataSet.integer(tag));
        static_cast<void>(dataSet.personName(tag));
        if (depth < 4) {
            for (const auto& item : dataSet.items(tag)) {
                ask(item, depth + 1);
            }
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto document = archive::JsonDocument::parse(BytesView(data, size));
    if (document) {
        for (const auto& dataSet : document->dataSets()) {
            ask(dataSet, 0);
        }
    }
    return 0;
}
