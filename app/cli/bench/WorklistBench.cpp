// The worklist of a large cache: from opening to the first rows, what each keystroke of a search costs, and memory.
#include <array>
#include <filesystem>

#include <sqlite3.h>

#include "app/cli/bench/Bench.h"
#include "app/cli/bench/Memory.h"
#include "app/cli/bench/TempPlace.h"
#include "core/session/StudyIndex.h"

namespace akari::cli {

namespace {

namespace fs = std::filesystem;

constexpr int kAtOnce = 10000;
constexpr std::size_t kScreen = 40; // rows that are painted
constexpr int kOpenings = 5;

struct NameParts {
    const char* alphabetic;
    const char* ideographic;
    const char* phonetic;
};
constexpr std::array<NameParts, 8> kFamilies{{{"Yamada", "山田", "やまだ"}, {"Sato", "佐藤", "さとう"}, {"Suzuki", "鈴木", "すずき"}, {"Takahashi", "高橋", "たかはし"},
                                              {"Tanaka", "田中", "たなか"}, {"Ito", "伊藤", "いとう"}, {"Watanabe", "渡辺", "わたなべ"}, {"Nakamura", "中村", "なかむら"}}};
constexpr std::array<NameParts, 6> kGiven{{{"Taro", "太郎", "たろう"}, {"Hanako", "花子", "はなこ"}, {"Ichiro", "一郎", "いちろう"}, {"Yoko", "洋子", "ようこ"},
                                           {"Jiro", "次郎", "じろう"}, {"Akiko", "明子", "あきこ"}}};
constexpr std::array<const char*, 6> kModalities{"CT", "MR", "CR", "US", "DX", "MG"};
constexpr std::array<const char*, 5> kRegions{"Chest", "Brain", "Abdomen and pelvis", "Knee, left", "Whole body"};

std::string digits(unsigned value, int width)
{
    char text[16];
    std::snprintf(text, sizeof text, "%0*u", width, value);
    return text;
}

cache::StudyRecord studyOf(unsigned number)
{
    const unsigned mixed = number * 2654435761U; // spreads names, dates and hospitals without a pattern that a search could lean on
    const auto& family = kFamilies[(mixed >> 4) % kFamilies.size()];
    const auto& given = kGiven[(mixed >> 9) % kGiven.size()];
    cache::StudyRecord study;
    study.archive = "Hospital " + std::string(1, static_cast<char>('A' + (mixed >> 13) % 4));
    study.study = StudyInstanceUid("1.2.826.0.1.3680043.10.1.20260101." + digits(number, 7) + ".1000");
    study.patientId = "P" + digits(mixed % 1000000, 7);
    study.patientName = {std::string(family.alphabetic) + "^" + given.alphabetic, std::string(family.ideographic) + "^" + given.ideographic,
                         std::string(family.phonetic) + "^" + given.phonetic};
    study.patientBirthDate = digits(1930 + (mixed >> 5) % 80, 4) + "0" + digits(1 + (mixed >> 8) % 9, 1) + digits(1 + (mixed >> 11) % 28, 2);
    study.patientSex = (mixed & 64U) != 0 ? "F" : "M";
    study.studyDate = digits(2016 + (mixed >> 7) % 11, 4) + digits(1 + (mixed >> 12) % 12, 2) + digits(1 + (mixed >> 16) % 28, 2);
    study.studyTime = digits((mixed >> 6) % 24, 2) + digits((mixed >> 3) % 60, 2) + "00";
    study.modalities = {kModalities[(mixed >> 10) % kModalities.size()]};
    study.studyDescription = std::string(kRegions[(mixed >> 14) % kRegions.size()]) + " " + study.modalities.front();
    study.accessionNumber = "A" + digits(number, 8);
    study.referringPhysician = "Referrer^R";
    study.expected = 300;
    return study;
}

Status makeCache(Context& context, const fs::path& folder, const vault::Key& key, int studies)
{
    auto cache = cache::Cache::open(folder, key, false);
    if (!cache) {
        return fail(cache.error());
    }
    std::vector<cache::StudyRecord> batch;
    for (int i = 0; i < studies; ++i) {
        batch.push_back(studyOf(static_cast<unsigned>(i)));
        if (static_cast<int>(batch.size()) < kAtOnce && i + 1 < studies) {
            continue;
        }
        if (const auto put = (*cache)->putStudies(batch); !put) {
            return put;
        }
        // A series each, so that counting what is stored has rows to go through.
        for (const auto& study : batch) {
            cache::SeriesRecord series;
            series.series = SeriesInstanceUid(study.study.value + ".1");
            series.modality = study.modalities.front();
            series.expected = study.expected;
            if (const auto put = (*cache)->putSeries(study.archive, study.study, series); !put) {
                return put;
            }
        }
        context.progress("making studies: " + std::to_string(i + 1));
        batch.clear();
    }
    context.endProgress();
    return {};
}

// What the window does for one keystroke, but for painting itself.
std::size_t keystroke(session::StudyIndex& index, const std::string& words)
{
    const auto list = index.find({words, {}});
    for (std::size_t row = 0; row < std::min(kScreen, list.size()); ++row) {
        static_cast<void>(index.row(list, row));
    }
    return list.size();
}

// Letter by letter, as a person types; characters of more bytes stay whole.
std::vector<std::string> typed(const std::string& words)
{
    std::vector<std::string> steps;
    for (std::size_t i = 1; i <= words.size(); ++i) {
        if (i == words.size() || (static_cast<unsigned char>(words[i]) & 0xC0U) != 0x80U) {
            steps.push_back(words.substr(0, i));
        }
    }
    return steps;
}

const std::vector<std::string>& searches()
{
    static const std::vector<std::string> all{"yamada taro", "YOKO", "山田", "やまだ", "スズキ", "ｔａｎａｋａ", "P0123", "2026-01", "2024/11/0", "chest ct", "nobody"};
    return all;
}

// The peer: the same clear text in a table in memory, the first screen of what LIKE finds.
struct LikeTable {
    sqlite3* database = nullptr;
    sqlite3_stmt* query = nullptr;

