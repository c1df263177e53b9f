#include "core/archive/DicomJson.h"

#include <random>

#include "core/dicom/Tags.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::archive;
namespace tags = akari::dicom::tags;

TEST_CASE("DICOM JSON is read as servers write it", "[core][archive]")
{
    const auto document = JsonDocument::parse(asBytes(R"([{
        "0020000D": {"vr": "UI", "Value": ["1.2.3 "]},
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Yamada^Taro", "Ideographic": "山田^太郎"}]},
        "00080090": {"vr": "PN", "Value": ["Suzuki^Ichiro=鈴木^一郎"]},
        "00201208": {"vr": "IS", "Value": ["12"]},
        "00201206": {"vr": "IS", "Value": [7]},
        "00200011": {"vr": "IS", "Value": [3.0]},
        "00280008": {"vr": "IS", "Value": ["12abc"]},
        "00080061": {"vr": "CS", "Value": ["CT", "MR\\SR", null, ""]},
        "0008103e": {"Value": ["lower case key"]},
        "00081030": {"vr": "LO"},
        "00100020": {"vr": "LO", "Value": []},
        "00080050": {"vr": "SH", "Value": [null]},
        "00081199": {"vr": "SQ", "Value": [{"00081155": {"vr": "UI", "Value": ["9.9"]}}, 5]}
    }, 17])"));
    REQUIRE(document);
    const auto rows = document->dataSets();
    REQUIRE(rows.size() == 1);
    const JsonDataSet& row = rows.front();
    CHECK(row.text(tags::StudyInstanceUID) == "1.2.3");
    CHECK(row.personName(tags::PatientName).ideographic == "山田^太郎");
    CHECK(row.personName(tags::ReferringPhysicianName).ideographic == "鈴木^一郎");
    CHECK(row.integer(tags::NumberOfStudyRelatedInstances) == 12);
    CHECK(row.integer(tags::NumberOfStudyRelatedSeries) == 7);
    CHECK(row.integer(tags::SeriesNumber) == 3);
    CHECK_FALSE(row.integer(tags::NumberOfFrames));
    CHECK(row.texts(tags::ModalitiesInStudy) == std::vector<std::string>{"CT", "MR", "SR"});
    CHECK(row.text(tags::SeriesDescription) == "lower case key");
    CHECK(row.text(tags::StudyDescription).empty());
    CHECK(row.text(tags::PatientID).empty());
    CHECK(row.text(tags::AccessionNumber).empty());
    const auto items = row.items(tags::ReferencedSOPSequence);
    REQUIRE(items.size() == 1);
    CHECK(items[0].text(tags::ReferencedSOPInstanceUID) == "9.9");
}

TEST_CASE("what is no dataset list is not taken for one", "[core][archive]")
{
    CHECK_FALSE(JsonDocument::parse(asBytes("<html>")));
    CHECK_FALSE(JsonDocument::parse(asBytes("\"text\"")));
    CHECK_FALSE(JsonDocument::parse(asBytes("")));
    CHECK_FALSE(JsonDocument::parse(asBytes("[{\"a\":")));
    CHECK(JsonDocument::parse(asBytes("[]"))->dataSets().empty());
    CHECK(JsonDocument::parse(asBytes("{}"))->dataSets().size() == 1);
}

TEST_CASE("mutated DICOM JSON never throws", "[core][archive][fuzz]")
{
    std::mt19937 chance(7);
    const std::string text = R"([{"0020000D":{"vr":"UI","Value":["1.2"]},"00100010":{"vr":"PN","Value":[{"Alphabetic":"A^B"}]},"00201208":{"Value":[5]}}])";
    std::size_t read = 0;
    for (int round = 0; round < 40'000; ++round) {
        std::string mutated = text;
        for (int edit = 0; edit < 2; ++edit) {
            const std::size_t at = chance() % mutated.size();
            mutated[at] = "[]{}\",:0123456789\\nulltrue"[chance() % 26];
        }
        if (const auto document = JsonDocument::parse(asBytes(mutated))) {
            for (const JsonDataSet& row : document->dataSets()) {
                read += row.text(tags::StudyInstanceUID).size() + row.personName(tags::PatientName).alphabetic.size();
                read += row.texts(tags::ModalitiesInStudy).size() + row.items(tags::ReferencedSOPSequence).size();
                read += row.integer(tags::NumberOfStudyRelatedInstances) ? 1 : 0;
            }
        }
    }
    CHECK(read > 1000);
}
