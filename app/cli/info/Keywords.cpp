#include "app/cli/info/Keywords.h"

#include <algorithm>
#include <iterator>

namespace akari::cli {
namespace {

struct Keyword {
    std::uint32_t key;
    std::string_view word;
};

constexpr Keyword kKeywords[] = {
#include "Keywords.inc"
    {0xFFFFFFFF, ""}};

} // namespace

std::string_view keywordOf(dicom::Tag tag)
{
    const dicom::Tag plain = tag.group >= 0x6000 && tag.group <= 0x60FF ? dicom::Tag{0x6000, tag.element} : tag;
    const auto* const found =
        std::lower_bound(std::begin(kKeywords), std::end(kKeywords), plain.key(), [](const Keyword& one, std::uint32_t key) { return one.key < key; });
    return found != std::end(kKeywords) && found->key == plain.key() ? found->word : std::string_view{};
}

} // namespace akari::cli
