#include "core/session/StudyTable.h"

#include <algorithm>
#include <numeric>
#include <sstream>
#include <tuple>

#include "core/base/JobQueue.h"
#include "core/dicom/SearchText.h"
#include "core/vault/Seal.h"

namespace akari::session {
namespace {

constexpr std::size_t kMostLevels = 12;
constexpr std::size_t kFewRows = 200; // up to here placing one by one beats sorting all

std::uint64_t digits(const std::string& text, std::size_t count)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const char c = i < text.size() ? text[i] : '0';
        if (c < '0' || c > '9') {
            return 0;
        }
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

std::uint64_t whenOf(const cache::StudyRecord& study) { return digits(study.studyDate, 8) * 1000000 + digits(study.studyTime, 6); }

std::vector<std::string*> textsOf(cache::StudyRecord& s)
{
    return {&s.archive, &s.patientId, &s.issuerOfPatientId, &s.patientName.alphabetic, &s.patientName.ideographic, &s.patientName.phonetic,
            &s.patientBirthDate, &s.patientSex, &s.studyDate, &s.studyTime, &s.studyDescription, &s.accessionNumber, &s.referringPhysician,
            &s.study.value};
}

// 山田^太郎 is looked for as 山田太郎 too.
void appendJoined(std::string& text, const std::string& group)
{
    std::string joined;
    std::copy_if(group.begin(), group.end(), std::back_inserter(joined), [](char c) { return c != '^' && c != ' '; });
    if (joined.size() != group.size()) {
        text += joined + '\n';
    }
}

} // namespace

std::string searchedText(const cache::StudyRecord& study)
{
    std::string text;
    text.reserve(256);
    const auto add = [&](const std::string& part) {
        if (!part.empty()) {
            text += part;
            text += '\n';
        }
    };
    for (const auto* group : {&study.patientName.alphabetic, &study.patientName.ideographic, &study.patientName.phonetic}) {
        add(*group);
    }
    appendJoined(text, study.patientName.ideographic);
    appendJoined(text, study.patientName.phonetic);
    for (const auto* part : {&study.patientId, &study.accessionNumber, &study.studyDescription, &study.archive}) {
        add(*part);
    }
    for (const auto& modality : study.modalities) {
        add(modality);
    }
    add(study.studyDate);
    if (study.studyDate.size() == 8) {
        add(study.studyDate.substr(0, 4) + "-" + study.studyDate.substr(4, 2) + "-" + study.studyDate.substr(6, 2));
    }
    text = dicom::searchText(text);
    std::replace(text.begin(), text.end(), '\0', ' ');
    return text;
}

std::vector<std::string> searchWords(std::string_view filter)
{
    std::vector<std::string> words;
    std::istringstream in(dicom::searchText(filter));
    for (std::string word; in >> word;) {
        // 2026/01/03 is how a date is typed in Japan.
        if (word.find_first_not_of("0123456789/") == std::string::npos) {
            std::replace(word.begin(), word.end(), '/', '-');
        }
        std::erase(word, '\0');
        if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end()) {
            words.push_back(std::move(word));
        }
    }
    return words;
}

std::size_t StudyTable::ByPlace::operator()(StudyId id) const
{
    const auto& study = (*rows)[id].row.study;
    return std::hash<std::string>()(study.study.value) * 31 + std::hash<std::string>()(study.archive);
}

bool StudyTable::ByPlace::operator()(StudyId a, StudyId b) const
{
    const auto& one = (*rows)[a].row.study;
    const auto& other = (*rows)[b].row.study;
    return one.study == other.study && one.archive == other.archive;
}

StudyTable::StudyTable() : m_places(16, ByPlace{&m_rows}, ByPlace{&m_rows}), m_order(std::make_shared<const Ids>()) {}

StudyId StudyTable::put(cache::StudyRecord study, bool fromCache)
{
    const auto next = static_cast<StudyId>(m_rows.size());
    m_rows.emplace_back();
    m_rows.back().row.study = std::move(study);
    const auto [found, made] = m_places.insert(next);
    const StudyId id = *found;
    study = std::move(m_rows.back().row.study);
    if (!made) {
        m_rows.pop_back();
    }
    set(id, std::move(study), fromCache);
    return id;
}

std::optional<StudyId> StudyTable::known(const StudyPlace& place)
{
    // The set is asked with a row of its own, as it holds rows only.
    m_rows.emplace_back();
    m_rows.back().row.study.archive = place.archive;
    m_rows.back().row.study.study = place.study;
    const auto found = m_places.find(static_cast<StudyId>(m_rows.size() - 1));
    m_rows.pop_back();
    return found == m_places.end() ? std::nullopt : std::optional(*found);
}

