#include "core/archive/OpenIdSignIn.h"

#include <atomic>

#include "core/archive/Changes.h"
#include "core/archive/DicomWeb.h"
#include "core/archive/KnownArchives.h"
#include "core/archive/LoopbackListener.h"
#include "core/archive/Sync.h"
#include "tests/support/Catch.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/FakeProvider.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

namespace sign_in_test {

namespace {

template <class T> std::string codeOf(const Result<T>& result)
{
    return result ? "" : result.error().code;
}

// An archive behind a provider, and a data folder.
struct SignInBench {
    TempFolder folder;
    SystemClock clock;
    std::unique_ptr<records::Records> records = records::Records::open(folder.path(), vault::Key(Bytes(32, 5)), false, clock).value();
    FakeProvider provider;
    FakeArchive fake;
    FakeBrowser browser{provider};
    KnownArchives known{*records};

    SignInBench()
    {
        fake.addSeries(3);
        fake.authorizes = [this](const std::string& authorization) { return provider.accepts(authorization); };
    }
    records::ArchiveSettings settings() const
    {
        auto settings = fake.settings();
        settings.openId = provider.settings();
        return settings;
    }
    Status signIn()
    {
        FakeBrowser own(provider);
        return known.signInOf(settings())->signIn(own, {}, std::chrono::seconds(10));
    }
};

// Keeps what it is given, or is not there.
struct FakeKeychain final : vault::SecretStore {
    bool available = true;
    std::map<std::string, Bytes> kept;
    Result<std::optional<Bytes>> read(const std::string& name) override
    {
        return kept.contains(name) ? std::optional(kept.at(name)) : std::optional<Bytes>();
    }
    Status write(const std::string& name, BytesView secret) override
    {
        if (!available) {
            return fail("keychain.unavailable", "No keychain.");
        }
        kept[name] = Bytes(secret.begin(), secret.end());
        return {};
    }
    Status remove(const std::string& name) override
    {
        kept.erase(name);
        return {};
    }
};

} // namespace

TEST_CASE("signing in goes through the browser and back, and every request bears the token", "[core][archive][signin]")
{
    SignInBench bench;
    DicomWebClient client(bench.settings(), &bench.known);
    CHECK(codeOf(client.probe()) == "archive.login");
    CHECK(bench.fake.log.empty()); // nothing is asked without a token
    const auto signIn = bench.known.signInOf(bench.settings());
    REQUIRE(signIn->signIn(bench.browser, {}, std::chrono::seconds(10)));
    bench.browser.wait();
    CHECK(signIn->isSignedIn());
    CHECK(bench.provider.grants() == 1);
    CHECK(bench.browser.page.find("You can go back to Akari") != std::string::npos);
    CHECK(bench.browser.page.find("no-referrer") != std::string::npos);
    CHECK(codeOf(client.probe()) == "");
    CHECK(client.series(StudyInstanceUid("1.2.840.99.1")).value().items.size() == 1);
    // Tokens stand in no address, neither the archive's nor the browser's.
    for (const std::string& line : bench.fake.log) {
        CHECK(line.find("access-") == std::string::npos);
    }
    CHECK(bench.browser.opened.find("access-") == std::string::npos);
    CHECK(bench.browser.redirected.find("access-") == std::string::npos);
    // Another client of the same archive, and another run of the program, are signed in too.
    CHECK(codeOf(DicomWebClient(bench.settings(), &bench.known).probe()) == "");
    KnownArchives later(*bench.records);
    CHECK(codeOf(DicomWebClient(bench.settings(), &later).probe()) == "");
    // Until somebody signs out.
    REQUIRE(signIn->signOut());
    CHECK(codeOf(client.probe()) == "archive.login");
    KnownArchives after(*bench.records);
    CHECK(codeOf(DicomWebClient(bench.settings(), &after).probe()) == "archive.login");
}

TEST_CASE("an answer that belongs to no sign-in under way is not taken", "[core][archive][signin]")
{
    SignInBench bench;
    const auto signIn = bench.known.signInOf(bench.settings());
    const auto tried = [&] {
        FakeBrowser browser(bench.provider);
        const auto done = signIn->signIn(browser, {}, std::chrono::seconds(1));
        browser.wait();
        return done ? std::string() : done.error().code;
    };
    bench.provider.wrongState = "anothers";
    CHECK(tried() == "login.timeout");
    bench.provider.wrongState.clear();
    bench.provider.wrongNonce = "anothers";
    CHECK(tried() == "login.provider");
    bench.provider.wrongNonce.clear();
    bench.provider.wrongAudience = "another-program";
    CHECK(tried() == "login.provider");
    bench.provider.wrongAudience.clear();
    bench.provider.wrongIssuer = "https://another.example.org";
    FakeBrowser unused(bench.provider);
    CHECK(signIn->signIn(unused, {}, std::chrono::seconds(1)).error().code == "login.provider");
    bench.provider.wrongIssuer.clear();
    bench.provider.refuses = true;
    CHECK(tried() == "login.refused");
    CHECK_FALSE(signIn->isSignedIn());
    bench.provider.refuses = false;
    CHECK(tried() == "");
    CHECK(signIn->isSignedIn());
}

TEST_CASE("a code is good once, and only with the verifier it was asked with", "[core][archive][signin]")
{
    SignInBench bench;
    REQUIRE(bench.signIn());
    OpenIdProvider provider(bench.settings());
    const auto endpoints = provider.discover({}).value();
    const std::string address = endpoints.authorization +
                                "&response_type=code&client_id=akari&scope=openid&code_challenge_method=S256&code_challenge=" +
                                std::string("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM") +
                                "&state=0123456789abcdef&nonce=0123456789abcdef&redirect_uri=http://127.0.0.1:1/x";
    const std::string back = bench.provider.authorize(address);
    const std::string code = back.substr(back.find("code=") + 5, back.find('&') - back.find("code=") - 5);
    // RFC 7636, appendix B.
    CHECK(codeOf(provider.redeem(endpoints, code, "not-the-verifier", "http://127.0.0.1:1/x", {})) == "archive.login");
    CHECK(codeOf(provider.redeem(endpoints, code, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "http://127.0.0.1:1/other", {})) ==
          "archive.login");
    CHECK(codeOf(provider.redeem(endpoints, code, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "http://127.0.0.1:1/x", {})) == "");
    CHECK(codeOf(provider.redeem(endpoints, code, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "http://127.0.0.1:1/x", {})) ==
          "archive.login");
}

TEST_CASE("eight threads at a token's end cause one renewal", "[core][archive][signin]")
{
    SignInBench bench;
    bench.provider.lifetime = 1;
    REQUIRE(bench.signIn());
    bench.provider.tokenDelay = 100;
    bench.provider.lifetime = 60;
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    DicomWebClient client(bench.settings(), &bench.known);
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] { good += client.probe() ? 1 : 0; });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(good == 8);
    CHECK(bench.provider.refreshes() == 1);
    CHECK(bench.provider.reuses() == 0);
    // Refresh tokens rotate: the next renewal bears the next one.
    bench.provider.revokeAccess();
    KnownArchives later(*bench.records);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    CHECK(bench.provider.reuses() == 0);
}

