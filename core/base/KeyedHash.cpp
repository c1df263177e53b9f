#include "core/base/KeyedHash.h"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

namespace akari {
namespace {

constexpr std::size_t kLargestStep = std::size_t{1} << 30; // lengths are ints

void must(bool done)
{
    if (!done) {
        throw std::runtime_error("AES-GCM is not available");
    }
}

const EVP_CIPHER* aes128Gcm()
{
    static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr);
    must(cipher != nullptr);
    return cipher;
}

} // namespace

KeyedHash keyedHash(const HashKey& key, BytesView bytes)
{
    static constexpr std::array<std::uint8_t, 12> kNonce{}; // every key is used once
    thread_local const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int length = 0;
    must(context != nullptr && EVP_EncryptInit_ex2(context.get(), aes128Gcm(), key.data(), kNonce.data(), nullptr) == 1);
    while (!bytes.empty()) {
        const BytesView step = bytes.first(std::min(bytes.size(), kLargestStep));
        must(EVP_EncryptUpdate(context.get(), nullptr, &length, step.data(), static_cast<int>(step.size())) == 1);
        bytes = bytes.subspan(step.size());
    }
    KeyedHash hash{};
    std::uint8_t none = 0;
    must(EVP_EncryptFinal_ex(context.get(), &none, &length) == 1);
    must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(hash.size()), hash.data()) == 1);
    return hash;
}

HashKey randomHashKey()
{
    const Bytes random = randomBytes(std::tuple_size_v<HashKey>);
    HashKey key{};
    std::copy(random.begin(), random.end(), key.begin());
    return key;
}

} // namespace akari
