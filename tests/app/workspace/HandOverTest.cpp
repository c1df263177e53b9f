#include "app/workspace/HandOver.h"

#include <CLI/CLI.hpp>

#include <set>
#include <sstream>
#include <thread>

#include "app/cli/HandedOver.h"
#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::workspace;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// A data folder with its holder, and what a client needs to prove that it may open it.
struct Holder {
    test::TempFolder temp;
    fs::path folder = temp.path() / "data";
    std::unique_ptr<vault::DataFolder> open = vault::DataFolder::open({folder, "lamp light", nullptr, false}).value();
    std::unique_ptr<vault::DataFolder> mine = vault::DataFolder::open({folder, "lamp light", nullptr, true}).value();
    std::unique_ptr<HandOverServer> server;

    explicit Holder(HandOverServices services = {}) { server = HandOverServer::start(*open, std::move(services)).value(); }
};

HandOverServices echo()
{
    HandOverServices services;
    services.run = [](const HandedCommand& command, const CommandOutput& output, const StopToken&) {
        for (const auto& word : command.words) {
            output.out(word + "\n");
        }
        output.err(command.folder.string());
        return static_cast<int>(command.words.size());
    };
    return services;
}

HandedCommand command(std::vector<std::string> words)
{
    return {std::move(words), "/somewhere", {{"SECRET", "s"}}, false};
}

struct Heard {
    std::mutex mutex;
    std::string out, err;
    CommandOutput output()
    {
        return {[this](std::string_view text) {
                    const std::lock_guard lock(mutex);
                    out += text;
                },
                [this](std::string_view text) {
                    const std::lock_guard lock(mutex);
                    err += text;
                }};
    }
};

// Waits for what another thread will do.
bool soon(const std::function<bool()>& happens)
{
    for (int i = 0; i < 500 && !happens(); ++i) {
        std::this_thread::sleep_for(10ms);
    }
    return happens();
}

} // namespace

TEST_CASE("a command goes over with its words, folder and environment, and its text and exit code come back", "[app][workspace]")
{
    const Holder holder(echo());
    const auto client = HandOverClient::connect(holder.folder).value();
    CHECK_FALSE(client->holderIsWindow());
    Heard heard;
    // A name that is no UTF-8, and one long enough to be split in the middle of a character.
    const std::string odd = "caf\xe9";
    std::string text;
    while (text.size() < 600'000) {
        text += "肺";
    }
    const auto exit = client->run(*holder.mine, command({"import", odd, text}), heard.output());
    CHECK(exit.value() == 3);
    CHECK(heard.out == "import\n" + odd + "\n" + text + "\n");
    CHECK(heard.err == "/somewhere");
    CHECK(client->started());
}

TEST_CASE("a program that can't open the folder hands nothing over", "[app][workspace]")
{
    std::atomic<int> ran{0};
    HandOverServices services;
    services.run = [&](const HandedCommand&, const CommandOutput&, const StopToken&) { return ++ran; };
    const Holder holder(std::move(services));
    const test::TempFolder other;
    const auto stranger = vault::DataFolder::open({other.path() / "data", "lamp light", nullptr, false}).value();
    Heard heard;
    const auto refused = HandOverClient::connect(holder.folder).value()->run(*stranger, command({"sync"}), heard.output());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "handover.proof");
    CHECK(ran == 0);
}

TEST_CASE("another user's program is turned away before a word is said", "[app][workspace]")
{
    std::atomic<int> ran{0};
    HandOverServices services;
    services.run = [&](const HandedCommand&, const CommandOutput&, const StopToken&) { return ++ran; };
    services.open = [&](const OpenRequest&) -> Status { return ++ran, Status(); };
    services.allowed = [](const LocalConnection&) { return false; };
    const Holder holder(std::move(services));
    const auto raw = LocalConnection::connect(handOverPlaces(holder.folder).front()).value();
    CHECK(raw->receive(4096, 5s).error().code == "local.gone");
    CHECK(HandOverClient::connect(holder.folder).error().code == "handover.none");
    CHECK(ran == 0);
}