TEST_CASE("a token that the archive refuses early is renewed once, and the request asked again", "[core][archive][signin]")
{
    SignInBench bench;
    REQUIRE(bench.signIn());
    DicomWebClient client(bench.settings(), &bench.known);
    CHECK(client.probe());
    // A minute later, by the token's own account fresh, the archive says no.
    auto kept = TokenKeeper(*bench.records).read("Fake").value();
    kept.expiresAt -= 20;
    REQUIRE(TokenKeeper(*bench.records).write("Fake", kept));
    KnownArchives known(*bench.records);
    DicomWebClient again(bench.settings(), &known);
    bench.provider.revokeAccess();
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] { good += again.studies({}) ? 1 : 0; });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(good == 8);
    CHECK(bench.provider.refreshes() == 1);
    // A token just given that is refused is not the clock's fault: nobody is asked in a circle.
    bench.provider.revokeAccess();
    CHECK(codeOf(again.probe()) == "archive.login");
    CHECK(codeOf(again.probe()) == "archive.login");
    CHECK(bench.provider.refreshes() == 1);
}

TEST_CASE("a sign-in that is over says so once, and asks the provider no more", "[core][archive][signin]")
{
    SignInBench bench;
    bench.provider.lifetime = 1;
    REQUIRE(bench.signIn());
    bench.provider.revokeAll();
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    DicomWebClient client(bench.settings(), &bench.known);
    const auto first = client.probe();
    CHECK(codeOf(first) == "archive.login");
    CHECK(first.error().message.find("sign in again") != std::string::npos);
    CHECK(codeOf(client.probe()) == "archive.login");
    CHECK(bench.provider.refreshes() == 1);
    bench.provider.lifetime = 60;
    REQUIRE(bench.signIn());
    CHECK(codeOf(client.probe()) == "");
}

