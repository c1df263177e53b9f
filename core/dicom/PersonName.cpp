#include "core/dicom/PersonName.h"

#include <algorithm>
#include <array>

namespace akari::dicom {
namespace {

// Trailing carets and padding say nothing.
std::string withoutTail(std::string_view group)
{
    const std::size_t last = group.find_last_not_of(std::string_view("^ \0", 3));
    return last == std::string_view::npos ? std::string{} : std::string(group.substr(0, last + 1));
}

} // namespace

PersonName PersonName::parse(std::string_view dicom)
{
    PersonName name;
    const std::array<std::string*, 3> groups = {&name.alphabetic, &name.ideographic, &name.phonetic};
    for (std::string* group : groups) {
        const std::size_t end = std::min(dicom.find('='), dicom.size());
        *group = withoutTail(dicom.substr(0, end));
        dicom.remove_prefix(std::min(end + 1, dicom.size()));
    }
    return name;
}

std::string PersonName::dicom() const
{
    std::string out = alphabetic;
    if (!ideographic.empty() || !phonetic.empty()) {
        out += '=' + ideographic;
    }
    if (!phonetic.empty()) {
        out += '=' + phonetic;
    }
    return out;
}

std::string PersonName::display(std::string_view language) const
{
    const bool ideographicFirst = language.starts_with("ja") || language.starts_with("zh") || language.starts_with("ko");
    const std::array<const std::string*, 3> order = ideographicFirst
                                                        ? std::array{&ideographic, &alphabetic, &phonetic}
                                                        : std::array{&alphabetic, &ideographic, &phonetic};
    for (const std::string* group : order) {
        if (!group->empty()) {
            return displayGroup(*group);
        }
    }
    return {};
}

std::string PersonName::displayGroup(std::string_view group)
{
    std::string out;
    for (const char c : group) {
        const bool gap = c == '^' || c == ' ';
        if (!gap) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    out.erase(out.find_last_not_of(' ') + 1);
    return out;
}

} // namespace akari::dicom
