// The DICOM JSON model (PS3.18 F.2), read as servers really write it: numbers as strings, names with or without component groups, missing
// values and missing VRs. Nothing here throws on a document's content.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/dicom/PersonName.h"
#include "core/dicom/Tag.h"

namespace akari::archive {

// One dataset; refers to a document that outlives it.
class JsonDataSet {
public:
    explicit JsonDataSet(const nlohmann::json& object) : m_object(&object) {}

    std::string text(dicom::Tag tag) const;               // first value, trimmed; numbers as text; "" when absent
    std::vector<std::string> texts(dicom::Tag tag) const;  // backslashes split as well
    std::optional<std::int64_t> integer(dicom::Tag tag) const;
    std::vector<double> numbers(dicom::Tag tag) const;     // empty when any value is no finite number
    dicom::PersonName personName(dicom::Tag tag) const;
    std::vector<JsonDataSet> items(dicom::Tag tag) const;

    // A value of bytes in any of the three forms that archives use: base64 here, numbers here, or kept elsewhere.
    struct Binary {
        Bytes bytes;
        std::string uri; // BulkDataURI as written, to be resolved against the address of the answer; empty: the bytes are here
    };
    // Null: absent, or no form of these.
    std::optional<Binary> binary(dicom::Tag tag) const;

private:
    const nlohmann::json* attribute(dicom::Tag tag) const;
    const nlohmann::json* values(dicom::Tag tag) const;
    const nlohmann::json* m_object;
};

// A document that is an array of datasets, or one dataset. Null: the text is no JSON of that shape.
class JsonDocument {
public:
    static std::optional<JsonDocument> parse(BytesView text);
    std::vector<JsonDataSet> dataSets() const;

private:
    nlohmann::json m_root;
};

} // namespace akari::archive
