#include <algorithm>
#include <csignal>
#include <cstring>
#include <map>
#include <set>

#include <sys/resource.h>

#include "core/base/FileIo.h"
#include "tests/core/records/RecordsSupport.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::records;
using namespace akari::test;
namespace fs = std::filesystem;

namespace {

struct Acknowledged {
    std::map<std::string, std::int64_t> drafts; // id -> newest revision that was acknowledged
    std::set<std::string> objects;
};

// Saves and signs without end, saying on the pipe what was acknowledged.
int writeForever(const fs::path& folder, int pipe, int round)
{
    auto records = openRecords(folder);
    if (!records) {
        return 1;
    }
    const auto say = [&](const std::string& line) { return ::write(pipe, line.data(), line.size()) == static_cast<ssize_t>(line.size()); };
    for (int number = 0;; ++number) {
        std::string id;
        for (int revision = 1; revision <= 3; ++revision) {
            const auto saved = (*records)->saveDraft(draftWith("revision " + std::to_string(revision), id));
            if (!saved) {
                return 2;
            }
            id = saved->id;
            say("D " + id + " " + std::to_string(revision) + "\n");
        }
        const std::string sop = "1.2.3." + std::to_string(round) + "." + std::to_string(number + 1);
        if (!(*records)->sign(id, "final", {objectWith(sop, Bytes(20000, 7))})) {
            return 3;
        }
        say("S " + sop + "\n");
    }
}

// Kills the writer after that many acknowledgements.
Acknowledged killAfter(const fs::path& folder, int acknowledgements, int round)
{
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        ::_exit(writeForever(folder, ends[1], round));
    }
    ::close(ends[1]);
    std::string said;
    char part[512];
    while (std::count(said.begin(), said.end(), '\n') < acknowledgements) {
        const ssize_t count = ::read(ends[0], part, sizeof part);
        if (count <= 0) {
            break;
        }
        said.append(part, static_cast<std::size_t>(count));
    }
    ::kill(child, SIGKILL);
    for (ssize_t count = 0; (count = ::read(ends[0], part, sizeof part)) > 0;) {
        said.append(part, static_cast<std::size_t>(count));
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));

    Acknowledged result;
    std::size_t at = 0;
    for (std::size_t end; (end = said.find('\n', at)) != std::string::npos; at = end + 1) {
        const std::string line = said.substr(at, end - at);
        if (line[0] == 'S') {
            result.objects.insert(line.substr(2));
        } else {
            const auto space = line.rfind(' ');
            result.drafts[line.substr(2, space - 2)] = std::stoll(line.substr(space + 1));
        }
    }
    return result;
}

Bytes utf16(const std::string& text)
{
    Bytes bytes;
    for (const char letter : text) {
        bytes.push_back(static_cast<std::uint8_t>(letter));
        bytes.push_back(0);
    }
    return bytes;
}

bool contains(const Bytes& where, BytesView what)
{
    return std::search(where.begin(), where.end(), what.begin(), what.end()) != where.end();
}

} // namespace

TEST_CASE("killed at any step, what was acknowledged is there and what is there is whole", "[core][records]")
{
    const TempFolder temp;
    for (int round = 1; round <= 24; ++round) {
        const Acknowledged kept = killAfter(temp.path(), round, round);
        const auto opened = openRecords(temp.path());
        REQUIRE(opened);
        const auto& records = *opened;
        for (const auto& [id, revision] : kept.drafts) {
            const auto draft = records->draft(id);
            REQUIRE(draft);
            CHECK(draft->revision >= revision);
        }
        for (const std::string& sop : kept.objects) {
            CHECK(records->signedObject(SopInstanceUid(sop)).value().part10 == Bytes(20000, 7));
        }
        // A final report has its object, an object its final report.
        std::set<std::string> final;
        const auto drafts = records->drafts().value();
        for (const Draft& draft : drafts) {
            if (draft.state == "final") {
                final.insert(draft.id);
            }
        }
        std::set<std::string> queued;
        const auto items = records->outbox().value();
        for (const OutboxItem& item : items) {
            queued.insert(item.reportId);
            CHECK(records->signedObject(item.sop));
        }
        REQUIRE(final == queued);
    }
}

