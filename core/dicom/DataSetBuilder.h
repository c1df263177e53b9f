// Writes datasets: strict, explicit little endian, UTF-8. Used by the generator, by reports' containers and by tests.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/Bytes.h"
#include "core/dicom/Tag.h"

namespace akari::dicom {

class DataSetBuilder {
public:
    DataSetBuilder& text(Tag tag, Vr vr, std::string_view utf8);                 // padded as the VR wants
    DataSetBuilder& texts(Tag tag, Vr vr, const std::vector<std::string>& values);
    DataSetBuilder& decimals(Tag tag, const std::vector<double>& values);        // DS, at most 16 characters each, round-trip where possible
    DataSetBuilder& integers(Tag tag, Vr vr, const std::vector<std::int64_t>& values); // IS US SS UL SL
    DataSetBuilder& doubles(Tag tag, Vr vr, const std::vector<double>& values);  // FL FD
    DataSetBuilder& attributeTags(Tag tag, const std::vector<Tag>& values);      // AT
    DataSetBuilder& sequence(Tag tag, std::vector<DataSetBuilder> items);
    DataSetBuilder& raw(Tag tag, Vr vr, Bytes value);                            // OB OW OF UN ..., even-padded with zero
    DataSetBuilder& encapsulated(Tag tag, const std::vector<Bytes>& fragments);  // empty basic offset table, then one item a fragment
    DataSetBuilder& empty(Tag tag, Vr vr);

    bool has(Tag tag) const { return m_elements.contains(tag); }
    Bytes encode() const; // elements in ascending tag order

private:
    struct Value {
        Vr vr;
        Bytes bytes;
        std::vector<DataSetBuilder> items;
        std::vector<Bytes> fragments;
        bool isEncapsulated = false;
    };
    std::map<Tag, Value> m_elements;
};

// A Part 10 file: preamble, meta header with our implementation UID and version name, dataset. SOP class and instance UID are taken
// from the builder's (0008,0016) and (0008,0018).
Bytes writePart10(const DataSetBuilder& dataSet, std::string_view transferSyntaxUid, std::string_view sopClassUid,
                  std::string_view sopInstanceUid);

inline constexpr std::string_view kImplementationClassUid = "2.25.263838403961425412303946270431850231147";
inline constexpr std::string_view kImplementationVersionName = "AKARI_0_1"; // at most 16 characters

} // namespace akari::dicom
