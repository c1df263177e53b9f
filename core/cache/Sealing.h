// What makes the index unreadable without the key: lookups by keyed hash, fields as sealed blobs. Thread-safe.
#pragma once

#include <initializer_list>
#include <string_view>

#include "core/base/Bytes.h"
#include "core/base/Identity.h"
#include "core/vault/Seal.h"

namespace akari::cache {

// Fields one after another, each with its length in front: no two different lists give the same bytes.
class FieldWriter {
public:
    FieldWriter& text(std::string_view value);
    FieldWriter& number(std::int64_t value);
    const Bytes& bytes() const { return m_bytes; }

private:
    Bytes m_bytes;
};

// Reads them back; throws Failure("cache.damaged") at the end of what is there.
class FieldReader {
public:
    explicit FieldReader(BytesView bytes) : m_rest(bytes) {}
    std::string text();
    std::int64_t number();
    std::int32_t smallNumber();
    bool atEnd() const { return m_rest.empty(); }

private:
    BytesView m_rest;
};

class Sealing {
public:
    explicit Sealing(const vault::Key& cacheKey);

    // 16 bytes that find a row again; `kind` keeps a study's and a series' equal UIDs apart.
    Bytes lookup(std::string_view kind, std::initializer_list<std::string_view> parts) const;
    Bytes studyKey(std::string_view archive, const StudyInstanceUid& study) const;
    Bytes seriesKey(std::string_view archive, const StudyInstanceUid& study, const SeriesInstanceUid& series) const;
    Bytes objectKey(const ObjectIdentity& identity) const;  // any version
    Bytes versionKey(const ObjectIdentity& identity) const;

    // A row's blob, bound to the row's own key so that rows can't be exchanged. openRow throws Failure("cache.damaged").
    Bytes sealRow(std::string_view kind, BytesView rowKey, const Bytes& fields) const;
    Bytes openRow(std::string_view kind, BytesView rowKey, BytesView sealed) const;

    vault::Key segmentKey(BytesView salt) const;

private:
    vault::Key m_lookup;
    vault::Key m_rows;
    vault::Key m_packs;
};

} // namespace akari::cache
