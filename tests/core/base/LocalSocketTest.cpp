#include "core/base/LocalSocket.h"

#include <fstream>
#include <thread>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct Pair {
    test::TempFolder folder;
    std::unique_ptr<LocalListener> listener = LocalListener::listen(folder.path() / "socket").value();
    std::unique_ptr<LocalConnection> client = LocalConnection::connect(folder.path() / "socket").value();
    std::unique_ptr<LocalConnection> server = listener->accept().value();
};

template <class T> std::string codeOf(const Result<T>& result)
{
    return result ? "" : result.error().code;
}

} // namespace

TEST_CASE("messages of any size arrive whole and in order, both ways", "[core][base]")
{
    Pair pair;
    CHECK(pair.server->peerIsThisUser());
    CHECK(pair.client->peerIsThisUser());
    Bytes large(3'000'000);
    for (std::size_t i = 0; i < large.size(); ++i) {
        large[i] = static_cast<std::uint8_t>(i * 7);
    }
    std::thread sender([&] {
        REQUIRE(pair.client->send(asBytes("first")));
        REQUIRE(pair.client->send(large));
    });
    CHECK(pair.server->receive(5, 5s).value() == Bytes{'f', 'i', 'r', 's', 't'});
    CHECK(pair.server->receive(large.size(), 5s).value() == large);
    sender.join();
    REQUIRE(pair.server->send(asBytes("back")));
    CHECK(pair.client->receive(100, 5s).value().size() == 4);
    CHECK(codeOf(pair.client->receive(100, 20ms)) == "local.timeout");
    CHECK_FALSE(pair.client->send({}));
    pair.server->close();
    CHECK(codeOf(pair.client->receive(100, 5s)) == "local.gone");
    CHECK_FALSE(pair.client->send(asBytes("nobody")));
}

TEST_CASE("a message above the limit is refused before it is read", "[core][base]")
{
    Pair pair;
    REQUIRE(pair.client->send(asBytes("longer than five")));
    CHECK(codeOf(pair.server->receive(5, 5s)) == "local.malformed");
}

TEST_CASE("a message in pieces is one message, also over timeouts", "[core][base]")
{
    Pair pair;
    // Raw bytes, so a connection of its own by hand.
    const int raw = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = pair.listener->path().string();
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::connect(raw, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const auto server = pair.listener->accept().value();
    for (const char byte : {'\0', '\0', '\0', '\3', 'a', 'b'}) {
        REQUIRE(::write(raw, &byte, 1) == 1);
        CHECK(codeOf(server->receive(10, 5ms)) == "local.timeout");
    }
    REQUIRE(::write(raw, "c\0\0", 3) == 3);
    CHECK(server->receive(10, 5s).value() == Bytes{'a', 'b', 'c'});
    ::close(raw);
    CHECK(codeOf(server->receive(10, 5s)) == "local.gone");
}

TEST_CASE("a listener is for its owner alone, replaces a dead socket and leaves everything else alone", "[core][base]")
{
    const test::TempFolder folder;
    const fs::path path = folder.path() / "socket";
    CHECK(codeOf(LocalConnection::connect(path)) == "local.gone");
    {
        // What a killed program leaves behind: the name without a listener.
        const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.string().copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(dead, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        ::close(dead);
    }
    CHECK(codeOf(LocalConnection::connect(path)) == "local.gone");
    {
        const auto listener = LocalListener::listen(path).value();
        struct stat facts {};
        REQUIRE(::stat(path.c_str(), &facts) == 0);
        CHECK((facts.st_mode & 0777) == 0600);
        CHECK(LocalConnection::connect(path));
        std::thread closer([&] {
            std::this_thread::sleep_for(20ms);
            listener->close();
        });
        static_cast<void>(listener->accept()); // the connection above
        CHECK(codeOf(listener->accept()) == "local.gone");
        closer.join();
    }
    CHECK_FALSE(fs::exists(path));
    std::ofstream(path) << "somebody's file";
    CHECK(codeOf(LocalListener::listen(path)) == "local.path");
    CHECK(fs::file_size(path) == 15);
    CHECK(codeOf(LocalListener::listen(folder.path() / std::string(200, 'x'))) == "local.path");
    CHECK(codeOf(LocalConnection::connect(folder.path() / std::string(200, 'x'))) == "local.path");
}

TEST_CASE("a listener that was replaced does not remove its successor", "[core][base]")
{
    const test::TempFolder folder;
    const fs::path path = folder.path() / "socket";
    auto first = LocalListener::listen(path).value();
    const auto second = LocalListener::listen(path).value();
    first.reset();
    CHECK(LocalConnection::connect(path));
}
