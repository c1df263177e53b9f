#include "core/session/StudyIndex.h"

#include <random>

#include "core/base/FileIo.h"
#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;

namespace study_index_test {

namespace {

cache::StudyRecord study(const std::string& uid, const std::string& archive = "a", const std::string& date = "20260101",
                         const std::string& name = "Yamada^Taro=山田^太郎=やまだ^たろう")
{
    cache::StudyRecord record;
    record.archive = archive;
    record.study = StudyInstanceUid(uid);
    record.patientId = "P" + uid;
    record.patientName = dicom::PersonName::parse(name);
    record.studyDate = date;
    record.studyDescription = "Chest CT";
    record.modalities = {"CT"};
    return record;
}

struct Fixture {
    test::TempFolder folder;
    SystemClock clock;
    std::unique_ptr<cache::Cache> cache = std::move(*cache::Cache::openInMemory());
    std::unique_ptr<records::Records> records = std::move(*records::Records::open(folder.path() / "records", vault::Key::random(), false, clock));
    session::StudyIndex index;

    std::vector<std::string> found(const std::string& words, const std::string& archive = {})
    {
        REQUIRE(index.update(*cache, *records));
        const auto list = index.find({words, archive});
        std::vector<std::string> uids;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto row = index.row(list, i);
            REQUIRE(row);
            uids.push_back(row->study.study.value);
        }
        return uids;
    }
};

using Uids = std::vector<std::string>;

} // namespace

TEST_CASE("A block of texts finds what each text holds", "[core][session]")
{
    session::TextBlock block;
    std::mt19937 random(7);
    std::vector<std::string> texts;
    for (std::uint32_t id = 0; id < 3000; ++id) {
        std::string text;
        for (std::size_t i = 0, length = random() % 150; i < length; ++i) {
            text += static_cast<char>('a' + random() % 4);
        }
        block.put(id, text);
        texts.push_back(text);
    }
    for (std::uint32_t id = 0; id < 3000; id += 7) { // replaced and removed ones are not found again
        texts[id] = id % 2 == 0 ? "" : "replaced" + texts[id];
        block.put(id, texts[id]);
    }
    for (const std::string word : {"a", "ab", "abca", "dcbadd", "replaced", "replaceda", "aaaaaaaa", "x"}) {
        std::vector<std::uint8_t> hit(texts.size(), 0);
        block.search(word, hit);
        for (std::uint32_t id = 0; id < texts.size(); ++id) {
            const bool holds = texts[id].find(word) != std::string::npos;
            REQUIRE((hit[id] != 0) == holds);
            REQUIRE(block.holds(id, word) == holds);
        }
    }
}

TEST_CASE("A search grows, shrinks and changes as a new one would", "[core][session]")
{
    Fixture f;
    std::mt19937 random(11);
    const char* const names[] = {"Yamada^Taro=山田^太郎=やまだ^たろう", "Yamamoto^Jiro=山本^次郎=やまもと^じろう", "Sato^Hanako=佐藤^花子=さとう^はなこ"};
    std::vector<cache::StudyRecord> studies;
    for (int i = 0; i < 900; ++i) {
        studies.push_back(study("1." + std::to_string(i + 1), i % 3 == 0 ? "a" : "b", std::to_string(20200101 + static_cast<int>(random() % 300)), names[random() % 3]));
    }
    REQUIRE(f.cache->putStudies(studies));
    const Uids typed{"y", "ya", "yam", "yama", "yamam", "yama", "yama 次", "yama 次郎", "yama", "やま", "ヤマモ", "佐", "2020-01", "20200", "ct yama p1.7", "", "q"};
    for (const auto& words : typed) {
        session::StudyIndex fresh;
        REQUIRE(fresh.update(*f.cache, *f.records));
        const auto expected = fresh.find({words, {}});
        const auto now = f.found(words);
        REQUIRE(now.size() == expected.size());
        for (std::size_t i = 0; i < now.size(); ++i) {
            REQUIRE(fresh.row(expected, i)->study.study.value == now[i]);
        }
    }
    CHECK(f.found("").size() == 900);
    CHECK(f.found("", "a").size() == 300);
    CHECK(f.found("佐藤花子").size() == f.found("Sato").size()); // without the space
    CHECK(f.found("2020/01").size() == f.found("2020-01").size());
}

