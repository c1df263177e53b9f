#include "core/base/KeyedHash.h"
#include "tests/support/Catch.h"

using namespace akari;

TEST_CASE("keyedHash is AES-128-GMAC", "[core][base]")
{
    // NIST's GCM test case 1: key, nonce and text of zeros or nothing.
    CHECK(toHex(keyedHash({}, {})) == "58e2fccefa7e3061367f1d57a4e7455a");
    HashKey key{};
    for (std::size_t i = 0; i < key.size(); ++i) {
        key[i] = static_cast<std::uint8_t>(i);
    }
    // By `openssl mac`.
    CHECK(toHex(keyedHash(key, asBytes("abc"))) == "71c97e7265176abb1ea435384743293d");
}

TEST_CASE("keyedHash tells texts and keys apart", "[core][base]")
{
    const HashKey key = randomHashKey();
    CHECK(key != randomHashKey());
    Bytes text = randomBytes(100'000);
    const KeyedHash before = keyedHash(key, text);
    CHECK(before == keyedHash(key, text));
    CHECK(before != keyedHash(randomHashKey(), text));
    text[77'777] ^= 1U;
    CHECK(before != keyedHash(key, text));
    CHECK(before != keyedHash(key, BytesView(text).first(99'999)));
}