TEST_CASE("a full disk is disk.full, nothing half written, and work goes on when there is room", "[core][records]")
{
    const TempFolder temp;
    std::string id;
    {
        auto records = openRecords(temp.path()).value();
        id = records->saveDraft(draftWith("kept")).value().id;
    }
    const int ended = inChild([&] {
        ::signal(SIGXFSZ, SIG_IGN);
        auto records = openRecords(temp.path());
        if (!records) {
            return 1;
        }
        const rlimit limit{200'000, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const auto saved = (*records)->saveDraft(draftWith(std::string(600'000, 'x'), id));
        if (saved || saved.error().code != "disk.full") {
            return 2;
        }
        const auto written = (*records)->sign(id, "final", {objectWith("1.2.3.1", Bytes(600'000, 1))});
        if (written || written.error().code != "disk.full") {
            return 3;
        }
        if ((*records)->draft(id).value().json != "kept" || !(*records)->outbox().value().empty()) {
            return 4;
        }
        const rlimit none{RLIM_INFINITY, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &none);
        return (*records)->saveDraft(draftWith("more", id)) ? 0 : 5;
    });
    CHECK(ended == 0);
    auto records = openRecords(temp.path()).value();
    CHECK(records->draft(id).value().json == "more");
    CHECK(records->draft(id).value().revision == 2);
    CHECK(records->outbox().value().empty());
}

TEST_CASE("a backup that can't be written does not undo the signature and is made up for", "[core][records]")
{
    const TempFolder temp;
    const fs::path owed = temp.path() / "backup" / "records.part";
    fs::create_directories(owed / "in the way");
    {
        auto records = openRecords(temp.path()).value();
        const std::string id = records->saveDraft(draftWith("text")).value().id;
        REQUIRE(records->sign(id, "final", {objectWith("1.2.3.1", Bytes(10, 1))}));
        CHECK(records->outbox().value().size() == 1);
        CHECK_FALSE(fs::exists(temp.path() / "backup" / "records-1.db"));
    }
    fs::remove(owed / "in the way");
    REQUIRE(openRecords(temp.path()));
    CHECK(fs::exists(temp.path() / "backup" / "records-1.db"));
    CHECK_FALSE(fs::exists(owed));
}

TEST_CASE("no name, number or UID stands in any file in the clear", "[core][records]")
{
    const TempFolder temp;
    const std::string name = "Kurosawa^Shizuka";
    const std::vector<std::string> secrets{name, "黒澤", "PATIENT-0815", "ACC4711", kStudy.value, "1.2.826.77.1.5.4.3", "north-host.example",
                                           "wardpassword", "sakura 7", "Hospital A", "spiculated nodule"};
    {
        auto records = openRecords(temp.path()).value();
        REQUIRE(records->setReader({dicom::PersonName::parse(name + "=黒澤^静香"), "Hospital A", "shizuka", "reader"}, "sakura 7"));
        REQUIRE(records->putArchive({"Hospital A", "https://north-host.example/dicom-web", "u", "wardpassword", "", "", ""}));
        const std::string id = records->saveDraft(draftWith("{\"findings\":\"spiculated nodule\"}")).value().id;
        REQUIRE(records->putAnnotations("Hospital A", kStudy, "PATIENT-0815"));
        REQUIRE(records->putSetting("last", kStudy.value));
        std::string part10;
        for (const auto& secret : secrets) {
            part10 += secret;
        }
        REQUIRE(records->sign(id, "{\"name\":\"" + name + "\"}", {objectWith("1.2.826.77.1.5.4.3", Bytes(part10.begin(), part10.end()))}));
        REQUIRE(records->setDelivery(1, DeliveryState::Failed, "spiculated nodule"));
        REQUIRE(records->audit("study.opened", kStudy.value));
        // While it is open: the log and its index are scanned too.
        int files = 0;
        for (const auto& entry : fs::recursive_directory_iterator(temp.path())) {
            if (!entry.is_regular_file()) {
                continue;
            }
            ++files;
            const Bytes bytes = readWholeFile(entry.path()).value();
            for (const auto& secret : secrets) {
                CHECK_FALSE(contains(bytes, asBytes(secret)));
                CHECK_FALSE(contains(bytes, utf16(secret)));
                const std::string coded = base64(asBytes(secret));
                CHECK_FALSE(contains(bytes, asBytes(coded.substr(0, coded.size() - 4))));
            }
        }
        CHECK(files >= 4);
    }
}
