#include "core/vault/Opener.h"

#include <algorithm>

#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::vault;

namespace {
Bytes hex(std::string_view text)
{
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
    }
    return bytes;
}
} // namespace

TEST_CASE("AES-256-GCM matches NIST's test case 16", "[core][vault]")
{
    const Key key(hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
    std::array<std::uint8_t, kNonceBytes> nonce;
    const Bytes iv = hex("cafebabefacedbaddecaf888");
    std::copy(iv.begin(), iv.end(), nonce.begin());
    const Bytes plain = hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    const Bytes associated = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    const Bytes sealed = sealWithNonce(key, nonce, plain, associated);
    CHECK(toHex(sealed)
          == "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
             "76fc6ece0f4e1768cddf8853bb2d551b");
    CHECK(openWithNonce(key, nonce, sealed, associated).value() == plain);
}

TEST_CASE("a single flipped bit anywhere does not open", "[core][vault]")
{
    const Key key = Key::random();
    const Bytes sealed = seal(key, asBytes("Yamada^Taro"), asBytes("row 1"));
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        Bytes changed = sealed;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1u << bit % 8));
        const auto opened = vault::open(key, changed, asBytes("row 1"));
        REQUIRE_FALSE(opened);
        REQUIRE(opened.error().code == "seal.broken");
    }
    CHECK(vault::open(key, sealed, asBytes("row 2")).error().code == "seal.broken");
    CHECK(vault::open(Key::random(), sealed, asBytes("row 1")).error().code == "seal.broken");
    CHECK(vault::open(key, BytesView(sealed).first(27), asBytes("row 1")).error().code == "seal.broken");
    CHECK(vault::open(key, {}, {}).error().code == "seal.broken");
    CHECK(asText(vault::open(key, sealed, asBytes("row 1")).value()) == "Yamada^Taro");
}

TEST_CASE("an opener opens one value after another, whatever the one before was", "[core][vault]")
{
    const Key key = Key::random();
    Opener opener(key);
    Bytes plain;
    for (int round = 0; round < 3; ++round) {
        for (const std::string& text : {std::string("Yamada^Taro"), std::string(), std::string(5000, 'x'), std::string("1")}) {
            const Bytes sealed = seal(key, asBytes(text), asBytes("row 1"));
            REQUIRE(opener.open(sealed, asBytes("row 1"), plain));
            CHECK(asText(plain) == text);
            CHECK(opener.open(sealed, asBytes("row 2"), plain).error().code == "seal.broken");
            Bytes changed = sealed;
            changed.back() ^= 1;
            CHECK(opener.open(changed, asBytes("row 1"), plain).error().code == "seal.broken");
            CHECK(std::all_of(plain.begin(), plain.end(), [](std::uint8_t byte) { return byte == 0; }));
            CHECK(opener.open(BytesView(sealed).first(27), asBytes("row 1"), plain).error().code == "seal.broken");
        }
    }
    CHECK(opener.open(seal(Key::random(), asBytes("x"), {}), {}, plain).error().code == "seal.broken");
}

TEST_CASE("equal values seal differently, empty ones too", "[core][vault]")
{
    const Key key = Key::random();
    CHECK(seal(key, asBytes("x"), {}) != seal(key, asBytes("x"), {}));
    CHECK(vault::open(key, seal(key, {}, {}), {}).value().empty());
}

TEST_CASE("HKDF matches the openssl program's and separates purposes and salts", "[core][vault]")
{
    // Both values are from `openssl kdf -keylen 32 -kdfopt digest:SHA256 HKDF`.
    const Key parent(Bytes(32, 0x0b));
    const Key first = derive(parent, {}, "cache");
    CHECK(toHex(first.bytes()) != toHex(derive(parent, {}, "records").bytes()));
    CHECK(toHex(first.bytes()) != toHex(derive(parent, asBytes("salt"), "cache").bytes()));
    CHECK(toHex(first.bytes()) == toHex(derive(parent.clone(), {}, "cache").bytes()));
    CHECK(toHex(derive(parent, asBytes("salt"), "pack segment").bytes()) == "35b6b395c06f3c0a49d79fa617d020ab15b0ba52509deabd12ad4bd9ac81f637");
    CHECK(toHex(first.bytes()) == "891dc16ad64addccd773d29b6dce4e9d8a4c7cc61657be2df17e67f7a35f35c8");
}

TEST_CASE("the keyed hash is HMAC-SHA-256", "[core][vault]")
{
    // RFC 4231 test case 2 has a 4-byte key; HMAC pads keys with zeroes, so the padded key gives the same digest.
    Bytes key(32, 0);
    std::copy_n("Jefe", 4, key.begin());
    CHECK(toHex(keyedHash(Key(key), "what do ya want for nothing?")) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("a moved-from key is wiped", "[core][vault]")
{
    Key key(Bytes(32, 7));
    const Key other(std::move(key));
    CHECK(toHex(key.bytes()) == std::string(64, '0'));
    CHECK(other.bytes()[31] == 7);
    std::string secret = "passphrase";
    const char* place = secret.data();
    wipe(secret);
    CHECK(place[1] == 0);
}

TEST_CASE("the passphrase's key depends on passphrase and salt", "[core][vault]")
{
    const Bytes salt(16, 1);
    const auto key = keyFromPassphrase("correct horse", salt);
    CHECK(toHex(key.value().bytes()) == toHex(keyFromPassphrase("correct horse", salt).value().bytes()));
    CHECK(toHex(key.value().bytes()) != toHex(keyFromPassphrase("correct horsf", salt).value().bytes()));
    CHECK(toHex(key.value().bytes()) != toHex(keyFromPassphrase("correct horse", Bytes(16, 2)).value().bytes()));
}