void StudyTable::set(StudyId id, cache::StudyRecord study, bool fromCache)
{
    Row& row = m_rows[id];
    m_live += row.live ? 0 : 1;
    row.live = true;
    (fromCache ? row.row.cached : row.row.listed) = true;
    (fromCache ? row.cacheExpected : row.listedExpected) = study.expected;
    // What the objects themselves say prevails over the archive's list.
    if (fromCache || !row.row.cached) {
        row.row.study = std::move(study);
        row.when = whenOf(row.row.study);
        row.patient = std::hash<std::string>()(row.row.study.patientId);
    }
    row.row.study.expected = std::max(row.cacheExpected, row.listedExpected);
}

void StudyTable::forget(StudyId id, bool fromCache)
{
    Row& row = m_rows[id];
    (fromCache ? row.row.cached : row.row.listed) = false;
    (fromCache ? row.cacheExpected : row.listedExpected) = -1;
    row.row.study.expected = std::max(row.cacheExpected, row.listedExpected);
    if (fromCache) {
        row.row.study.stored = 0;
        row.row.study.storedBytes = 0;
        row.row.study.complete = false;
    }
    if (!row.row.cached && !row.row.listed) {
        drop(id);
    }
}

void StudyTable::drop(StudyId id)
{
    Row& row = m_rows[id];
    m_places.erase(id);
    m_text.remove(id);
    for (std::string* text : textsOf(row.row.study)) {
        vault::wipe(*text);
    }
    row = Row();
    --m_live;
}

void StudyTable::cacheHolds(std::vector<cache::StudyRecord> studies)
{
    Ids changed;
    changed.reserve(studies.size());
    m_rows.reserve(m_rows.size() + studies.size() + 1);
    m_places.reserve(m_places.size() + studies.size());
    std::vector<std::uint8_t> still(m_rows.size() + studies.size(), 0);
    for (auto& study : studies) {
        const StudyId id = put(std::move(study), true);
        still[id] = 1;
        changed.push_back(id);
    }
    for (StudyId id = 0; id < m_rows.size(); ++id) {
        if (m_rows[id].live && m_rows[id].row.cached && still[id] == 0) {
            forget(id, true);
        }
    }
    settle(changed);
}

void StudyTable::cacheHas(const StudyPlace& place, std::optional<cache::StudyRecord> study)
{
    if (study) {
        settle({put(std::move(*study), true)});
        return;
    }
    const auto id = known(place);
    if (!id) {
        return;
    }
    if (m_rows[*id].row.cached) {
        forget(*id, true);
    }
    settle({*id});
}

void StudyTable::archiveLists(const std::string& archive, std::vector<cache::StudyRecord> studies)
{
    Ids changed;
    std::vector<std::uint8_t> still(m_rows.size() + studies.size(), 0);
    for (auto& study : studies) {
        study.archive = archive;
        const StudyId id = put(std::move(study), false);
        still[id] = 1;
        changed.push_back(id);
    }
    for (StudyId id = 0; id < m_rows.size(); ++id) {
        if (m_rows[id].live && m_rows[id].row.listed && still[id] == 0 && m_rows[id].row.study.archive == archive) {
            forget(id, false);
        }
    }
    settle(changed);
}

bool StudyTable::before(StudyId a, StudyId b) const
{
    const Row& one = m_rows[a];
    const Row& other = m_rows[b];
    return std::tie(other.when, one.row.study.archive, one.row.study.study, a) < std::tie(one.when, other.row.study.archive, other.row.study.study, b);
}

void StudyTable::settle(const Ids& changed)
{
    std::vector<std::string> texts(changed.size());
    parallelFor(static_cast<int>(changed.size()), 512, [&](int begin, int end) {
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
            texts[i] = m_rows[changed[i]].live ? searchedText(m_rows[changed[i]].row.study) : std::string();
        }
    });
    if (changed.size() > kFewRows) {
        m_text.reserve(std::accumulate(texts.begin(), texts.end(), std::size_t{0},
                                       [](std::size_t sum, const auto& text) { return sum + text.size() + 1; }));
    }
    for (std::size_t i = 0; i < changed.size(); ++i) {
        m_text.put(changed[i], texts[i]);
        vault::wipe(texts[i]);
    }
    m_levels.clear();
    const auto earlier = [&](StudyId a, StudyId b) { return before(a, b); };
    Ids order;
    order.reserve(m_live);
    if (changed.size() <= kFewRows && m_order->size() > kFewRows) {
        // Rows keep their places except those that changed.
        std::copy_if(m_order->begin(), m_order->end(), std::back_inserter(order), [&](StudyId id) {
            return m_rows[id].live && std::find(changed.begin(), changed.end(), id) == changed.end();
        });
        for (const StudyId id : changed) {
            if (m_rows[id].live) {
                order.insert(std::lower_bound(order.begin(), order.end(), id, earlier), id);
            }
        }
    } else {
        order = sorted();
    }
    m_order = std::make_shared<const Ids>(std::move(order));
}