    ~LikeTable()
    {
        sqlite3_finalize(query);
        sqlite3_close(database);
    }
    bool fill(const session::StudyIndex& index)
    {
        sqlite3_stmt* insert = nullptr;
        bool good = sqlite3_open(":memory:", &database) == SQLITE_OK
                    && sqlite3_exec(database, "CREATE TABLE studies(moment TEXT, words TEXT); BEGIN", nullptr, nullptr, nullptr) == SQLITE_OK
                    && sqlite3_prepare_v2(database, "INSERT INTO studies VALUES(?, ?)", -1, &insert, nullptr) == SQLITE_OK;
        for (const auto& study : index.select([](const auto&) { return true; })) {
            const std::string moment = study.studyDate + study.studyTime;
            const std::string words = session::searchedText(study);
            good = good && sqlite3_bind_text(insert, 1, moment.c_str(), -1, SQLITE_TRANSIENT) == SQLITE_OK
                   && sqlite3_bind_text(insert, 2, words.c_str(), -1, SQLITE_TRANSIENT) == SQLITE_OK && sqlite3_step(insert) == SQLITE_DONE
                   && sqlite3_reset(insert) == SQLITE_OK;
        }
        sqlite3_finalize(insert);
        return good && sqlite3_exec(database, "COMMIT; CREATE INDEX byMoment ON studies(moment DESC)", nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    // Every row that holds all words, in order: the count is shown, so none may be left out.
    std::size_t find(const std::string& filter)
    {
        std::string sql = "SELECT rowid FROM studies WHERE 1";
        const auto words = session::searchWords(filter);
        for (std::size_t i = 0; i < words.size(); ++i) {
            sql += " AND words LIKE ?";
        }
        sql += " ORDER BY moment DESC";
        sqlite3_finalize(query);
        query = nullptr;
        if (sqlite3_prepare_v2(database, sql.c_str(), -1, &query, nullptr) != SQLITE_OK) {
            return 0;
        }
        for (std::size_t i = 0; i < words.size(); ++i) {
            const std::string pattern = "%" + words[i] + "%";
            sqlite3_bind_text(query, static_cast<int>(i) + 1, pattern.c_str(), -1, SQLITE_TRANSIENT);
        }
        std::size_t found = 0;
        while (sqlite3_step(query) == SQLITE_ROW) {
            ++found;
        }
        return found;
    }
};

struct Opened {
    std::unique_ptr<cache::Cache> cache;
    std::unique_ptr<records::Records> records;
    session::StudyIndex index;
};

// From closed files to the first screen of rows.
Result<double> openOnce(const fs::path& folder, const vault::Key& key, const SystemClock& clock, Opened& opened)
{
    const auto start = Clock::now();
    auto cache = cache::Cache::open(folder / "cache", key, false);
    if (!cache) {
        return fail(cache.error());
    }
    auto records = records::Records::open(folder / "records", key, false, clock);
    if (!records) {
        return fail(records.error());
    }
    opened.cache = std::move(*cache);
    opened.records = std::move(*records);
    if (const auto read = opened.index.update(*opened.cache, *opened.records); !read) {
        return fail(read.error());
    }
    static_cast<void>(keystroke(opened.index, {}));
    return since(start);
}

} // namespace

Status benchWorklist(Context& context, Json& results, int studies)
{
    const TempPlace place;
    const SystemClock clock;
    const vault::Key key = vault::Key::random();
    if (const auto made = makeCache(context, place.path / "cache", key, studies); !made) {
        return made;
    }
    forgetPeakMemory();
    const double before = peakMemoryMegabytes();
    double peak = 0;
    std::vector<double> opens;
    std::unique_ptr<Opened> opened;
    for (int run = 0; run < kOpenings; ++run) {
        opened.reset();
        opened = std::make_unique<Opened>();
        const auto took = openOnce(place.path, key, clock, *opened);
        if (!took) {
            return fail(took.error());
        }
        opens.push_back(*took);
        peak = run == 0 ? peakMemoryMegabytes() : peak;
    }
    LikeTable like;
    if (!like.fill(opened->index)) {
        return fail("bench.peer", "SQLite's table in memory could not be made; there is nothing to compare with.");
    }
    std::vector<double> ours;
    std::vector<double> theirs;
    for (const auto& search : searches()) {
        for (const auto& words : typed(search)) {
            auto start = Clock::now();
            const auto found = keystroke(opened->index, words);
            ours.push_back(since(start));
            start = Clock::now();
            const auto peers = like.find(words);
            theirs.push_back(since(start));
            if (found != peers) {
                return fail("bench.worklist", "The search and SQLite's LIKE found different numbers of studies.", std::to_string(found) + " and " + std::to_string(peers));
            }
        }
        static_cast<void>(keystroke(opened->index, {}));
    }
    const std::string peer = "SQLite " + std::string(sqlite3_libversion()) + ", LIKE over the same text in memory, every row found";
    results.push_back(metric("worklist.open", quantile(opens, 0.5), "ms", opens));
    results.push_back(metric("worklist.keystroke.p50", quantile(ours, 0.5), "ms", ours, peer, quantile(theirs, 0.5)));
    results.push_back(metric("worklist.keystroke.p95", quantile(ours, 0.95), "ms", ours, peer, quantile(theirs, 0.95)));
    results.push_back(metric("worklist.keystroke.max", quantile(ours, 1), "ms", ours, peer, quantile(theirs, 1)));
    results.push_back(metric("worklist.memory", peak - before, "MB", {peak - before}));
    return {};
}

} // namespace akari::cli
