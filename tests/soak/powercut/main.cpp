// powercut-check LOG MANIFEST RECORDED FINISHED WORK [--every N] [--seed N] [--part I --parts N] [--unflushed TEXT] [--only OPERATION
// VARIANT SEED] [--keep N FOLDER] [--first]
//
// Cuts the power before every recorded change of the disk and judges what is left, in each variant. One line of JSON at the end; each
// failure is a line before it. LOG: see Log.h. MANIFEST: the objects as the archive has them. RECORDED: the recorded folder as the run left
// it. FINISHED: the data folder in a copy of it. WORK: an empty folder, best in memory. --keep leaves every Nth state unopened below
// FOLDER, for whole programs. --first ends with the first moment that has a failure. 1: there were failures.
//
// powercut-check --compare MANIFEST FOLDER   the cache's objects against the archive's, as JSON
// powercut-check --act MANIFEST FOLDER       see Act.h
// powercut-check --signed FOLDER             SOP Instance UID and SHA-256 of what was signed; the passphrase in AKARI_PASSPHRASE
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>

#include "core/base/FileIo.h"
#include "tests/soak/powercut/Act.h"
#include "tests/soak/powercut/Disk.h"
#include "tests/soak/powercut/Judge.h"

namespace {

using namespace akari;
using namespace akari::soak;
namespace fs = std::filesystem;

constexpr Variant kVariants[] = {Variant::Dropped, Variant::DroppedOrdered, Variant::Kept, Variant::TornOrdered, Variant::TornStrict};

struct Options {
    fs::path log, manifest, recorded, finished, work, keepIn;
    std::size_t every = 1, part = 0, parts = 1, rounds = 1, keep = 0;
    std::uint64_t seed = 1;
    std::string unflushed;
    bool first = false;
    std::optional<std::size_t> onlyOperation;
    std::size_t onlyVariant = 0, onlyRound = 0;
};

Options parse(int count, char** words)
{
    if (count < 6) {
        throw std::runtime_error("powercut-check LOG MANIFEST RECORDED FINISHED WORK …");
    }
    Options options;
    options.log = words[1];
    options.manifest = words[2];
    options.recorded = words[3];
    options.finished = words[4];
    options.work = words[5];
    for (int i = 6; i < count; ++i) {
        const std::string word = words[i];
        const auto number = [&] { return i + 1 < count ? std::strtoull(words[++i], nullptr, 10) : 0; };
        if (word == "--every") {
            options.every = std::max<std::size_t>(1, number());
        } else if (word == "--rounds") {
            options.rounds = number();
        } else if (word == "--seed") {
            options.seed = number();
        } else if (word == "--unflushed") {
            options.unflushed = i + 1 < count ? words[++i] : "";
        } else if (word == "--part") {
            options.part = number();
        } else if (word == "--parts") {
            options.parts = std::max<std::size_t>(1, number());
        } else if (word == "--keep") {
            options.keep = number();
            options.keepIn = i + 1 < count ? words[++i] : "";
        } else if (word == "--first") {
            options.first = true;
        } else if (word == "--only") {
            options.onlyOperation = number();
            options.onlyVariant = number();
            options.onlyRound = number();
        } else {
            throw std::runtime_error("unknown option " + word);
        }
    }
    return options;
}

void writeOut(const DiskState& state, const fs::path& folder)
{
    fs::remove_all(folder);
    fs::create_directories(folder);
    for (const std::string& one : state.folders) {
        fs::create_directories(folder / one);
        fs::permissions(folder / one, fs::perms::owner_all);
    }
    for (const auto& [path, bytes] : state.files) {
        std::ofstream out(folder / path, std::ios::binary);
        out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        if (!out) {
            throw std::runtime_error("a state can't be written");
        }
    }
}

// The log has everything that was done: its end is what really lies there.
void requireWhole(const Log& log, const fs::path& root)
{
    Disk disk;
    for (const Operation& one : log.operations) {
        disk.apply(one);
    }
    const DiskState state = disk.whole();
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        const std::string path = fs::relative(entry.path(), root).string();
        if (entry.is_directory() && !state.folders.contains(path)) {
            throw std::runtime_error("the log misses the folder " + path);
        }
        if (!entry.is_regular_file() || path.ends_with("-shm")) {
            continue;
        }
        ++files;
        const auto bytes = readWholeFile(entry.path());
        const auto known = state.files.find(path);
        if (!bytes || known == state.files.end() || known->second != *bytes) {
            throw std::runtime_error("the log does not lead to " + path);
        }
    }
    if (files != state.files.size()) {
        throw std::runtime_error("the log leads to files that are not there");
    }
}

class Run {
public:
    explicit Run(const Options& options)
        : m_options(options), m_log(Log::read(options.log)), m_judge(Expectation::read(options.manifest), options.finished),
          m_name(options.finished.filename().string())
    {
        requireWhole(m_log, options.recorded);
        for (Operation& one : m_log.operations) {
            const bool flushes = one.kind == Kind::Sync || one.kind == Kind::SyncFolder;
            if (!options.unflushed.empty() && flushes && one.path.find(options.unflushed) != std::string::npos) {
                one.kind = Kind::Output;
            }
        }
    }