TEST_CASE("what is no message of ours ends that connection and nothing else", "[app][workspace]")
{
    std::atomic<int> ran{0};
    HandOverServices services;
    services.run = [&](const HandedCommand&, const CommandOutput&, const StopToken&) { return ++ran; };
    const Holder holder(std::move(services));
    const fs::path place = handOverPlaces(holder.folder).front();
    std::string deep = R"({"version":1,"open":)";
    deep += std::string(2000, '[') + std::string(2000, ']') + "}";
    const std::vector<std::string> messages = {"x",
                                               "{",
                                               "[]",
                                               "null",
                                               "17",
                                               R"({"version":2})",
                                               R"({"version":"1"})",
                                               R"({})",
                                               R"({"version":1})",
                                               R"({"version":1,"nonce":7,"proof":[]})",
                                               R"({"version":1,"nonce":")" + std::string(64, '0') + R"(","proof":")" +
                                                   std::string(64, '0') + R"("})",
                                               R"({"version":1,"command":{"words":["sync"]}})",
                                               R"({"version":1,"open":7})",
                                               R"({"version":1,"open":{"study":"../../etc"}})",
                                               R"({"version":1,"open":{"study":"1.2","archive":{"hex":"zz"}}})",
                                               R"({"version":1,"open":{"study":{"hex":"ff"}}})",
                                               deep,
                                               std::string(4096, ' '),
                                               std::string(5000, 'x')};
    for (const auto& message : messages) {
        INFO(message.substr(0, 60));
        const auto raw = LocalConnection::connect(place).value();
        REQUIRE(raw->receive(4096, 5s));
        REQUIRE(raw->send(asBytes(message)));
        const auto answer = raw->receive(4096, 5s);
        if (answer) {
            CHECK(asText(*answer).find("\"error\"") != std::string_view::npos);
        }
        CHECK((!answer || raw->receive(4096, 5s).error().code == "local.gone"));
    }
    // Half a message, and an absurd length.
    for (const Bytes& bytes : {Bytes{0, 0, 0, 9, '{'}, Bytes{0xff, 0xff, 0xff, 0xff}}) {
        const auto raw = LocalConnection::connect(place).value();
        static_cast<void>(raw->send(bytes));
    }
    CHECK(ran == 0);
    Heard heard;
    CHECK(HandOverClient::connect(holder.folder).value()->run(*holder.mine, command({"sync"}), heard.output()).value() == 1);
}

TEST_CASE("twenty clients at once are all served, four at a time", "[app][workspace]")
{
    std::atomic<int> now{0};
    std::atomic<int> most{0};
    HandOverServices services;
    services.run = [&](const HandedCommand& given, const CommandOutput& output, const StopToken&) {
        const int running = ++now;
        for (int seen = most; running > seen && !most.compare_exchange_weak(seen, running);) {
        }
        std::this_thread::sleep_for(20ms);
        output.out(given.words.front());
        --now;
        return 0;
    };
    const Holder holder(std::move(services));
    std::atomic<int> right{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 20; ++i) {
        clients.emplace_back([&, i] {
            Heard heard;
            const auto client = HandOverClient::connect(holder.folder);
            const auto exit =
                client ? (*client)->run(*holder.mine, command({std::to_string(i)}), heard.output()) : Result<int>(fail(client.error()));
            right += exit && *exit == 0 && heard.out == std::to_string(i) ? 1 : 0;
        });
    }
    for (auto& client : clients) {
        client.join();
    }
    CHECK(right == 20);
    CHECK(most <= 4);
    CHECK(most >= 2);
}

TEST_CASE("a cancel, a client that goes and a holder that closes all stop the command", "[app][workspace]")
{
    std::atomic<int> stopped{0};
    std::atomic<int> begun{0};
    HandOverServices services;
    services.run = [&](const HandedCommand&, const CommandOutput& output, const StopToken& stop) {
        ++begun;
        while (!stop.stopRequested()) {
            std::this_thread::sleep_for(5ms);
        }
        ++stopped;
        output.out("partial");
        return 1;
    };
    Holder holder(std::move(services));
    SECTION("cancel")
    {
        const auto client = HandOverClient::connect(holder.folder).value();
        Heard heard;
        std::thread interrupt([&] {
            static_cast<void>(soon([&] { return begun == 1; }));
            client->cancel();
        });
        CHECK(client->run(*holder.mine, command({"sync"}), heard.output()).value() == 1);
        CHECK(heard.out == "partial");
        interrupt.join();
    }
    SECTION("the holder closes")
    {
        const auto client = HandOverClient::connect(holder.folder).value();
        std::thread closing([&] {
            static_cast<void>(soon([&] { return begun == 1; }));
            holder.server.reset();
        });
        Heard heard;
        CHECK(client->run(*holder.mine, command({"sync"}), heard.output()).value() == 1);
        closing.join();
        CHECK(HandOverClient::connect(holder.folder).error().code == "handover.none");
    }
    SECTION("the client goes")
    {
        std::thread client([&] {
            auto leaving = HandOverClient::connect(holder.folder).value();
            std::thread running([&] {
                Heard heard;
                CHECK(leaving->run(*holder.mine, command({"sync"}), heard.output()).error().code == "handover.lost");
            });
            static_cast<void>(soon([&] { return begun == 1; }));
            leaving->close();
            running.join();
        });
        client.join();
    }
    CHECK(soon([&] { return stopped == 1; }));
}

TEST_CASE("finish lets those that are at it end, and takes no more", "[app][workspace]")
{
    std::atomic<bool> begun{false};
    HandOverServices services;
    services.run = [&](const HandedCommand&, const CommandOutput&, const StopToken& stop) {
        begun = true;
        std::this_thread::sleep_for(100ms);
        return stop.stopRequested() ? 7 : 0;
    };
    Holder holder(std::move(services));
    Result<int> exit = 9;
    std::thread client([&] {
        Heard heard;
        exit = HandOverClient::connect(holder.folder).value()->run(*holder.mine, command({"sync"}), heard.output());
    });
    REQUIRE(soon([&] { return begun.load(); }));
    holder.server->finish();
    client.join();
    CHECK(exit.value() == 0);
    holder.server.reset();
    CHECK(HandOverClient::connect(holder.folder).error().code == "handover.none");
    CHECK_FALSE(fs::exists(handOverPlaces(holder.folder).front()));
}

