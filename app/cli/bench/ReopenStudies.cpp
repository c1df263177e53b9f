#include "app/cli/bench/ReopenStudies.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <thread>

#include "app/cli/bench/PeerFrames.h"
#include "core/base/FileIo.h"
#include "core/cache/FromHeader.h"
#include "core/dicom/Tags.h"
#include "core/phantom/Phantom.h"

namespace akari::cli {

namespace {

namespace fs = std::filesystem;
namespace tags = dicom::tags;

constexpr std::size_t kBatch = 64;
constexpr int kSourceFrames = 12;
constexpr double kSpacing = 0.5; // mm
constexpr const char* kArchive = "bench";
constexpr dicom::Tag kMediaStorageSop{0x0002, 0x0003};

// Not a secret: what lies there is made up.
vault::Key benchKey()
{
    return vault::Key(Bytes(32, 0x42));
}

// Objects into a cache, batch by batch, as import does.
class Filler {
public:
    explicit Filler(cache::Cache& cache) : m_cache(cache) {}
    Status add(Bytes&& part10)
    {
        auto file = dicom::readPart10(std::make_shared<const Bytes>(std::move(part10)));
        if (!file) {
            return fail(file.error());
        }
        auto identity = dicom::identityOf(*file, kArchive);
        if (!identity) {
            return fail(identity.error());
        }
        m_batch.push_back(cache::incomingObject(*file, *identity));
        return m_batch.size() < kBatch ? Status() : flush();
    }
    Status flush()
    {
        if (m_batch.empty()) {
            return {};
        }
        cache::StudyRecord study;
        study.archive = kArchive;
        study.study = m_batch.front().identity.study;
        const auto put = m_cache.putStudy(study);
        const auto stored = put ? m_cache.store(m_batch) : Result<cache::StoreReport>(fail(put.error()));
        m_batch.clear();
        return stored ? Status() : Status(fail(stored.error()));
    }

private:
    cache::Cache& m_cache;
    std::vector<cache::IncomingObject> m_batch;
};

// Part 10 bytes with one short-form element's value replaced: explicit little endian, header only.
Status replaceValue(Bytes& file, dicom::Tag tag, const std::string& value)
{
    const std::array<std::uint8_t, 4> pattern{static_cast<std::uint8_t>(tag.group & 0xff), static_cast<std::uint8_t>(tag.group >> 8),
                                              static_cast<std::uint8_t>(tag.element & 0xff), static_cast<std::uint8_t>(tag.element >> 8)};
    const auto at = std::search(file.begin() + 132, file.end(), pattern.begin(), pattern.end());
    if (file.end() - at < 8) {
        return fail("bench.frames", "A frame of the benchmark lacks an attribute that it needs.");
    }
    const auto length = static_cast<std::ptrdiff_t>(at[6] | at[7] << 8);
    Bytes padded(value.begin(), value.end());
    if (padded.size() % 2 != 0) {
        padded.push_back(tag == tags::SOPInstanceUID || tag == kMediaStorageSop || tag == tags::FrameOfReferenceUID ? 0 : ' ');
    }
    at[6] = static_cast<std::uint8_t>(padded.size() & 0xff);
    at[7] = static_cast<std::uint8_t>(padded.size() >> 8);
    const auto begin = at + 8 - file.begin();
    file.erase(file.begin() + begin, file.begin() + begin + length);
    file.insert(file.begin() + begin, padded.begin(), padded.end());
    return {};
}

// Another object of the same series: `number` from 1. All in one frame of reference; the LIDC slices have one each, and would be as many
// stacks.
Result<Bytes> sliceOf(const Bytes& source, int number)
{
    auto file = dicom::readPart10(std::make_shared<const Bytes>(source));
    if (!file) {
        return fail(file.error());
    }
    // The same length as before: the file meta group's length stays.
    std::string uid = file->dataSet.textOr(tags::SOPInstanceUID);
    if (uid.size() < 20) {
        return fail("bench.frames", "A frame of the benchmark lacks an attribute that it needs.");
    }
    char tail[16];
    std::snprintf(tail, sizeof tail, "1%05d", number);
    uid.replace(uid.size() - 6, 6, tail);
    char position[64];
    std::snprintf(position, sizeof position, "-120\\-120\\%.2f", kSpacing * number);
    Bytes bytes = source;
    const std::pair<dicom::Tag, std::string> changes[] = {{kMediaStorageSop, uid},
                                                          {tags::SOPInstanceUID, uid},
                                                          {tags::InstanceNumber, std::to_string(number)},
                                                          {tags::ImagePositionPatient, position},
                                                          {tags::FrameOfReferenceUID, file->dataSet.textOr(tags::StudyInstanceUID)}};
    for (const auto& [tag, value] : changes) {
        if (auto done = replaceValue(bytes, tag, value); !done) {
            return fail(done.error());
        }
    }
    return bytes;
}

Status fillUncompressed(Context& context, Filler& filler, int slices)
{
    Status done;
    int number = 0;
    phantom::wholeBodyCt(slices, [&](phantom::GeneratedObject&& object) {
        done = filler.add(std::move(object.part10));
        if (++number % 100 == 0) {
            context.progress("making slices: " + std::to_string(number));
        }
        return done.has_value();
    });
    return done ? filler.flush() : done;
}

Status fillCompressed(const fs::path& frames, Filler& filler, int slices)
{
    std::vector<Bytes> sources;
    for (int i = 0; i < kSourceFrames; ++i) {
        auto bytes = readWholeFile(frames / (std::to_string(i) + ".dcm"));
        if (!bytes) {
            return fail(bytes.error());
        }
        sources.push_back(std::move(*bytes));
    }
    for (int number = 1; number <= slices; ++number) {
        auto slice = sliceOf(sources[static_cast<std::size_t>(number % kSourceFrames)], number);
        const Status added = slice ? filler.add(std::move(*slice)) : Status(fail(slice.error()));
        if (!added) {
            return added;
        }
    }
    return filler.flush();
}

// Makes the study unless it is there; what was given up half made is made again.
Status fill(const ReopenStudy& study, const std::function<Status(Filler&)>& work)
{
    const fs::path whole = study.folder / "whole";
    std::error_code ignored;
    if (fs::exists(whole, ignored)) {
        return {};
    }
    fs::remove_all(study.folder, ignored);
    {
        auto cache = study.open();
        if (!cache) {
            return fail(cache.error());
        }
        Filler filler(**cache);
        if (const auto done = work(filler); !done) {
            return done;
        }
    }
    return writeAtomically(whole, asBytes("whole"));
}

} // namespace

Result<std::unique_ptr<cache::Cache>> ReopenStudy::open() const
{
    return cache::Cache::open(folder, benchKey(), false);
}

Status ReopenStudy::makeTwins() const
{
    const auto cache = open();
    if (!cache) {
        return fail(cache.error());
    }
    const auto studies = (*cache)->studies();
    if (!studies || studies->empty()) {
        return fail("bench.study", "The folder of this benchmark holds something else; give another.");
    }
    decode::DecodePool pool;
    load::MemoryBudget budget(load::MemoryBudget::defaultLimit());
    load::StudyStore store({**cache, pool, budget}, studies->front().archive, studies->front().study, [](const std::string&) {});
    if (const Status added = store.addFromCache(); !added) {
        return added;
    }
    for (const auto& set : store.displaySets()) {
        store.loadAll(set->id);
    }
    std::uint64_t bytes = 0;
    for (int quiet = 0; quiet < 10; std::this_thread::sleep_for(std::chrono::milliseconds(200))) {
        const auto usage = (*cache)->usage();
        quiet = usage && usage->twinBytes == bytes ? quiet + 1 : 0;
        bytes = usage ? usage->twinBytes : 0;
    }
    return bytes > 0 ? Status() : Status(fail("bench.twins", "No decoded twins were written; is the disk nearly full?"));
}

Status ReopenStudy::dropTwins() const
{
    // They go first under a quota that is nearly used up.
    const auto cache = open();
    const auto usage = cache ? (*cache)->usage() : Result<cache::CacheUsage>(fail(cache.error()));
    if (!usage || usage->twinBytes == 0) {
        return usage ? Status() : Status(fail(usage.error()));
    }
    const auto set = (*cache)->setQuota(usage->bytes - usage->twinBytes);
    return set ? (*cache)->setQuota(std::nullopt) : set;
}

Result<std::unique_ptr<ReopenStudies>> ReopenStudies::make(Context& context, const ReopenOptions& options)
{
    auto made = std::make_unique<ReopenStudies>();
    made->kept = !options.folder.empty();
    made->folder = made->kept ? fs::path(options.folder) : fs::temp_directory_path() / ("akari-bench-" + toHex(randomBytes(6)));
    const std::string count = std::to_string(options.slices);
    const auto wanted = [&](const std::string& name) { return options.only.empty() || options.only == name; };
    if (wanted("uncompressed")) {
        made->studies.push_back({"uncompressed", false, made->folder / ("uncompressed-" + count)});
        if (auto done = fill(made->studies.back(), [&](Filler& filler) { return fillUncompressed(context, filler, options.slices); });
            !done) {
            return fail(done.error());
        }
        context.endProgress();
    }
    const fs::path frames = made->folder / "frames";
    for (const char* name : {"jpegls", "jpeg2000"}) {
        if (!wanted(name)) {
            continue;
        }
        const ReopenStudy study{name, true, made->folder / (std::string(name) + "-" + count)};
        const auto done = fill(study, [&](Filler& filler) {
            std::error_code ignored;
            if (!fs::exists(frames / name, ignored)) {
                if (const auto prepared = prepareFrames(frames, kSourceFrames); !prepared) {
                    return prepared;
                }
            }
            return fillCompressed(frames / name, filler, options.slices);
        });
        if (!done) {
            made->missing = done.error();
            break;
        }
        made->studies.push_back(study);
    }
    return made;
}

ReopenStudies::~ReopenStudies()
{
    if (!kept) {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }
}

} // namespace akari::cli