    int all()
    {
        std::size_t number = 0;
        for (std::size_t at = 0; at <= m_log.operations.size() && !(m_options.first && m_failures > 0); ++at) {
            const bool end = at == m_log.operations.size();
            if (end || m_log.operations[at].changes()) {
                ++m_changes;
                if (end || number++ % m_options.every == 0) {
                    cutAt(at);
                }
            }
            if (!end) {
                m_disk.apply(m_log.operations[at]);
            }
        }
        const Totals& totals = m_judge.totals();
        const nlohmann::json result{{"changes", m_changes - 1},
                                    {"cuts", m_cuts},
                                    {"states", m_states},
                                    {"same", m_same},
                                    {"failures", m_failures},
                                    {"objectsRead", totals.objectsRead},
                                    {"objectsFetchedAgain", totals.objectsFetchedAgain},
                                    {"draftsFound", totals.draftsFound},
                                    {"signedFound", totals.signedFound},
                                    {"acknowledgements", m_log.acknowledgements.size()}};
        std::cout << result.dump() << std::endl;
        return m_failures == 0 ? 0 : 1;
    }

private:
    void cutAt(std::size_t at)
    {
        if (m_options.onlyOperation && *m_options.onlyOperation != at) {
            return;
        }
        if (m_cuts++ % m_options.parts != m_options.part) {
            return;
        }
        std::vector<nlohmann::json> acknowledged;
        for (const Acknowledgement& one : m_log.acknowledgements) {
            if (one.from <= at) {
                acknowledged.push_back(one.what);
            }
        }
        for (std::size_t variant = 0; variant < std::size(kVariants); ++variant) {
            // Chance has more than one throw.
            const bool torn = kVariants[variant] == Variant::TornOrdered || kVariants[variant] == Variant::TornStrict;
            for (std::size_t round = 0; round < (torn ? m_options.rounds : 1); ++round) {
                cutAs({at, variant, round}, acknowledged);
            }
        }
    }

    struct Place {
        std::size_t at, variant, round;
    };

    void cutAs(const Place& place, const std::vector<nlohmann::json>& acknowledged)
    {
        if (m_options.onlyOperation && (place.variant != m_options.onlyVariant || place.round != m_options.onlyRound)) {
            return;
        }
        std::mt19937_64 random(m_options.seed * 1'000'003 + place.at * 64 + place.variant * 8 + place.round);
        DiskState state = m_disk.cut(kVariants[place.variant], random);
        auto& [lastAcknowledged, last] = m_last[place.variant];
        if (acknowledged.size() == lastAcknowledged && state == last) {
            ++m_same;
            return;
        }
        judge(state, place, acknowledged);
        lastAcknowledged = acknowledged.size();
        last = std::move(state);
    }

    void judge(const DiskState& state, const Place& place, const std::vector<nlohmann::json>& acknowledged)
    {
        ++m_states;
        writeOut(state, m_options.work);
        if ((m_options.keep > 0 && m_states % m_options.keep == 0) || (m_options.onlyOperation && !m_options.keepIn.empty())) {
            keep(state, place, acknowledged);
        }
        for (const std::string& what : m_judge.judge(m_options.work / m_name, acknowledged)) {
            ++m_failures;
            std::cout << nlohmann::json{{"operation", place.at},
                                        {"variant", place.variant},
                                        {"round", place.round},
                                        {"model", text(kVariants[place.variant])},
                                        {"wrong", what},
                                        {"before", place.at < m_log.operations.size() ? m_log.operations[place.at].path : "end"}}
                             .dump()
                      << std::endl;
        }
    }

    void keep(const DiskState& state, const Place& place, const std::vector<nlohmann::json>& acknowledged)
    {
        const fs::path folder =
            m_options.keepIn / (std::to_string(place.at) + "-" + std::to_string(place.variant) + "-" + std::to_string(place.round));
        writeOut(state, folder);
        std::ofstream(folder.string() + ".json") << nlohmann::json{{"acknowledged", acknowledged}}.dump();
    }

    const Options m_options;
    Log m_log;
    Judge m_judge;
    const std::string m_name;
    Disk m_disk;
    std::map<std::size_t, std::pair<std::size_t, DiskState>> m_last; // by variant; the first: how many acknowledgements
    std::size_t m_changes = 0, m_cuts = 0, m_states = 0, m_same = 0, m_failures = 0;
};

} // namespace

int main(int count, char** words)
{
    try {
        if (count == 4 && std::string(words[1]) == "--compare") {
            std::cout << compared(words[2], words[3]).dump() << std::endl;
            return 0;
        }
        if (count == 4 && std::string(words[1]) == "--act") {
            act(words[2], words[3]);
            return 0;
        }
        if (count == 3 && std::string(words[1]) == "--signed") {
            const char* passphrase = std::getenv("AKARI_PASSPHRASE");
            std::cout << signedIn(words[2], passphrase ? passphrase : "").dump() << std::endl;
            return 0;
        }
        return Run(parse(count, words)).all();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "powercut-check: %s\n", error.what());
        return 2;
    }
}
