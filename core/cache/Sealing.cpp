#include "core/cache/Sealing.h"

#include <array>
#include <limits>

#include "core/cache/Guard.h"

namespace akari::cache {
namespace {

constexpr std::size_t kLookupBytes = 16;

Bytes bindingOf(std::string_view kind, BytesView rowKey)
{
    return FieldWriter().text("akari cache row").text(kind).text(asText(rowKey)).bytes();
}

} // namespace

FieldWriter& FieldWriter::text(std::string_view value)
{
    number(static_cast<std::int64_t>(value.size()));
    const BytesView view = asBytes(value);
    m_bytes.insert(m_bytes.end(), view.begin(), view.end());
    return *this;
}

FieldWriter& FieldWriter::number(std::int64_t value)
{
    std::array<std::uint8_t, 8> bytes;
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
    }
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    return *this;
}

std::int64_t FieldReader::number()
{
    if (m_rest.size() < 8) {
        throw Failure(damaged("index row too short"));
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        value |= static_cast<std::uint64_t>(m_rest[i]) << (8 * i);
    }
    m_rest = m_rest.subspan(8);
    return static_cast<std::int64_t>(value);
}

std::int32_t FieldReader::smallNumber()
{
    const std::int64_t value = number();
    if (value < std::numeric_limits<std::int32_t>::min() || value > std::numeric_limits<std::int32_t>::max()) {
        throw Failure(damaged("index row out of range"));
    }
    return static_cast<std::int32_t>(value);
}

std::string FieldReader::text()
{
    const auto length = static_cast<std::uint64_t>(number());
    if (length > m_rest.size()) {
        throw Failure(damaged("index row too short"));
    }
    std::string value(asText(m_rest.first(length)));
    m_rest = m_rest.subspan(length);
    return value;
}

Sealing::Sealing(const vault::Key& cacheKey)
    : m_lookup(vault::derive(cacheKey, {}, "akari cache lookup")), m_rows(vault::derive(cacheKey, {}, "akari cache rows")),
      m_packs(vault::derive(cacheKey, {}, "akari cache packs"))
{
}

Bytes Sealing::lookup(std::string_view kind, std::initializer_list<std::string_view> parts) const
{
    FieldWriter fields;
    fields.text(kind);
    for (const std::string_view part : parts) {
        fields.text(part);
    }
    Bytes hash = vault::keyedHash(m_lookup, asText(fields.bytes()));
    hash.resize(kLookupBytes);
    return hash;
}

Bytes Sealing::studyKey(std::string_view archive, const StudyInstanceUid& study) const
{
    return lookup("study", {archive, study.value});
}

Bytes Sealing::seriesKey(std::string_view archive, const StudyInstanceUid& study, const SeriesInstanceUid& series) const
{
    return lookup("series", {archive, study.value, series.value});
}

Bytes Sealing::objectKey(const ObjectIdentity& id) const
{
    return lookup("object", {id.archive, id.study.value, id.series.value, id.sop.value});
}

Bytes Sealing::versionKey(const ObjectIdentity& id) const
{
    return lookup("version", {id.archive, id.study.value, id.series.value, id.sop.value, id.contentVersion});
}

Bytes Sealing::sealRow(std::string_view kind, BytesView rowKey, const Bytes& fields) const
{
    return vault::seal(m_rows, fields, bindingOf(kind, rowKey));
}

Bytes Sealing::openRow(std::string_view kind, BytesView rowKey, BytesView sealed) const
{
    auto plain = vault::open(m_rows, sealed, bindingOf(kind, rowKey));
    if (!plain) {
        throw Failure(damaged("index row"));
    }
    return std::move(*plain);
}

vault::Key Sealing::segmentKey(BytesView salt) const { return vault::derive(m_packs, salt, "akari pack segment"); }

} // namespace akari::cache
