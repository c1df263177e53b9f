#include "app/cli/info/AttributeJson.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "app/cli/info/Keywords.h"
#include "core/dicom/VrDictionary.h"

namespace akari::cli {
namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Tag;
using dicom::Vr;

constexpr std::size_t kMostNumbers = 256;
constexpr std::size_t kLongestLine = 200;

std::string tagText(Tag tag)
{
    std::array<char, 16> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%04x,%04x", unsigned{tag.group}, unsigned{tag.element});
    return buffer.data();
}

Vr vrOf(const Element& element) { return element.vr == dicom::kUnknownVr ? dicom::dictionaryVr(element.tag, false) : element.vr; }

bool isNumberText(Vr vr) { return vr.is('D', 'S') || vr.is('I', 'S'); }
bool isBinaryNumber(Vr vr)
{
    constexpr std::array<Vr, 8> kNumbers = {Vr{'U', 'S'}, Vr{'S', 'S'}, Vr{'U', 'L'}, Vr{'S', 'L'}, Vr{'F', 'L'}, Vr{'F', 'D'}, Vr{'S', 'V'}, Vr{'U', 'V'}};
    return std::find(kNumbers.begin(), kNumbers.end(), vr) != kNumbers.end();
}

// 3 rather than 3.0.
Json numberJson(double value)
{
    return value == std::trunc(value) && std::abs(value) < 9e15 ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

Json nameJson(const std::string& text)
{
    const dicom::PersonName name = dicom::PersonName::parse(text);
    Json out = Json::object();
    if (!name.alphabetic.empty()) {
        out["alphabetic"] = name.alphabetic;
    }
    if (!name.ideographic.empty()) {
        out["ideographic"] = name.ideographic;
    }
    if (!name.phonetic.empty()) {
        out["phonetic"] = name.phonetic;
    }
    return out;
}

Json textsJson(const DataSet& dataSet, Tag tag, Vr vr)
{
    Json out = Json::array();
    for (const std::string& text : dataSet.texts(tag)) {
        out.push_back(vr.is('P', 'N') ? nameJson(text) : Json(text));
    }
    return out;
}

void addNumbers(Json& out, const std::vector<double>& numbers)
{
    Json values = Json::array();
    for (std::size_t k = 0; k < std::min(numbers.size(), kMostNumbers); ++k) {
        values.push_back(numberJson(numbers[k]));
    }
    out["value"] = std::move(values);
    if (numbers.size() > kMostNumbers) {
        out["count"] = numbers.size();
    }
}

void addValue(Json& out, const DataSet& dataSet, const Element& element, Vr vr)
{
    const auto numbers = isNumberText(vr) || isBinaryNumber(vr) ? dataSet.numbers(element.tag) : std::vector<double>{};
    if (!numbers.empty()) {
        addNumbers(out, numbers);
    } else if (vr.is('A', 'T')) {
        Json values = Json::array();
        for (const Tag one : dataSet.attributeTags(element.tag)) {
            values.push_back(tagText(one));
        }
        out["value"] = std::move(values);
    } else if (dicom::isText(vr)) {
        out["value"] = textsJson(dataSet, element.tag, vr);
        if (!dataSet.fitsCharacterSet(element.tag)) {
            out["fitsCharacterSet"] = false;
        }
    } else {
        out["bytes"] = element.length;
    }
}

Json attributeJson(const DataSet& dataSet, const Element& element)
{
    const Vr vr = element.items.empty() ? vrOf(element) : dicom::kSequenceVr;
    Json out{{"tag", tagText(element.tag)}, {"vr", std::string(vr.code, 2)}};
    if (const std::string_view word = keywordOf(element.tag); !word.empty()) {
        out["keyword"] = word;
    }
    if (vr == dicom::kSequenceVr) {
        Json items = Json::array();
        for (const DataSet& item : element.items) {
            items.push_back(attributesJson(item));
        }
        out["items"] = std::move(items);
    } else {
        addValue(out, dataSet, element, vr);
    }
    return out;
}

// What would break a line becomes a blank; what is long is cut between characters.
std::string oneLine(std::string text)
{
    std::replace_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    if (text.size() > kLongestLine) {
        std::size_t end = kLongestLine;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
            --end;
        }
        text.resize(end);
        text += "…";
    }
    return text;
}

std::string valueText(const DataSet& dataSet, const Element& element, Vr vr)
{
    const Json value = [&] {
        Json out;
        addValue(out, dataSet, element, vr);
        return out;
    }();
    if (value.contains("bytes")) {
        return std::to_string(element.length) + " bytes";
    }
    std::string out;
    for (const Json& one : value["value"]) {
        std::string text = one.is_string() ? one.get<std::string>() : one.dump();
        if (one.is_object()) {
            text.clear();
            for (const char* group : {"alphabetic", "ideographic", "phonetic"}) {
                text += one.contains(group) ? (text.empty() ? "" : " = ") + one[group].get<std::string>() : std::string{};
            }
        }
        out += (out.empty() ? "" : "\\") + text;
    }
    return oneLine(out) + (value.contains("fitsCharacterSet") ? "  (does not fit the declared character set)" : "");
}

void collectUnfit(const DataSet& dataSet, const std::string& way, std::vector<std::string>& out)
{
    for (const Element& element : dataSet.elements()) {
        if (!dataSet.fitsCharacterSet(element.tag)) {
            out.push_back(way + tagText(element.tag));
        }
        for (std::size_t k = 0; k < element.items.size(); ++k) {
            collectUnfit(element.items[k], way + tagText(element.tag) + "[" + std::to_string(k + 1) + "].", out);
        }
    }
}

} // namespace

Json attributesJson(const DataSet& dataSet)
{
    Json out = Json::array();
    for (const Element& element : dataSet.elements()) {
        out.push_back(attributeJson(dataSet, element));
    }
    return out;
}

std::string attributesText(const DataSet& dataSet, std::size_t depth)
{
    std::string out;
    const std::string indentation(depth * 2, ' ');
    for (const Element& element : dataSet.elements()) {
        const Vr vr = element.items.empty() ? vrOf(element) : dicom::kSequenceVr;
        const std::string_view word = keywordOf(element.tag);
        out += indentation + tagText(element.tag) + " " + std::string(vr.code, 2) + " " + std::string(word.empty() ? "-" : word);
        if (!(vr == dicom::kSequenceVr)) {
            out += ": " + valueText(dataSet, element, vr) + "\n";
            continue;
        }
        out += " (" + std::to_string(element.items.size()) + ")\n";
        for (std::size_t k = 0; k < element.items.size(); ++k) {
            out += indentation + "  [" + std::to_string(k + 1) + "]\n" + attributesText(element.items[k], depth + 2);
        }
    }
    return out;
}

std::vector<std::string> unfitTexts(const DataSet& dataSet)
{
    std::vector<std::string> out;
    collectUnfit(dataSet, {}, out);
    return out;
}

} // namespace akari::cli
