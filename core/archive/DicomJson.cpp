#include "core/archive/DicomJson.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "core/archive/Base64.h"

namespace akari::archive {
namespace {

using Json = nlohmann::json;

std::string withoutPadding(std::string_view text)
{
    const auto first = text.find_first_not_of(std::string_view(" \t\r\n\0", 5));
    const auto last = text.find_last_not_of(std::string_view(" \t\r\n\0", 5));
    return first == std::string_view::npos ? std::string() : std::string(text.substr(first, last - first + 1));
}

std::string scalarText(const Json& value)
{
    if (value.is_string()) {
        return withoutPadding(value.get_ref<const std::string&>());
    }
    return value.is_number() ? value.dump() : std::string();
}

std::string keyOf(dicom::Tag tag)
{
    char key[9];
    std::snprintf(key, sizeof key, "%04X%04X", static_cast<unsigned>(tag.group), static_cast<unsigned>(tag.element));
    return key;
}

// Numbers as the VR lays them out, little endian.
std::optional<Bytes> fromNumbers(const Json& values, const std::string& vr)
{
    const std::size_t size = vr == "OB" || vr == "UN" ? 1 : vr == "OW" ? 2 : vr == "OL" || vr == "OF" ? 4 : vr == "OV" || vr == "OD" ? 8 : 0;
    if (size == 0 || !values.is_array()) {
        return std::nullopt;
    }
    Bytes bytes;
    for (const Json& one : values) {
        if (!one.is_number()) {
            return std::nullopt;
        }
        std::uint64_t pattern = 0;
        if (vr == "OF") {
            pattern = std::bit_cast<std::uint32_t>(one.get<float>());
        } else if (vr == "OD") {
            pattern = std::bit_cast<std::uint64_t>(one.get<double>());
        } else if (one.is_number_integer()) {
            pattern = one.is_number_unsigned() ? one.get<std::uint64_t>() : static_cast<std::uint64_t>(one.get<std::int64_t>());
        } else {
            return std::nullopt;
        }
        for (std::size_t i = 0; i < size; ++i) {
            bytes.push_back(static_cast<std::uint8_t>(pattern >> (8 * i)));
        }
    }
    return bytes;
}

} // namespace

const Json* JsonDataSet::attribute(dicom::Tag tag) const
{
    if (!m_object->is_object()) {
        return nullptr;
    }
    std::string key = keyOf(tag);
    auto found = m_object->find(key);
    if (found == m_object->end()) {
        for (char& c : key) {
            c = static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
        }
        found = m_object->find(key);
    }
    return found == m_object->end() || !found->is_object() ? nullptr : &*found;
}

const Json* JsonDataSet::values(dicom::Tag tag) const
{
    const Json* found = attribute(tag);
    if (!found) {
        return nullptr;
    }
    const auto value = found->find("Value");
    return value == found->end() ? nullptr : &*value;
}

std::optional<JsonDataSet::Binary> JsonDataSet::binary(dicom::Tag tag) const
{
    const Json* found = attribute(tag);
    if (!found) {
        return std::nullopt;
    }
    const auto text = [&](const char* key) {
        const auto value = found->find(key);
        return value != found->end() && value->is_string() ? value->get<std::string>() : std::string();
    };
    if (std::string uri = text("BulkDataURI"); !uri.empty()) {
        return Binary{{}, std::move(uri)};
    }
    if (found->contains("InlineBinary")) {
        auto bytes = fromBase64(text("InlineBinary"));
        return bytes ? std::optional(Binary{std::move(*bytes), {}}) : std::nullopt;
    }
    const Json* value = values(tag);
    auto bytes = value ? fromNumbers(*value, text("vr")) : std::nullopt;
    return bytes ? std::optional(Binary{std::move(*bytes), {}}) : std::nullopt;
}

std::string JsonDataSet::text(dicom::Tag tag) const
{
    const Json* value = values(tag);
    if (!value) {
        return {};
    }
    if (!value->is_array()) {
        return scalarText(*value);
    }
    return value->empty() ? std::string() : scalarText(value->front());
}

std::vector<std::string> JsonDataSet::texts(dicom::Tag tag) const
{
    std::vector<std::string> result;
    const Json* value = values(tag);
    if (!value) {
        return result;
    }
    const auto add = [&](const Json& one) {
        std::string_view rest;
        const std::string whole = scalarText(one);
        for (rest = whole; !rest.empty();) {
            const auto end = rest.find('\\');
            if (std::string part = withoutPadding(rest.substr(0, end)); !part.empty()) {
                result.push_back(std::move(part));
            }
            rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        }
    };
    if (value->is_array()) {
        for (const Json& one : *value) {
            add(one);
        }
    } else {
        add(*value);
    }
    return result;
}

std::vector<double> JsonDataSet::numbers(dicom::Tag tag) const
{
    std::vector<double> numbers;
    for (const std::string& text : texts(tag)) {
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
            return {};
        }
        numbers.push_back(number);
    }
    return numbers;
}

std::optional<std::int64_t> JsonDataSet::integer(dicom::Tag tag) const
{
    const std::string value = text(tag);
    std::int64_t number = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), number);
    if (parsed.ec != std::errc()) {
        return std::nullopt;
    }
    // "12.0" is a twelve, "12abc" and "12.5" are nothing.
    const std::string_view rest(parsed.ptr, static_cast<std::size_t>(value.data() + value.size() - parsed.ptr));
    const bool whole = rest.empty() || (rest.front() == '.' && rest.find_first_not_of('0', 1) == std::string_view::npos);
    return whole ? std::optional<std::int64_t>(number) : std::nullopt;
}

dicom::PersonName JsonDataSet::personName(dicom::Tag tag) const
{
    const Json* value = values(tag);
    if (value && value->is_array()) {
        value = value->empty() ? nullptr : &value->front();
    }
    dicom::PersonName name;
    if (value && value->is_object()) {
        const auto group = [&](const char* key) {
            const auto found = value->find(key);
            return found != value->end() ? scalarText(*found) : std::string();
        };
        name.alphabetic = group("Alphabetic");
        name.ideographic = group("Ideographic");
        name.phonetic = group("Phonetic");
        // Some servers put the whole value into the first group.
        if (name.ideographic.empty() && name.phonetic.empty() && name.alphabetic.find('=') != std::string::npos) {
            name = dicom::PersonName::parse(name.alphabetic);
        }
    } else if (value && value->is_string()) {
        name = dicom::PersonName::parse(scalarText(*value));
    }
    return name;
}

std::vector<JsonDataSet> JsonDataSet::items(dicom::Tag tag) const
{
    std::vector<JsonDataSet> result;
    const Json* value = values(tag);
    if (value && value->is_array()) {
        for (const Json& one : *value) {
            if (one.is_object()) {
                result.emplace_back(one);
            }
        }
    } else if (value && value->is_object()) {
        result.emplace_back(*value);
    }
    return result;
}

std::optional<JsonDocument> JsonDocument::parse(BytesView text)
{
    JsonDocument document;
    document.m_root = Json::parse(text.begin(), text.end(), nullptr, false);
    if (!document.m_root.is_array() && !document.m_root.is_object()) {
        return std::nullopt;
    }
    return document;
}

std::vector<JsonDataSet> JsonDocument::dataSets() const
{
    std::vector<JsonDataSet> result;
    if (m_root.is_object()) {
        result.emplace_back(m_root);
        return result;
    }
    for (const Json& one : m_root) {
        if (one.is_object()) {
            result.emplace_back(one);
        }
    }
    return result;
}

} // namespace akari::archive