TEST_CASE("a provider in trouble ends no token that lives, and no sign-in", "[core][archive][signin]")
{
    SignInBench bench;
    bench.provider.lifetime = 3;
    REQUIRE(bench.signIn());
    bench.provider.tokenStatus = 503;
    std::this_thread::sleep_for(std::chrono::milliseconds(2500)); // to be renewed, but alive
    DicomWebClient client(bench.settings(), &bench.known);
    CHECK(codeOf(client.probe()) == "");
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    CHECK(codeOf(client.probe()) == "archive.broken");
    bench.provider.tokenStatus = 0;
    CHECK(codeOf(client.probe()) == "");
}

TEST_CASE("a program that can't keep the next refresh token does not spend this one", "[core][archive][signin]")
{
    SignInBench bench;
    bench.provider.lifetime = 1;
    REQUIRE(bench.signIn());
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    const auto reader = records::Records::open(bench.folder.path(), vault::Key(Bytes(32, 5)), true, bench.clock).value();
    KnownArchives reading(*reader);
    CHECK(codeOf(DicomWebClient(bench.settings(), &reading).probe()) == "records.readonly");
    CHECK(bench.provider.refreshes() == 0);
    // What the writer renews, the reader takes up.
    bench.provider.lifetime = 60;
    CHECK(codeOf(DicomWebClient(bench.settings(), &bench.known).probe()) == "");
    CHECK(codeOf(DicomWebClient(bench.settings(), &reading).probe()) == "");
    CHECK(bench.provider.refreshes() == 1);
}

TEST_CASE("tokens lie in the keychain where there is one, else sealed in records", "[core][archive][signin]")
{
    SignInBench bench;
    FakeKeychain keychain;
    TokenKeeper keeper(*bench.records, &keychain);
    REQUIRE(keeper.write("Fake", {"a-token", "r-token", 5, 4}));
    REQUIRE(keychain.kept.size() == 1);
    CHECK(keychain.kept.begin()->first.find("Fake") == std::string::npos); // two data folders, one name
    CHECK(bench.records->setting("sign-in/Fake").value().find("token") == std::string::npos);
    CHECK(keeper.read("Fake").value().refresh == "r-token");
    CHECK(keeper.read("Fake").value().expiresAt == 5);
    REQUIRE(keeper.write("Fake", {"b-token", "s-token", 6, 4}));
    CHECK(keychain.kept.size() == 1);
    CHECK(keeper.read("Fake").value().refresh == "s-token");

    SECTION("signed out, nothing of them is left")
    {
        REQUIRE(keeper.write("Fake", {}));
        CHECK(keeper.read("Fake").value().empty());
        CHECK(keychain.kept.empty());
    }
    SECTION("a program without the keychain says that somebody has to sign in, and can")
    {
        TokenKeeper other(*bench.records, nullptr);
        CHECK(codeOf(other.read("Fake")) == "archive.login");
        REQUIRE(other.write("Fake", {"c-token", "t-token", 7, 4}));
        CHECK(keeper.read("Fake").value().refresh == "t-token");
    }
    SECTION("who may not write in records changes nothing in the keychain: two that renew would end the sign-in")
    {
        const auto reader = records::Records::open(bench.folder.path(), vault::Key(Bytes(32, 5)), true, bench.clock).value();
        CHECK(codeOf(TokenKeeper(*reader, &keychain).write("Fake", {"d-token", "u-token", 8, 4})) == "records.readonly");
        CHECK(keeper.read("Fake").value().refresh == "s-token");
    }
    SECTION("a keychain that is gone")
    {
        keychain.available = false;
        REQUIRE(keeper.write("Fake", {"e-token", "r-token", 5, 4}));
        CHECK(keeper.read("Fake").value().access == "e-token");
        // Sealed: no file of the folder holds it in the clear.
        for (const auto& entry : std::filesystem::recursive_directory_iterator(bench.folder.path())) {
            if (entry.is_regular_file()) {
                std::ifstream in(entry.path(), std::ios::binary);
                const std::string text(std::istreambuf_iterator<char>(in), {});
                CHECK(text.find("r-token") == std::string::npos);
            }
        }
    }
}

TEST_CASE("tokens of before the keychain move into it when they are used, and go with their archive", "[core][archive][signin]")
{
    SignInBench bench;
    bench.provider.lifetime = 60;
    REQUIRE(bench.signIn());
    REQUIRE(bench.records->setting("sign-in/Fake").value().find("refresh") != std::string::npos);
    FakeKeychain keychain;
    KnownArchives known(*bench.records, &keychain);
    CHECK(codeOf(DicomWebClient(bench.settings(), &known).probe()) == "");
    CHECK(keychain.kept.size() == 1);
    CHECK(bench.records->setting("sign-in/Fake").value().find("refresh") == std::string::npos);
    CHECK(bench.provider.refreshes() == 0);

    // Also where the archive has been set to another way of logging in since.
    KnownArchives later(*bench.records, &keychain);
    REQUIRE(later.forget("Fake"));
    CHECK(keychain.kept.empty());
    CHECK(bench.records->setting("sign-in/Fake").value().empty());
    REQUIRE(known.forget("Fake"));
    CHECK(codeOf(DicomWebClient(bench.settings(), &known).probe()) == "archive.login");
}

