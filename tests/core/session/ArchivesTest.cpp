// Several hospitals in one worklist.
#include <chrono>
#include <condition_variable>

#include "core/session/Worklist.h"
#include "tests/support/Catch.h"
#include "tests/support/HttpServer.h"
#include "tests/support/TempFolder.h"

using namespace akari;

namespace {

std::string studyJson(const std::string& uid, const std::string& patient)
{
    return R"({"0020000D":{"vr":"UI","Value":[")" + uid + R"("]},"00100020":{"vr":"LO","Value":[")" + patient
           + R"("]},"00080020":{"vr":"DA","Value":["20260101"]},"00201208":{"vr":"IS","Value":[3]}})";
}

// Lists its studies once; every further page is empty.
test::HttpServer::Handler listing(const std::vector<std::string>& studies)
{
    return [studies](const test::HttpRequest& request) {
        const auto offset = request.query.find("offset");
        std::string body = "[";
        if (offset == request.query.end() || offset->second == "0") {
            for (const auto& study : studies) {
                body += (body.size() > 1 ? "," : "") + study;
            }
        }
        test::HttpResponse response;
        response.fields["Content-Type"] = "application/dicom+json";
        response.body = body + "]";
        return response;
    };
}

struct Gate {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    void wait()
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return open; });
    }
    void let()
    {
        const std::lock_guard lock(mutex);
        open = true;
        changed.notify_all();
    }
};

struct Fixture {
    test::TempFolder folder;
    SystemClock clock;
    archive::LineRates lines;
    std::unique_ptr<cache::Cache> cache = std::move(*cache::Cache::openInMemory());
    std::unique_ptr<records::Records> records = std::move(*records::Records::open(folder.path() / "records", vault::Key::random(), false, clock));
    decode::DecodePool pool;
    load::MemoryBudget budget{std::uint64_t{64} << 20};

    session::Engine engine() { return {*cache, *records, pool, budget, clock, lines}; }
    void add(const std::string& name, int port)
    {
        records::ArchiveSettings settings;
        settings.name = name;
        settings.url = "http://127.0.0.1:" + std::to_string(port) + "/dicom-web";
        settings.prefix = name.substr(0, 1);
        REQUIRE(records->putArchive(settings));
    }
};

} // namespace

TEST_CASE("A slow hospital does not hold up the others", "[core][session]")
{
    Gate gate;
    const auto late = listing({studyJson("1.3", "P3")});
    test::HttpServer quick(listing({studyJson("1.1", "P1"), studyJson("1.2", "P1")}));
    test::HttpServer slow([&](const test::HttpRequest& request) {
        gate.wait();
        return late(request);
    });
    Fixture f;
    f.add("slow", slow.port()); // asked first
    f.add("quick", quick.port());
    session::Worklist worklist(f.engine());
    std::mutex mutex;
    std::vector<std::string> order;
    std::size_t rowsThen = 0;
    const auto answers = worklist.refresh([&](const session::ArchiveAnswer& answer) {
        const std::lock_guard lock(mutex);
        if (order.empty()) {
            rowsThen = worklist.rows("").size();
            gate.let(); // the slow one goes on only because the quick one has answered
        }
        order.push_back(answer.archive);
    });
    CHECK(order == std::vector<std::string>{"quick", "slow"});
    CHECK(rowsThen == 2); // there before the slow one has said a word
    REQUIRE(answers.size() == 2);
    CHECK(answers[0].archive == "slow");
    CHECK(answers[0].studies == 1);
    CHECK(answers[1].studies == 2);
    CHECK(worklist.rows("").size() == 3);
    CHECK(worklist.answers().size() == 2);
}

TEST_CASE("What a hospital listed stays when it is away, and the problem is told", "[core][session]")
{
    Fixture f;
    session::Worklist worklist(f.engine());
    int port = 0;
    {
        test::HttpServer server(listing({studyJson("1.1", "P1")}));
        port = server.port();
        f.add("a", port);
        REQUIRE(worklist.refresh().front().reached);
    }
    test::HttpServer other(listing({studyJson("1.1", "P1")})); // the same UID and number at another hospital
    f.add("b", other.port());
    const auto answers = worklist.refresh();
    REQUIRE(answers.size() == 2);
    CHECK_FALSE(answers[0].reached);
    REQUIRE(answers[0].problem);
    CHECK(answers[0].problem->code == "archive.unreachable");
    CHECK(answers[1].reached);
    const auto rows = worklist.rows("p1");
    REQUIRE(rows.size() == 2); // two studies of two patients
    CHECK(rows[0].study.archive != rows[1].study.archive);
    const auto list = worklist.find({"", "b"});
    REQUIRE(list.size() == 1);
    CHECK(worklist.row(list, 0)->study.archive == "b");
}
