#include "core/dicom/TransferSyntax.h"

#include <algorithm>
#include <array>

#include "core/dicom/VrDictionary.h"

namespace akari::dicom {
namespace {

constexpr std::string_view kStandardRoot = "1.2.840.10008.1.2";
constexpr std::string_view kImplicit = "1.2.840.10008.1.2";
constexpr std::string_view kExplicit = "1.2.840.10008.1.2.1";
constexpr std::string_view kBigEndian = "1.2.840.10008.1.2.2";
constexpr std::string_view kGeImplicit = "1.2.840.113619.5.2";
constexpr std::string_view kPapyrus = "1.2.840.10008.1.20";
constexpr std::array<std::string_view, 3> kDeflated = {"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"};
constexpr std::array<std::string_view, 2> kReferenced = {"1.2.840.10008.1.2.4.94", "1.2.840.10008.1.2.4.204"};

template <std::size_t N> bool among(std::string_view uid, const std::array<std::string_view, N>& list)
{
    return std::find(list.begin(), list.end(), uid) != list.end();
}

std::uint16_t word(BytesView bytes, std::uint64_t at, bool bigEndian)
{
    return static_cast<std::uint16_t>(bigEndian ? bytes[at] << 8 | bytes[at + 1] : bytes[at + 1] << 8 | bytes[at]);
}

bool hasVrLetters(BytesView bytes, std::uint64_t at)
{
    return isKnownVr({static_cast<char>(bytes[at + 4]), static_cast<char>(bytes[at + 5])});
}

// A dataset starts in a low group; the wrong byte order turns 0008 into 0800.
bool isFirstGroup(std::uint16_t group) { return group <= 0x0080 || group == 0x7FE0; }

} // namespace

SyntaxTraits syntaxTraits(std::string_view uid)
{
    if (uid == kImplicit || uid == kGeImplicit || uid == kPapyrus) {
        return {{true, false}, false, false, true};
    }
    if (uid == kExplicit) {
        return {{false, false}, false, false, true};
    }
    if (uid == kBigEndian) {
        return {{false, true}, false, false, true};
    }
    if (among(uid, kDeflated)) {
        return {{false, false}, true, false, true};
    }
    if (among(uid, kReferenced)) {
        return {{false, false}, false, false, true};
    }
    const bool standard = uid.size() > kStandardRoot.size() && uid.substr(0, kStandardRoot.size() + 1) == "1.2.840.10008.1.2.";
    return {{false, false}, false, standard, standard};
}

std::string_view uidOf(Encoding encoding) { return encoding.implicitVr ? kImplicit : encoding.bigEndian ? kBigEndian : kExplicit; }

bool looksLike(Encoding encoding, BytesView bytes, std::uint64_t at)
{
    if (bytes.size() < 8 || at > bytes.size() - 8) {
        return at == bytes.size();
    }
    if (!isFirstGroup(word(bytes, at, encoding.bigEndian))) {
        return false;
    }
    if (!encoding.implicitVr) {
        return hasVrLetters(bytes, at);
    }
    const std::uint64_t length = word(bytes, at + 4, false) | std::uint64_t{word(bytes, at + 6, false)} << 16;
    return length == 0xFFFFFFFF || length <= bytes.size() - at - 8;
}

std::optional<Encoding> encodingShown(BytesView bytes, std::uint64_t at)
{
    if (bytes.size() < 8 || at > bytes.size() - 8) {
        return std::nullopt;
    }
    for (const Encoding encoding : {Encoding{false, false}, Encoding{false, true}, Encoding{true, false}}) {
        if (looksLike(encoding, bytes, at)) {
            return encoding;
        }
    }
    return std::nullopt;
}

} // namespace akari::dicom