TEST_CASE("a study to open reaches the window, and a program without one says so", "[app][workspace]")
{
    std::mutex mutex;
    std::vector<OpenRequest> asked;
    HandOverServices services;
    services.open = [&](const OpenRequest& request) -> Status {
        const std::lock_guard lock(mutex);
        asked.push_back(request);
        return request.study.value == "1.9" ? Status(fail("open.archive", "No.")) : Status();
    };
    const Holder holder(std::move(services));
    auto client = HandOverClient::connect(holder.folder).value();
    CHECK(client->holderIsWindow());
    CHECK(client->open({"North", StudyInstanceUid("1.2.3")}));
    CHECK(HandOverClient::connect(holder.folder).value()->open({}));
    CHECK(HandOverClient::connect(holder.folder).value()->open({"", StudyInstanceUid("1.9")}).error().code == "open.archive");
    CHECK(HandOverClient::connect(holder.folder).value()->open({"", StudyInstanceUid("1 2")}).error().code == "open.url");
    REQUIRE(asked.size() == 3);
    CHECK(asked[0].archive == "North");
    CHECK(asked[1].study.empty());

    const Holder blind;
    CHECK(HandOverClient::connect(blind.folder).value()->open({}).error().code == "handover.nowindow");
}

TEST_CASE("the socket lies in the data folder, or in the runtime folder where its path would be too long", "[app][workspace]")
{
    const test::TempFolder temp;
    REQUIRE(::setenv("XDG_RUNTIME_DIR", (temp.path() / "run").c_str(), 1) == 0);
    fs::create_directory(temp.path() / "run");
    CHECK(handOverPlaces(temp.path() / "data").front() == fs::weakly_canonical(temp.path()) / "data" / "hand-over");
    const fs::path deep = temp.path() / std::string(120, 'd');
    const auto places = handOverPlaces(deep);
    REQUIRE(places.size() == 1);
    CHECK(places.front().parent_path() == temp.path() / "run" / "akari");
    CHECK(places.front() != handOverPlaces(temp.path() / std::string(121, 'd')).front());
    const auto open = vault::DataFolder::open({deep, "lamp light", nullptr, false}).value();
    const auto server = HandOverServer::start(*open, echo()).value();
    Heard heard;
    CHECK(HandOverClient::connect(deep).value()->run(*open, command({"a"}), heard.output()).value() == 1);
    CHECK((fs::status(temp.path() / "run" / "akari").permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
    ::unsetenv("XDG_RUNTIME_DIR");
}

TEST_CASE("every command of the table is one, and no other is carried out for others", "[app][workspace]")
{
    const test::TempFolder temp;
    const auto workspace = Workspace::open({temp.path() / "data", "lamp light", nullptr, false}).value();
    const auto run = [&](std::vector<std::string> words, std::string* out = nullptr) {
        Heard heard;
        const int exit = cli::runFor(
            *workspace, {std::move(words), temp.path(), {{"PASSWORD", "tiger"}, {"AKARI_SIGNING_SECRET", "s"}}, false}, heard.output(), {});
        if (out != nullptr) {
            *out = heard.out;
        }
        return exit;
    };
    for (const auto& name : cli::handedNames()) {
        INFO(name);
        std::vector<std::string> words;
        std::istringstream split(name);
        for (std::string word; split >> word;) {
            words.push_back(word);
        }
        words.push_back("--nonsense-option");
        std::string out;
        words.insert(words.begin(), "--json");
        CHECK(run(words, &out) == cli::kUsage);
        // Known so far that it is the option, or a missing argument, that is wrong.
        CHECK(out.find("usage.wrong") != std::string::npos);
        CHECK(out.find("subcommand is required") == std::string::npos);
    }
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"studies"}, {"demo"}, {"bench"}, {"archive", "list"}, {"outbox"}, {}, {"sync"}}) {
        CHECK(run(words) == cli::kUsage);
    }
    std::string out;
    CHECK(run({"archive", "add", "North", "https://north.example.org/", "--user", "u", "--password-env", "PASSWORD", "--json"}, &out) == 0);
    CHECK(out.find("https://north.example.org\"") != std::string::npos);
    CHECK(workspace->records().archive("North").value().password == "tiger");
    CHECK(run({"archive", "add", "South", "https://south.example.org", "--password-env", "HOME"}) == cli::kUsage);
    CHECK(run({"reader", "set", "--name", "Suzuki^Hanako", "--organization", "O", "--login", "l"}) == 0);
    CHECK(workspace->records().reauthenticate("s"));
    // Relative paths are the caller's.
    CHECK(run({"import", "nothing-here"}, &out) == cli::kNothingDone);
    CHECK(out.find("nothing-here") != std::string::npos);
}
