// What makes the index unreadable without the key: lookups by keyed hash, fields as sealed blobs; each archive under a key of its own. Thread-safe.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string_view>
#include <vector>

#include "core/base/Bytes.h"
#include "core/base/Identity.h"
#include "core/vault/DataKeys.h"
#include "core/vault/Opener.h"

namespace akari::cache {

class RowOpener;

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
    // `keys` outlives it.
    explicit Sealing(vault::KeySource& keys);
    // A cache as it was before archives had keys of their own: everything under one, as cache-format.md says of format 1.
    static Sealing firstFormat(const vault::Key& cacheKey);
    Sealing(Sealing&& other) noexcept;

    // Tells this cache's keys from another data folder's. Throws where a writer can't keep its first key.
    Bytes keyMark() const;

    // Makes the archive's key where there is none yet: before its first row is written. Throws.
    void ensure(std::string_view archive) const;
    // 16 bytes that find a row again. Of an archive without a key: some that find nothing.
    Bytes studyKey(std::string_view archive, const StudyInstanceUid& study) const;
    Bytes seriesKey(std::string_view archive, const StudyInstanceUid& study, const SeriesInstanceUid& series) const;
    Bytes objectKey(const ObjectIdentity& identity) const;  // any version
    Bytes versionKey(const ObjectIdentity& identity) const;
    Bytes twinKey(const ObjectIdentity& identity, std::string_view frame, std::string_view decoding) const;
    // The same of a bare UID; `kind` keeps a study's and a series' equal UIDs apart. To find it in every archive, ask for each of uidKeys.
    Bytes uidKey(std::string_view archive, std::string_view kind, std::string_view uid) const;
    std::vector<Bytes> uidKeys(std::string_view kind, std::string_view uid) const;

    // A row's blob, bound to the row's own key so that rows can't be exchanged. openRow throws Failure("cache.damaged").
    Bytes sealRow(std::string_view archive, std::string_view kind, BytesView rowKey, const Bytes& fields) const;
    Bytes openRow(std::string_view kind, BytesView rowKey, BytesView sealed) const;
    // Not where the key that a row was sealed with was destroyed.
    bool hasKeyOf(BytesView sealedRow) const;

    // What is kept of a new segment's key, and the key from it. segmentKey throws Failure("cache.damaged").
    Bytes freshSalt(std::string_view archive) const;
    vault::Key segmentKey(BytesView salt) const;
    // A segment of the first format made the archive's own: its key sealed under the archive's.
    Bytes adoptSegment(std::string_view archive, const vault::Key& segmentKey) const;

    // After keys were destroyed: nothing derived from them is kept.
    void forget() const;

private:
    friend class RowOpener;
    struct Archive {
        Bytes id; // of the data key; empty in the first format
        vault::Key lookup;
        vault::Key rows;
        vault::Key packs;
    };
    using SharedArchive = std::shared_ptr<const Archive>;
    Sealing() = default;
    static SharedArchive derived(const vault::Key& key, BytesView id);
    SharedArchive remembered(const vault::SharedDataKey& key) const;
    SharedArchive find(std::string_view archive) const;  // null: has no key
    SharedArchive findById(BytesView id) const;
    SharedArchive archiveOf(BytesView rowPrefix) const; // throws Failure("cache.damaged")
    static Bytes lookup(const Archive& archive, std::string_view kind, std::initializer_list<std::string_view> parts);
    Bytes lookupIn(std::string_view archive, std::string_view kind, std::initializer_list<std::string_view> parts) const;

    vault::KeySource* m_keys = nullptr;
    SharedArchive m_first; // the first format's one; else null
    SharedArchive m_none;  // what archives without a key are looked up with
    mutable std::shared_mutex m_mutex;
    mutable std::map<Bytes, SharedArchive> m_known; // by id
};

// Sealing::openRow for many rows of one kind: each archive's key is looked up and made ready once. One thread at a time, for the length of a query.
class RowOpener {
public:
    RowOpener(const Sealing& sealing, std::string_view kind);
    // Valid until the next call.
    const Bytes& open(BytesView rowKey, BytesView sealed);

private:
    struct Known {
        Bytes prefix;
        vault::Opener opener;
    };
    vault::Opener& openerOf(BytesView prefix);

    const Sealing& m_sealing;
    std::size_t m_prefixBytes; // in front of a row
    std::vector<Known> m_known;
    std::size_t m_last = 0; // rows of one archive follow each other
    Bytes m_binding;        // of the kind, then the row's own key
    std::size_t m_kindBytes;
    Bytes m_plain;
};

} // namespace akari::cache