StudyTable::Ids StudyTable::sorted() const
{
    // The times lie side by side: most comparisons need no look at the rows, which lie far apart.
    std::vector<std::pair<std::uint64_t, StudyId>> byTime;
    byTime.reserve(m_live);
    for (StudyId id = 0; id < m_rows.size(); ++id) {
        if (m_rows[id].live) {
            byTime.emplace_back(m_rows[id].when, id);
        }
    }
    std::sort(byTime.begin(), byTime.end(),
              [&](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : before(a.second, b.second); });
    Ids ids(byTime.size());
    std::transform(byTime.begin(), byTime.end(), ids.begin(), [](const auto& one) { return one.second; });
    return ids;
}

StudyTable::Ids StudyTable::all() const
{
    Ids ids;
    ids.reserve(m_live);
    for (StudyId id = 0; id < m_rows.size(); ++id) {
        if (m_rows[id].live) {
            ids.push_back(id);
        }
    }
    return ids;
}

std::shared_ptr<const StudyTable::Ids> StudyTable::narrowed(const Ids& from, const std::string& word) const
{
    auto found = std::make_shared<Ids>();
    if (from.size() * 8 < m_rows.size()) { // few are looked at one by one
        std::copy_if(from.begin(), from.end(), std::back_inserter(*found), [&](StudyId id) { return m_text.holds(id, word); });
        return found;
    }
    std::vector<std::uint8_t> hit(m_rows.size(), 0);
    m_text.search(word, hit);
    found->reserve(from.size());
    std::copy_if(from.begin(), from.end(), std::back_inserter(*found), [&](StudyId id) { return hit[id] != 0; });
    return found;
}

std::shared_ptr<const StudyTable::Ids> StudyTable::find(std::vector<std::string> words)
{
    // A level serves when each of its words lies within one of these: then all that is looked for is in what it found.
    const auto within = [&](const Level& level) {
        return std::all_of(level.words.begin(), level.words.end(), [&](const auto& shorter) {
            return std::any_of(words.begin(), words.end(), [&](const auto& word) { return word.find(shorter) != std::string::npos; });
        });
    };
    while (!m_levels.empty() && !within(m_levels.back())) {
        m_levels.pop_back();
    }
    std::shared_ptr<const Ids> found = m_levels.empty() ? m_order : m_levels.back().ids;
    const std::vector<std::string> done = m_levels.empty() ? std::vector<std::string>() : m_levels.back().words;
    std::erase_if(words, [&](const auto& word) { return std::find(done.begin(), done.end(), word) != done.end(); });
    // The longest word leaves the fewest.
    std::sort(words.begin(), words.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
    std::vector<std::string> all = done;
    for (auto& word : words) {
        found = narrowed(*found, word);
        all.push_back(std::move(word));
    }
    if (!words.empty()) {
        if (m_levels.size() == kMostLevels) {
            m_levels.erase(m_levels.begin());
        }
        m_levels.push_back({std::move(all), found});
    }
    return found;
}

std::shared_ptr<const StudyTable::Ids> StudyTable::ofArchive(const Ids& ids, const std::string& archive) const
{
    auto found = std::make_shared<Ids>();
    std::copy_if(ids.begin(), ids.end(), std::back_inserter(*found), [&](StudyId id) { return m_rows[id].row.study.archive == archive; });
    return found;
}

StudyTable::Ids StudyTable::withPatientId(const std::string& patientId) const
{
    Ids ids;
    const std::uint64_t wanted = std::hash<std::string>()(patientId);
    for (StudyId id = 0; id < m_rows.size(); ++id) {
        if (m_rows[id].live && m_rows[id].patient == wanted && m_rows[id].row.study.patientId == patientId) {
            ids.push_back(id);
        }
    }
    return ids;
}

void StudyTable::wipe()
{
    for (Row& row : m_rows) {
        for (std::string* text : textsOf(row.row.study)) {
            vault::wipe(*text);
        }
    }
    m_places.clear();
    m_rows.clear();
    m_rows.shrink_to_fit();
    m_text.wipe();
    for (Level& level : m_levels) {
        for (std::string& word : level.words) {
            vault::wipe(word);
        }
    }
    m_levels.clear();
    m_order = std::make_shared<const Ids>();
    m_live = 0;
}

} // namespace akari::session