TEST_CASE("The index follows cache and records", "[core][session]")
{
    Fixture f;
    REQUIRE(f.cache->putStudy(study("1.1", "a", "20260101")));
    REQUIRE(f.cache->putStudy(study("1.2", "a", "20260201")));
    CHECK(f.found("") == Uids{"1.2", "1.1"});
    REQUIRE(f.cache->putStudy(study("1.3", "a", "20260115")));
    CHECK(f.found("") == Uids{"1.2", "1.3", "1.1"});
    auto moved = study("1.1", "a", "20260301", "Renamed^Patient");
    REQUIRE(f.cache->putStudy(moved));
    CHECK(f.found("") == Uids{"1.1", "1.2", "1.3"});
    CHECK(f.found("renamed") == Uids{"1.1"});
    CHECK(f.found("yamada").size() == 2);
    REQUIRE(f.cache->removeStudy("a", StudyInstanceUid("1.2")));
    CHECK(f.found("") == Uids{"1.1", "1.3"});

    records::Draft draft;
    draft.archive = "a";
    draft.study = StudyInstanceUid("1.3");
    draft.json = "{}";
    const auto kept = f.records->saveDraft(draft);
    REQUIRE(kept);
    REQUIRE(f.index.update(*f.cache, *f.records));
    const auto list = f.index.find({"p1.3", {}});
    REQUIRE(list.size() == 1);
    CHECK(f.index.row(list, 0)->report == session::ReportState::Draft);
    records::SignedObject object;
    object.item.archive = "a";
    object.item.study = draft.study;
    object.item.sop = SopInstanceUid("2.1");
    object.item.kind = "SR";
    object.part10 = {1, 2, 3};
    REQUIRE(f.records->sign(kept->id, "{}", {object}));
    REQUIRE(f.index.update(*f.cache, *f.records));
    CHECK(f.index.row(list, 0)->report == session::ReportState::Queued);
    const auto outbox = f.records->outbox();
    REQUIRE(outbox);
    REQUIRE(f.records->setDelivery(outbox->front().id, records::DeliveryState::Failed, "The archive refused it."));
    REQUIRE(f.index.update(*f.cache, *f.records));
    CHECK(f.index.row(list, 0)->report == session::ReportState::Failed);
    CHECK(f.index.row(list, 0)->reportReason == "The archive refused it.");
    REQUIRE(f.records->setDelivery(outbox->front().id, records::DeliveryState::Archived, ""));
    REQUIRE(f.index.update(*f.cache, *f.records));
    CHECK(f.index.row(list, 0)->report == session::ReportState::Delivered);
}

TEST_CASE("What an archive lists and what is cached become one row", "[core][session]")
{
    Fixture f;
    auto cached = study("1.1", "a");
    cached.expected = 2;
    REQUIRE(f.cache->putStudy(cached));
    REQUIRE(f.found("") == Uids{"1.1"});
    auto again = study("1.1", "a");
    again.expected = 5;
    f.index.archiveLists("a", {again, study("1.2", "a", "20250101")});
    f.index.archiveLists("b", {study("1.1", "b", "20240101")}); // the same UID elsewhere is another row
    CHECK(f.found("") == Uids{"1.1", "1.2", "1.1"});
    auto list = f.index.find({"", "a"});
    REQUIRE(list.size() == 2);
    CHECK(f.index.row(list, 0)->study.expected == 5);
    f.index.archiveLists("a", {study("1.3", "a", "20230101")}); // 1.1 stays because it is cached, 1.2 goes
    CHECK(f.found("", "a") == Uids{"1.1", "1.3"});
    CHECK(f.index.row(f.index.find({"", "a"}), 0)->study.expected == 2);
    CHECK_FALSE(f.index.row(list, 1).has_value()); // an older list knows that its row has gone
    REQUIRE(f.cache->removeStudy("a", StudyInstanceUid("1.1")));
    CHECK(f.found("", "a") == Uids{"1.3"});
}

TEST_CASE("A purged index answers nothing and begins anew", "[core][session]")
{
    Fixture f;
    REQUIRE(f.cache->putStudy(study("1.1")));
    REQUIRE(f.found("").size() == 1);
    const auto list = f.index.find({"", {}});
    REQUIRE(f.index.row(list, 0));
    f.index.purge();
    CHECK_FALSE(f.index.loaded());
    CHECK_FALSE(f.index.row(list, 0).has_value());
    CHECK(f.index.find({"", {}}).size() == 0);
    CHECK(f.index.withPatientId("P1.1").empty());
    CHECK(f.found("yamada") == Uids{"1.1"}); // unlocked again
    CHECK_FALSE(f.index.row(list, 0).has_value());
}

} // namespace study_index_test