TEST_CASE("the archive's token goes to its own origin and nowhere else", "[core][archive][signin]")
{
    SignInBench bench;
    REQUIRE(bench.signIn());
    std::vector<std::string> seen;
    HttpServer elsewhere([&](const HttpRequest& request) -> HttpResponse {
        seen.push_back(request.path);
        return {200, {{"Content-Type", "application/dicom+json"}}, "[]"};
    });
    bench.fake.faults.redirect = "http://127.0.0.1:" + std::to_string(elsewhere.port()) + "/studies";
    DicomWebClient client(bench.settings(), &bench.known);
    CHECK(codeOf(client.probe()) == "archive.refused");
    CHECK(seen.empty());
}

TEST_CASE("the listener takes only what a browser on this computer says to it", "[core][archive][signin]")
{
    auto listener = LoopbackListener::open().value();
    const std::uint16_t port = listener->port();
    std::vector<std::string> targets;
    std::thread visitors([&] {
        httpGet(port, "/wrong");
        // A name that only points here, and nothing but noise.
        const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        CHECK(::connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        const std::string rebound = "GET /done HTTP/1.1\r\nHost: evil.example.org\r\n\r\n";
        CHECK(::send(connection, rebound.data(), rebound.size(), MSG_NOSIGNAL) > 0);
        char part[64];
        CHECK(::recv(connection, part, sizeof part, 0) > 0);
        ::close(connection);
        httpGet(port, "/done?x=1");
    });
    const auto done = listener->serve(std::chrono::steady_clock::now() + std::chrono::seconds(10), {}, [&](const std::string& target) {
        targets.push_back(target);
        return LoopbackListener::Reply{200, "ok", target == "/done?x=1"};
    });
    visitors.join();
    CHECK(done);
    CHECK(targets == std::vector<std::string>{"/wrong", "/done?x=1"});
    StopSource stop;
    stop.requestStop();
    CHECK(listener->serve(std::chrono::steady_clock::now() + std::chrono::seconds(10), stop.token(), {}).error().code == "stopped");
    CHECK(listener->serve(std::chrono::steady_clock::now(), {}, {}).error().code == "login.timeout");
}

TEST_CASE("a study that travels longer than its token lives arrives whole", "[core][archive][signin]")
{
    SignInBench bench;
    for (int series = 2; series <= 4; ++series) {
        SliceOptions options;
        options.series = "1.2.840.99.1." + std::to_string(series);
        bench.fake.addSeries(10, options);
    }
    bench.provider.lifetime = 1;
    REQUIRE(bench.signIn());
    bench.fake.faults.bytesPerSecond = 12'000;
    const auto cache = cache::Cache::openInMemory().value();
    DicomWebClient client(bench.settings(), &bench.known);
    const auto report = syncStudy(client, *cache, StudyInstanceUid("1.2.840.99.1"), {}, {}, bench.clock);
    REQUIRE(report);
    CHECK(report->complete);
    CHECK(report->stored == 33);
    CHECK(bench.provider.refreshes() >= 1);
    CHECK(bench.provider.reuses() == 0);
}

TEST_CASE("an Orthanc's log is read with the token that its DICOMweb takes", "[core][archive][signin]")
{
    SignInBench bench;
    bench.fake.beside = [&](const HttpRequest& request) {
        const auto bears = request.fields.find("authorization");
        if (bears == request.fields.end() || !bench.provider.accepts(bears->second)) {
            return HttpResponse{401, {}, ""};
        }
        const char* says = request.path == "/system" ? R"({"ApiVersion": 18, "DatabaseVersion": 6})" : R"({"Changes": [], "Done": true, "Last": 7})";
        return HttpResponse{200, {{"Content-Type", "application/json"}}, says};
    };
    REQUIRE(bench.signIn());
    const auto cache = cache::Cache::openInMemory().value();
    const auto marks = JobStore::openInMemory(bench.clock).value();
    DicomWebClient client(bench.settings(), &bench.known);
    REQUIRE(detectChanges(client, *cache, *marks, bench.clock, {})); // the first time lists alone are compared
    const auto report = detectChanges(client, *cache, *marks, bench.clock, {});
    REQUIRE(report);
    CHECK(report->vendorLog);
    CHECK(bench.fake.requests("/system") == 1);
}

} // namespace sign_in_test
