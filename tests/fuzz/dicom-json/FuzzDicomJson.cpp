// The DICOM JSON model as an archive might send it, and an Orthanc's own lists.
#include "core/archive/DicomJson.h"
#include "core/archive/JsonSplitter.h"
#include "core/archive/OrthancFiles.h"
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
        static_cast<void>(dataSet.binary(tag));
        if (depth < 4) {
            for (const auto& item : dataSet.items(tag)) {
                ask(item, depth + 1);
            }
        }
    }
}

// Its names become part of an address.
void askOrthanc(const nlohmann::json& answer)
{
    const std::string name = archive::onlySeriesOf(answer);
    const auto rows = archive::orthancRowsOf(answer, name.empty() ? "00000001-00000000-00000000-00000000-00000000" : name);
    for (const auto& row : rows ? *rows : std::vector<archive::OrthancRow>()) {
        fuzz::require(row.name.find_first_not_of("0123456789abcdef-") == std::string::npos, "a name is no path");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto answer = nlohmann::json::parse(data, data + size, nullptr, false);
    if (!answer.is_discarded()) {
        askOrthanc(answer);
    }
    const auto document = archive::JsonDocument::parse(BytesView(data, size));
    if (document) {
        for (const auto& dataSet : document->dataSets()) {
            ask(dataSet, 0);
        }
    }
    // Taken apart while it comes, in pieces of a few bytes, an array gives the same datasets; what is whole for one is for the other.
    std::size_t objects = 0;
    archive::JsonSplitter splitter([&](const nlohmann::json& object) -> Status {
        ask(archive::JsonDataSet(object), 0);
        ++objects;
        return {};
    });
    Status fed;
    for (std::size_t at = 0; at < size && fed; at += 7) {
        fed = splitter.feed(BytesView(data + at, std::min<std::size_t>(7, size - at)));
    }
    if (document && fed && splitter.closed()) {
        fuzz::require(objects == document->dataSets().size(), "an array has as many datasets either way");
    }
    return 0;
}
