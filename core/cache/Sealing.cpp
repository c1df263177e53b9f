#include "core/cache/Sealing.h"

#include <algorithm>
#include <array>
#include <limits>
#include <mutex>

#include "core/cache/Cache.h"
#include "core/cache/Guard.h"

namespace akari::cache {
namespace {

constexpr std::size_t kLookupBytes = 16;
constexpr std::size_t kSaltBytes = 32;
// In front of every sealed row, then the id of its key. A row of the first format begins with 12 random bytes instead.
constexpr std::string_view kRowMark = "AKARIrow";
constexpr std::size_t kPrefixBytes = 8 + vault::kDataKeyIdBytes;
constexpr std::string_view kAdopted = "akari adopted segment";

void appendNumber(Bytes& bytes, std::int64_t value)
{
    std::array<std::uint8_t, 8> octets;
    for (std::size_t i = 0; i < 8; ++i) {
        octets[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
    }
    bytes.insert(bytes.end(), octets.begin(), octets.end());
}

void appendText(Bytes& bytes, std::string_view value)
{
    appendNumber(bytes, static_cast<std::int64_t>(value.size()));
    const BytesView view = asBytes(value);
    bytes.insert(bytes.end(), view.begin(), view.end());
}

Bytes bindingOf(std::string_view kind) { return FieldWriter().text("akari cache row").text(kind).bytes(); }

Bytes bindingOf(std::string_view kind, BytesView rowKey)
{
    Bytes binding = bindingOf(kind);
    appendText(binding, asText(rowKey));
    return binding;
}

} // namespace

FieldWriter& FieldWriter::text(std::string_view value)
{
    appendText(m_bytes, value);
    return *this;
}

FieldWriter& FieldWriter::number(std::int64_t value)
{
    appendNumber(m_bytes, value);
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

std::string dataKeyName(std::string_view archive)
{
    return isImported(archive) ? std::string("imports") : "archive " + std::string(archive);
}

Sealing::Sealing(vault::KeySource& keys) : m_keys(&keys), m_none(derived(vault::Key::random(), {})) {}

Sealing::Sealing(Sealing&& other) noexcept
    : m_keys(other.m_keys), m_first(std::move(other.m_first)), m_none(std::move(other.m_none)), m_known(std::move(other.m_known))
{
}

Sealing Sealing::firstFormat(const vault::Key& cacheKey)
{
    Sealing sealing;
    sealing.m_first = derived(cacheKey, {});
    sealing.m_none = sealing.m_first;
    return sealing;
}

Sealing::SharedArchive Sealing::derived(const vault::Key& key, BytesView id)
{
    return std::make_shared<const Archive>(Archive{Bytes(id.begin(), id.end()), vault::derive(key, {}, "akari cache lookup"),
                                                   vault::derive(key, {}, "akari cache rows"), vault::derive(key, {}, "akari cache packs")});
}

Sealing::SharedArchive Sealing::remembered(const vault::SharedDataKey& key) const
{
    {
        const std::shared_lock lock(m_mutex);
        if (const auto known = m_known.find(key->id); known != m_known.end()) {
            return known->second;
        }
    }
    SharedArchive archive = derived(key->key, key->id);
    const std::unique_lock lock(m_mutex);
    return m_known.emplace(key->id, std::move(archive)).first->second;
}

Sealing::SharedArchive Sealing::find(std::string_view archive) const
{
    if (m_first) {
        return m_first;
    }
    const auto key = m_keys->find(dataKeyName(archive));
    return key ? remembered(key) : nullptr;
}

Sealing::SharedArchive Sealing::findById(BytesView id) const
{
    {
        const std::shared_lock lock(m_mutex);
        if (const auto known = m_known.find(Bytes(id.begin(), id.end())); known != m_known.end()) {
            return known->second;
        }
    }
    const auto key = m_keys ? m_keys->findById(id) : nullptr;
    return key ? remembered(key) : nullptr;
}

void Sealing::forget() const
{
    const std::unique_lock lock(m_mutex);
    m_known.clear();
}

void Sealing::ensure(std::string_view archive) const
{
    if (!m_first) {
        orThrow(m_keys->obtain(dataKeyName(archive)));
    }
}

Bytes Sealing::keyMark() const
{
    if (m_first) {
        return lookup(*m_first, "key check", {});
    }
    auto key = m_keys->find("cache");
    if (!key) {
        auto made = m_keys->obtain("cache");
        if (!made) { // a reader of a folder that no writer has opened yet
            return {};
        }
        key = *made;
    }
    return lookup(*remembered(key), "key check", {});
}

Bytes Sealing::lookup(const Archive& archive, std::string_view kind, std::initializer_list<std::string_view> parts)
{
    FieldWriter fields;
    fields.text(kind);
    for (const std::string_view part : parts) {
        fields.text(part);
    }
    Bytes hash = vault::keyedHash(archive.lookup, asText(fields.bytes()));
    hash.resize(kLookupBytes);
    return hash;
}

Bytes Sealing::lookupIn(std::string_view archive, std::string_view kind, std::initializer_list<std::string_view> parts) const
{
    const SharedArchive found = find(archive);
    return lookup(found ? *found : *m_none, kind, parts);
}

Bytes Sealing::studyKey(std::string_view archive, const StudyInstanceUid& study) const
{
    return lookupIn(archive, "study", {archive, study.value});
}

Bytes Sealing::seriesKey(std::string_view archive, const StudyInstanceUid& study, const SeriesInstanceUid& series) const
{
    return lookupIn(archive, "series", {archive, study.value, series.value});
}

Bytes Sealing::objectKey(const ObjectIdentity& id) const
{
    return lookupIn(id.archive, "object", {id.archive, id.study.value, id.series.value, id.sop.value});
}

Bytes Sealing::versionKey(const ObjectIdentity& id) const
{
    return lookupIn(id.archive, "version", {id.archive, id.study.value, id.series.value, id.sop.value, id.contentVersion});
}

Bytes Sealing::twinKey(const ObjectIdentity& id, std::string_view frame, std::string_view decoding) const
{
    return lookupIn(id.archive, "twin", {id.archive, id.study.value, id.series.value, id.sop.value, id.contentVersion, frame, decoding});
}

Bytes Sealing::uidKey(std::string_view archive, std::string_view kind, std::string_view uid) const { return lookupIn(archive, kind, {uid}); }

std::vector<Bytes> Sealing::uidKeys(std::string_view kind, std::string_view uid) const
{
    if (m_first) {
        return {lookup(*m_first, kind, {uid})};
    }
    std::vector<Bytes> keys;
    for (const auto& key : m_keys->all()) {
        keys.push_back(lookup(*remembered(key), kind, {uid}));
    }
    return keys;
}

Bytes Sealing::sealRow(std::string_view archive, std::string_view kind, BytesView rowKey, const Bytes& fields) const
{
    const SharedArchive found = find(archive);
    if (!found) {
        throw Failure(damaged("no key for a row")); // ensure() was not called: never under a key that nobody keeps
    }
    const Bytes sealed = vault::seal(found->rows, fields, bindingOf(kind, rowKey));
    if (m_first) {
        return sealed;
    }
    Bytes row(asBytes(kRowMark).begin(), asBytes(kRowMark).end());
    row.insert(row.end(), found->id.begin(), found->id.end());
    row.insert(row.end(), sealed.begin(), sealed.end());
    return row;
}

bool Sealing::hasKeyOf(BytesView sealedRow) const
{
    return m_first
        || (sealedRow.size() >= kPrefixBytes
            && (asText(sealedRow.first(kRowMark.size())) != kRowMark
                || findById(sealedRow.subspan(kRowMark.size(), vault::kDataKeyIdBytes)) != nullptr));
}

Sealing::SharedArchive Sealing::archiveOf(BytesView rowPrefix) const
{
    if (m_first) {
        return m_first;
    }
    if (rowPrefix.size() != kPrefixBytes || asText(rowPrefix.first(kRowMark.size())) != kRowMark) {
        throw Failure(damaged("index row"));
    }
    SharedArchive archive = findById(rowPrefix.subspan(kRowMark.size()));
    if (!archive) {
        throw Failure(damaged("index row, its key is gone"));
    }
    return archive;
}

Bytes Sealing::openRow(std::string_view kind, BytesView rowKey, BytesView sealed) const
{
    const std::size_t prefix = m_first ? 0 : kPrefixBytes;
    if (sealed.size() < prefix) {
        throw Failure(damaged("index row"));
    }
    const SharedArchive archive = archiveOf(sealed.first(prefix));
    auto plain = vault::open(archive->rows, sealed.subspan(prefix), bindingOf(kind, rowKey));
    if (!plain) {
        throw Failure(damaged("index row"));
    }
    return std::move(*plain);
}

RowOpener::RowOpener(const Sealing& sealing, std::string_view kind)
    : m_sealing(sealing), m_prefixBytes(sealing.m_first ? 0 : kPrefixBytes), m_binding(bindingOf(kind)), m_kindBytes(m_binding.size())
{
}

vault::Opener& RowOpener::openerOf(BytesView prefix)
{
    const auto is = [&](const Known& known) { return std::equal(prefix.begin(), prefix.end(), known.prefix.begin(), known.prefix.end()); };
    if (m_last >= m_known.size() || !is(m_known[m_last])) {
        const auto found = std::find_if(m_known.begin(), m_known.end(), is);
        m_last = static_cast<std::size_t>(found - m_known.begin());
        if (found == m_known.end()) {
            m_known.push_back({Bytes(prefix.begin(), prefix.end()), vault::Opener(m_sealing.archiveOf(prefix)->rows)});
        }
    }
    return m_known[m_last].opener;
}

const Bytes& RowOpener::open(BytesView rowKey, BytesView sealed)
{
    if (sealed.size() < m_prefixBytes) {
        throw Failure(damaged("index row"));
    }
    m_binding.resize(m_kindBytes);
    appendText(m_binding, asText(rowKey));
    if (!openerOf(sealed.first(m_prefixBytes)).open(sealed.subspan(m_prefixBytes), m_binding, m_plain)) {
        throw Failure(damaged("index row"));
    }
    return m_plain;
}

Bytes Sealing::freshSalt(std::string_view archive) const
{
    Bytes salt = randomBytes(kSaltBytes);
    if (!m_first) {
        const SharedArchive found = find(archive);
        if (!found) {
            throw Failure(damaged("no key for a segment"));
        }
        salt.insert(salt.begin(), found->id.begin(), found->id.end());
    }
    return salt;
}

Bytes Sealing::adoptSegment(std::string_view archive, const vault::Key& segmentKey) const
{
    const SharedArchive found = find(archive);
    if (!found) {
        throw Failure(damaged("no key for a segment"));
    }
    const Bytes sealed = vault::seal(found->packs, segmentKey.bytes(), asBytes(kAdopted));
    Bytes salt = found->id;
    salt.insert(salt.end(), sealed.begin(), sealed.end());
    return salt;
}

vault::Key Sealing::segmentKey(BytesView salt) const
{
    if (m_first) {
        return vault::derive(m_first->packs, salt, "akari pack segment");
    }
    const SharedArchive archive = salt.size() > vault::kDataKeyIdBytes ? findById(salt.first(vault::kDataKeyIdBytes)) : nullptr;
    if (!archive) {
        throw Failure(damaged("a segment's key is gone"));
    }
    const BytesView rest = salt.subspan(vault::kDataKeyIdBytes);
    if (rest.size() == kSaltBytes) {
        return vault::derive(archive->packs, rest, "akari pack segment");
    }
    auto plain = vault::open(archive->packs, rest, asBytes(kAdopted));
    if (!plain || plain->size() != 32) {
        throw Failure(damaged("a segment's key"));
    }
    vault::Key key{BytesView(*plain)};
    vault::wipe(*plain);
    return key;
}

} // namespace akari::cache
