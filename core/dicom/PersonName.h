#pragma once

#include <string>
#include <string_view>

namespace akari::dicom {

// PS3.5 6.2.1: up to three component groups, each Family^Given^Middle^Prefix^Suffix, UTF-8.
struct PersonName {
    std::string alphabetic;
    std::string ideographic;
    std::string phonetic;

    static PersonName parse(std::string_view dicom); // "Yamada^Taro=山田^太郎=やまだ^たろう"
    std::string dicom() const;                       // with trailing empty groups left out
    bool empty() const { return alphabetic.empty() && ideographic.empty() && phonetic.empty(); }
    bool operator==(const PersonName&) const = default;

    // For the screen: carets become spaces. The best group for a reader of `language` ("ja": ideographic first).
    std::string display(std::string_view language) const;
    static std::string displayGroup(std::string_view group);
};

} // namespace akari::dicom
