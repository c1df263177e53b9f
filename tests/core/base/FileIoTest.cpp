#include "core/base/FileIo.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
namespace fs = std::filesystem;

TEST_CASE("a file is written whole, replaced whole and private", "[core][base]")
{
    const test::TempFolder folder;
    const fs::path file = folder.path() / "state.json";
    REQUIRE(writeAtomically(file, asBytes("first")));
    REQUIRE(writeAtomically(file, asBytes("second, and longer")));
    CHECK(asText(readWholeFile(file).value()) == "second, and longer");
    struct stat facts {};
    REQUIRE(::stat(file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("what can't be written says so and leaves nothing", "[core][base]")
{
    const test::TempFolder folder;
    const fs::path file = folder.path() / "plain";
    REQUIRE(writeAtomically(file, asBytes("x")));
    CHECK(writeAtomically(file / "below", asBytes("y")).error().code == "data.unwritable");
    CHECK(writeAtomically(folder.path() / "absent" / "f", asBytes("y")).error().code == "data.unwritable");
    fs::create_directory(folder.path() / "taken");
    CHECK(writeAtomically(folder.path() / "taken", asBytes("y")).error().code == "data.unwritable");
    REQUIRE(::mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
    CHECK(writeAtomically(folder.path() / "pipe", asBytes("y")).error().code == "data.unwritable");
    CHECK(fs::is_fifo(folder.path() / "pipe"));
    CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 3);
}

TEST_CASE("a write that meets a size limit is disk.full and the old file stands", "[core][base]")
{
    const test::TempFolder folder;
    const fs::path file = folder.path() / "state";
    REQUIRE(writeAtomically(file, asBytes("old")));
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{1000, 1000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const auto done = writeAtomically(file, Bytes(5000, 7));
        ::_exit(!done && done.error().code == "disk.full" ? 0 : 1);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(asText(readWholeFile(file).value()) == "old");
    CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("what can't be read says so", "[core][base]")
{
    const test::TempFolder folder;
    CHECK(readWholeFile(folder.path() / "absent").error().code == "file.unreadable");
    CHECK(readWholeFile(folder.path()).error().code == "file.unreadable");
    const fs::path file = folder.path() / "big";
    REQUIRE(writeAtomically(file, Bytes(100, 1)));
    CHECK(readWholeFile(file, 99).error().code == "file.unreadable");
    CHECK(readWholeFile(file, 100).value().size() == 100);
    const fs::path pipe = folder.path() / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(readWholeFile(pipe).error().code == "file.unreadable");
}
