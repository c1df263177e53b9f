#include "core/vault/Seal.h"
#include "core/vault/Opener.h"

#include <cstring>
#include <memory>
#include <stdexcept>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>

namespace akari::vault {
namespace {


template <auto Free> struct Freed {
    template <class T> void operator()(T* pointer) const { Free(pointer); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Freed<&EVP_CIPHER_CTX_free>>;

// Fetched once: a lookup by name for every chunk costs as much as sealing a kilobyte.
const EVP_CIPHER* aes256Gcm()
{
    static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    return cipher;
}

// What can fail below fails only when OpenSSL is broken or memory is out; going on would write or accept unsealed bytes.
void must(bool worked)
{
    if (!worked) {
        throw std::runtime_error("the cryptographic library failed");
    }
}

EVP_CIPHER_CTX* threadCipher()
{
    thread_local const Cipher context(EVP_CIPHER_CTX_new());
    must(context != nullptr);
    return context.get();
}

// Leaves no key schedule behind in the thread's context.
struct ResetOnExit {
    EVP_CIPHER_CTX* context;
    ~ResetOnExit() { EVP_CIPHER_CTX_reset(context); }
};

tl::unexpected<Error> broken()
{
    return fail("seal.broken", "Sealed data does not open: it was changed on the disk, or the key is another one.");
}

// With key and nonce in place; `sealed` is at least a tag long.
Status decrypt(EVP_CIPHER_CTX* context, std::uint8_t* plain, BytesView sealed, BytesView associated)
{
    const std::size_t size = sealed.size() - kTagBytes;
    int length = 0;
    must(size < INT32_MAX && associated.size() < INT32_MAX);
    must(EVP_DecryptUpdate(context, nullptr, &length, associated.data(), static_cast<int>(associated.size())) == 1);
    must(EVP_DecryptUpdate(context, plain, &length, sealed.data(), static_cast<int>(size)) == 1);
    must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagBytes, const_cast<std::uint8_t*>(sealed.data() + size)) == 1);
    std::uint8_t none = 0;
    if (EVP_DecryptFinal_ex(context, &none, &length) != 1) {
        OPENSSL_cleanse(plain, size); // unauthenticated bytes never leave
        return broken();
    }
    return {};
}

} // namespace

Key::Key(BytesView bytes) : m_bytes{}
{
    must(bytes.size() == kKeyBytes);
    std::memcpy(m_bytes.data(), bytes.data(), kKeyBytes);
}

Key::Key(Key&& other) noexcept : m_bytes(other.m_bytes) { OPENSSL_cleanse(other.m_bytes.data(), kKeyBytes); }

Key& Key::operator=(Key&& other) noexcept
{
    if (this != &other) {
        m_bytes = other.m_bytes;
        OPENSSL_cleanse(other.m_bytes.data(), kKeyBytes);
    }
    return *this;
}

Key::~Key() { OPENSSL_cleanse(m_bytes.data(), kKeyBytes); }

Key Key::random()
{
    Bytes bytes = randomBytes(kKeyBytes);
    Key key{BytesView(bytes)};
    wipe(bytes);
    return key;
}

Key Key::clone() const { return Key(bytes()); }

void wipe(Bytes& secret)
{
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

void wipe(std::string& secret)
{
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

void sealInto(std::uint8_t* sealed, const Key& key, std::array<std::uint8_t, kNonceBytes> nonce, BytesView plain, BytesView associated)
{
    EVP_CIPHER_CTX* context = threadCipher();
    const ResetOnExit reset{context};
    int length = 0;
    must(plain.size() < INT32_MAX && associated.size() < INT32_MAX);
    must(EVP_EncryptInit_ex2(context, aes256Gcm(), key.bytes().data(), nonce.data(), nullptr) == 1);
    must(EVP_EncryptUpdate(context, nullptr, &length, associated.data(), static_cast<int>(associated.size())) == 1);
    must(EVP_EncryptUpdate(context, sealed, &length, plain.data(), static_cast<int>(plain.size())) == 1);
    must(EVP_EncryptFinal_ex(context, sealed + length, &length) == 1);
    must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagBytes, sealed + plain.size()) == 1);
}

Status openInto(std::uint8_t* plain, const Key& key, std::array<std::uint8_t, kNonceBytes> nonce, BytesView sealed, BytesView associated)
{
    if (sealed.size() < kTagBytes) {
        return broken();
    }
    EVP_CIPHER_CTX* context = threadCipher();
    const ResetOnExit reset{context};
    must(EVP_DecryptInit_ex2(context, aes256Gcm(), key.bytes().data(), nonce.data(), nullptr) == 1);
    return decrypt(context, plain, sealed, associated);
}

Bytes sealWithNonce(const Key& key, std::array<std::uint8_t, kNonceBytes> nonce, BytesView plain, BytesView associated)
{
    Bytes sealed(plain.size() + kTagBytes);
    sealInto(sealed.data(), key, nonce, plain, associated);
    return sealed;
}

Result<Bytes> openWithNonce(const Key& key, std::array<std::uint8_t, kNonceBytes> nonce, BytesView sealed, BytesView associated)
{
    if (sealed.size() < kTagBytes) {
        return broken();
    }
    Bytes plain(sealed.size() - kTagBytes);
    if (const Status opened = openInto(plain.data(), key, nonce, sealed, associated); !opened) {
        return fail(opened.error());
    }
    return plain;
}

Bytes seal(const Key& key, BytesView plain, BytesView associated)
{
    std::array<std::uint8_t, kNonceBytes> nonce;
    const Bytes fresh = randomBytes(kNonceBytes);
    std::memcpy(nonce.data(), fresh.data(), kNonceBytes);
    Bytes sealed(kNonceBytes + plain.size() + kTagBytes);
    std::memcpy(sealed.data(), nonce.data(), kNonceBytes);
    sealInto(sealed.data() + kNonceBytes, key, nonce, plain, associated);
    return sealed;
}

Result<Bytes> open(const Key& key, BytesView sealed, BytesView associated)
{
    if (sealed.size() < kNonceBytes + kTagBytes) {
        return broken();
    }
    std::array<std::uint8_t, kNonceBytes> nonce;
    std::memcpy(nonce.data(), sealed.data(), kNonceBytes);
    return openWithNonce(key, nonce, sealed.subspan(kNonceBytes), associated);
}

void Opener::Free::operator()(void* context) const
{
    EVP_CIPHER_CTX_free(static_cast<EVP_CIPHER_CTX*>(context));
}

Opener::Opener(const Key& key) : m_context(EVP_CIPHER_CTX_new())
{
    must(m_context != nullptr &&
         EVP_DecryptInit_ex2(static_cast<EVP_CIPHER_CTX*>(m_context.get()), aes256Gcm(), key.bytes().data(), nullptr, nullptr) == 1);
}

Status Opener::open(BytesView sealed, BytesView associated, Bytes& plain)
{
    if (sealed.size() < kNonceBytes + kTagBytes) {
        return broken();
    }
    auto* const context = static_cast<EVP_CIPHER_CTX*>(m_context.get());
    must(EVP_DecryptInit_ex2(context, nullptr, nullptr, sealed.data(), nullptr) == 1);
    plain.resize(sealed.size() - kNonceBytes - kTagBytes);
    return decrypt(context, plain.data(), sealed.subspan(kNonceBytes), associated);
}

Key derive(const Key& parent, BytesView salt, std::string_view purpose)
{
    static EVP_KDF* const hkdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
    must(hkdf != nullptr);
    const std::unique_ptr<EVP_KDF_CTX, Freed<&EVP_KDF_CTX_free>> context(EVP_KDF_CTX_new(hkdf));
    must(context != nullptr);
    char digest[] = "SHA256";
    const auto octets = [](const char* name, BytesView bytes) {
        return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()), bytes.size());
    };
    OSSL_PARAM parameters[5] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                                octets(OSSL_KDF_PARAM_KEY, parent.bytes()), octets(OSSL_KDF_PARAM_INFO, asBytes(purpose)),
                                OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end()};
    if (!salt.empty()) {
        parameters[3] = octets(OSSL_KDF_PARAM_SALT, salt);
    }
    std::array<std::uint8_t, kKeyBytes> out{};
    must(EVP_KDF_derive(context.get(), out.data(), out.size(), parameters) == 1);
    Key key{BytesView(out)};
    OPENSSL_cleanse(out.data(), out.size());
    return key;
}

Bytes keyedHash(const Key& key, std::string_view value)
{
    Bytes digest(32);
    unsigned length = 0;
    must(HMAC(EVP_sha256(), key.bytes().data(), static_cast<int>(kKeyBytes), asBytes(value).data(), value.size(), digest.data(), &length)
             != nullptr
         && length == digest.size());
    return digest;
}

Result<Key> keyFromPassphrase(std::string_view passphrase, BytesView salt, PassphraseCost cost)
{
    must(sodium_init() >= 0 && salt.size() == crypto_pwhash_SALTBYTES);
    std::array<std::uint8_t, kKeyBytes> out{};
    // The memory is taken while this runs; that can fail on a machine that is full.
    if (crypto_pwhash(out.data(), out.size(), passphrase.data(), passphrase.size(), salt.data(), cost.passes, cost.memoryBytes,
                      crypto_pwhash_ALG_ARGON2ID13)
        != 0) {
        return fail("memory.exhausted", "There is not enough memory to check the passphrase; close other programs.", "Argon2id");
    }
    Key key{BytesView(out)};
    OPENSSL_cleanse(out.data(), out.size());
    return key;
}

} // namespace akari::vault
