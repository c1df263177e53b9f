#include "core/vault/RecoveryCode.h"

#include <algorithm>

namespace akari::vault {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kRandomBytes = 17;
constexpr std::size_t kSumBytes = 3;
constexpr std::size_t kCharacters = (kRandomBytes + kSumBytes) * 8 / 5;
constexpr std::size_t kGroup = 4;

Bytes checksumOf(BytesView random)
{
    Bytes named;
    for (const char letter : std::string_view("akari recovery code")) {
        named.push_back(static_cast<std::uint8_t>(letter));
    }
    named.insert(named.end(), random.begin(), random.end());
    Bytes sum = sha256(named);
    wipe(named);
    sum.resize(kSumBytes);
    return sum;
}

// 0 … 31, or -1.
int valueOf(char letter)
{
    const char upper = letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    if (upper == 'O') {
        return 0;
    }
    if (upper == 'I' || upper == 'L') {
        return 1;
    }
    const auto at = kAlphabet.find(upper);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

tl::unexpected<Error> mistyped(const char* detail)
{
    return fail("key.code", "This is not a recovery code, or it was mistyped: it has eight groups of four letters and digits.", detail);
}

} // namespace

std::string makeRecoveryCode()
{
    Bytes bytes = randomBytes(kRandomBytes);
    const Bytes sum = checksumOf(bytes);
    bytes.insert(bytes.end(), sum.begin(), sum.end());
    std::string code;
    code.reserve(kCharacters + kCharacters / kGroup);
    for (std::size_t i = 0; i < kCharacters; ++i) {
        unsigned value = 0;
        for (std::size_t bit = i * 5; bit < i * 5 + 5; ++bit) {
            value = value * 2 + (bytes[bit / 8] >> (7 - bit % 8) & 1u);
        }
        if (i != 0 && i % kGroup == 0) {
            code.push_back('-');
        }
        code.push_back(kAlphabet[value]);
    }
    wipe(bytes);
    return code;
}

bool isRecoveryCode(std::string_view code)
{
    const Bytes salt(16);
    return keyFromRecoveryCode(code, salt).has_value();
}

Result<Key> keyFromRecoveryCode(std::string_view code, BytesView salt)
{
    Bytes bytes(kRandomBytes + kSumBytes);
    std::size_t read = 0;
    for (const char letter : code) {
        if (letter == '-' || letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n') {
            continue;
        }
        const int value = valueOf(letter);
        if (value < 0 || read == kCharacters) {
            wipe(bytes);
            return mistyped(value < 0 ? "character" : "too long");
        }
        for (std::size_t bit = 0; bit < 5; ++bit) {
            const std::size_t at = read * 5 + bit;
            bytes[at / 8] = static_cast<std::uint8_t>(bytes[at / 8] | ((value >> (4 - bit) & 1) << (7 - at % 8)));
        }
        ++read;
    }
    const Bytes sum = checksumOf(BytesView(bytes).first(kRandomBytes));
    if (read != kCharacters || !std::equal(sum.begin(), sum.end(), bytes.begin() + kRandomBytes)) {
        wipe(bytes);
        return mistyped(read != kCharacters ? "too short" : "checksum");
    }
    // 136 random bits need no slow hash: nobody guesses them.
    Bytes hash = sha256(bytes);
    wipe(bytes);
    const Key parent{BytesView(hash)};
    wipe(hash);
    return derive(parent, salt, "akari recovery code");
}

} // namespace akari::vault
