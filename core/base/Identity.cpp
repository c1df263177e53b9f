#include "core/base/Identity.h"

#include <algorithm>
#include <atomic>

#include "core/base/Bytes.h"
#include "core/base/NamedUid.h"

namespace akari {

bool isValidUid(std::string_view text)
{
    if (text.empty() || text.size() > 64) {
        return false;
    }
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find('.', begin), text.size());
        const std::string_view component = text.substr(begin, end - begin);
        if (component.empty() || (component.size() > 1 && component.front() == '0')) {
            return false;
        }
        if (!std::all_of(component.begin(), component.end(), [](char c) { return c >= '0' && c <= '9'; })) {
            return false;
        }
        begin = end + 1;
    }
    return true;
}

namespace {

// A UUID of the given version, as one decimal number behind the root of all UUIDs (PS3.5 B.2).
std::string uidOfUuid(Bytes number, unsigned version)
{
    number.resize(16);
    number[6] = static_cast<std::uint8_t>((number[6] & 0x0f) | version << 4);
    number[8] = static_cast<std::uint8_t>((number[8] & 0x3f) | 0x80);
    std::string digits;
    while (std::any_of(number.begin(), number.end(), [](std::uint8_t byte) { return byte != 0; })) {
        unsigned remainder = 0;
        for (std::uint8_t& byte : number) {
            const unsigned value = remainder * 256 + byte;
            byte = static_cast<std::uint8_t>(value / 10);
            remainder = value % 10;
        }
        digits += static_cast<char>('0' + remainder);
    }
    std::reverse(digits.begin(), digits.end());
    return "2.25." + digits;
}

} // namespace

std::string makeUid() { return uidOfUuid(randomBytes(16), 4); }
std::string uidOfName(std::string_view name) { return uidOfUuid(sha256(asBytes(name)), 8); }

BindingToken BindingToken::next()
{
    static std::atomic<std::uint64_t> last{0};
    return {last.fetch_add(1, std::memory_order_relaxed) + 1};
}

} // namespace akari
