// The child is the shell: it is on every machine that builds, and its read and echo work on descriptor 3.
#include "core/base/Process.h"

#include <cstring>
#include <algorithm>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/FileIo.h"
#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace std::chrono_literals;

namespace {
Result<std::unique_ptr<ChildProcess>> shell(const std::string& script, std::vector<std::string> environment = {})
{
    return ChildProcess::start({"/bin/sh", {"-c", script}, std::move(environment)});
}
std::string textOf(const Result<ReceivedMessage>& message)
{
    return message ? std::string(asText(message->bytes)) : message.error().code;
}
} // namespace

TEST_CASE("a child speaks over descriptor 3 and its ending is told", "[core][base]")
{
    auto child = shell("echo hello >&3; exit 7");
    REQUIRE(child);
    CHECK(textOf((*child)->channel().receive(10s)) == "hello\n");
    CHECK(textOf((*child)->channel().receive(10s)) == "process.gone");
    while ((*child)->running()) {
        std::this_thread::yield();
    }
    CHECK((*child)->ending() == "exit 7");
    CHECK((*child)->channel().send(asBytes("anyone?")).error().code == "process.gone");
}

TEST_CASE("a child inherits nothing but what was given", "[core][base]")
{
    const int leak = ::fcntl(0, F_DUPFD, 57); // not close-on-exec, on purpose
    REQUIRE(leak >= 57);
    ::setenv("AKARI_PASSPHRASE", "secret", 1);
    auto child = shell("for fd in 3 4 " + std::to_string(leak) + "; do [ -e /proc/$$/fd/$fd ] && echo $fd >&3; done; "
                           "echo \"$GIVEN-$AKARI_PASSPHRASE-$HOME\" >&3", {"GIVEN=yes"});
    REQUIRE(child);
    CHECK(textOf((*child)->channel().receive(10s)) == "3\n");
    CHECK(textOf((*child)->channel().receive(10s)) == "yes--\n");
    ::unsetenv("AKARI_PASSPHRASE");
    ::close(leak);
}

TEST_CASE("a child that does not answer is a timeout, and is killed with its owner", "[core][base]")
{
    std::int64_t pid = 0;
    {
        auto child = shell("while :; do :; done");
        REQUIRE(child);
        pid = (*child)->pid();
        CHECK(textOf((*child)->channel().receive(1ms)) == "process.timeout");
        CHECK((*child)->ending() == "running");
        (*child)->kill();
        CHECK((*child)->ending() == "signal 9");
    }
    CHECK(::kill(static_cast<pid_t>(pid), 0) != 0);
}

TEST_CASE("a program that is not there is an error, not a child", "[core][base]")
{
    const auto child = ChildProcess::start({"/nonexistent/akari-worker", {}, {}});
    REQUIRE_FALSE(child);
    CHECK(child.error().code == "process.unstartable");
    CHECK(siblingProgram("akari-no-such-program").error().code == "program.missing");
    CHECK(siblingProgram("test-base").has_value());
}

TEST_CASE("messages are bounded", "[core][base]")
{
    auto child = shell("read line <&3");
    REQUIRE(child);
    CHECK((*child)->channel().send({}).error().code == "process.malformed");
    CHECK((*child)->channel().send(Bytes(61 * 1024, 1)).error().code == "process.malformed");
    CHECK((*child)->channel().send(Bytes(60 * 1024, 1)));
}

TEST_CASE("shared memory starts zeroed, is shared and can't be shrunk", "[core][base]")
{
    auto memory = SharedMemory::create(100'000);
    REQUIRE(memory);
    CHECK(std::all_of((*memory)->data(), (*memory)->data() + 100'000, [](std::uint8_t b) { return b == 0; }));
    CHECK(::ftruncate((*memory)->descriptor(), 10) != 0);
    std::memcpy((*memory)->data(), "pixels", 6);

    auto other = SharedMemory::adopt(::dup((*memory)->descriptor()), 100'000, false);
    REQUIRE(other);
    CHECK(std::memcmp((*other)->data(), "pixels", 6) == 0);
    CHECK(SharedMemory::adopt(::dup((*memory)->descriptor()), 100'001, false).error().code == "memory.malformed");
    CHECK(SharedMemory::create(0).error().code == "memory.exhausted");
}

TEST_CASE("descriptors travel with a message", "[core][base]")
{
    auto memory = SharedMemory::create(4096);
    REQUIRE(memory);
    std::memcpy((*memory)->data(), "frame\n", 6);
    auto echo = ChildProcess::start({"/bin/sh", {"-c", "cat <&3 >&3"}, {"PATH=/usr/bin:/bin"}}); // plain read drops the rights
    REQUIRE(echo);
    REQUIRE((*echo)->channel().send(asBytes("with"), {(*memory)->descriptor()}));
    const auto reply = (*echo)->channel().receive(10s);
    CHECK(textOf(reply) == "with");
    CHECK(reply->descriptors.empty());
    CHECK((*echo)->channel().send(asBytes("x"), {0, 0, 0, 0, 0}).error().code == "process.malformed");
}
