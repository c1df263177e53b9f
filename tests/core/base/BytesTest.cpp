#include "core/base/Bytes.h"
#include "tests/support/Catch.h"

using namespace akari;

TEST_CASE("sha256 matches the FIPS 180-4 vectors", "[core][base]")
{
    CHECK(sha256Hex(asBytes("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256Hex({}) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(toHex(sha256(asBytes("abc"))) == sha256Hex(asBytes("abc")));
}

TEST_CASE("base64 matches the RFC 4648 vectors", "[core][base]")
{
    CHECK(base64(asBytes("")).empty());
    CHECK(base64(asBytes("f")) == "Zg==");
    CHECK(base64(asBytes("fo")) == "Zm8=");
    CHECK(base64(asBytes("foobar")) == "Zm9vYmFy");
    const Bytes high{0xff, 0xfe, 0xfd};
    CHECK(base64(high) == "//79");
}

TEST_CASE("random bytes have the length asked for and differ", "[core][base]")
{
    CHECK(randomBytes(0).empty());
    const Bytes first = randomBytes(32);
    CHECK(first.size() == 32);
    CHECK(first != randomBytes(32));
}
