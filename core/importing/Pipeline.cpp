#include "core/importing/Pipeline.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "core/base/ManySha256.h"
#include "core/cache/FromHeader.h"
#include "core/dicom/HashedIdentity.h"
#include "core/dicom/Tags.h"

namespace akari::importing {
namespace {

namespace tags = dicom::tags;
constexpr std::size_t kMostTasks = 256;
constexpr std::uint64_t kMostTogether = std::uint64_t{16} << 20; // of files that one thread reads before it goes on
constexpr std::chrono::milliseconds kGathering{5};

// The size that is reserved before a file is read; what can't be asked is found out by the reader.
std::uint64_t sizeOf(const Candidate& candidate)
{
    if (candidate.bytes) {
        return candidate.bytes->size();
    }
    std::error_code unknown;
    const std::uint64_t size = std::filesystem::file_size(candidate.path, unknown);
    return unknown ? 0 : size;
}

} // namespace

Pipeline::Pipeline(cache::Cache& cache, const ImportOptions& options, Collector& collector, Wrapper wrapper, StopToken stop)
    : m_cache(cache), m_options(options), m_collector(collector), m_wrapper(std::move(wrapper)), m_stop(std::move(stop)), m_admission(cache)
{
    const unsigned readers = std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
    for (unsigned i = 0; i < readers; ++i) {
        m_readers.emplace_back([this] { readLoop(); });
    }
    m_sealer = std::thread([this] { sealLoop(); });
}

Pipeline::~Pipeline() { finish(); }

void Pipeline::push(Candidate candidate)
{
    const std::uint64_t size = sizeOf(candidate);
    std::unique_lock lock(m_mutex);
    const auto room = [&] {
        return ending() || (m_tasks.size() < kMostTasks && (m_underway == 0 || m_underway + size <= m_options.underwayBytes));
    };
    if (!room()) {
        m_waitingForRoom = true;
        m_changed.notify_all();
        m_changed.wait(lock, room);
        m_waitingForRoom = false;
    }
    if (ending()) {
        return;
    }
    m_underway += size;
    m_tasks.push_back({std::move(candidate), size, m_pushed++});
    m_changed.notify_all();
}

std::vector<Candidate> Pipeline::drain()
{
    std::unique_lock lock(m_mutex);
    m_draining = true;
    m_changed.notify_all();
    m_changed.wait(lock, [&] { return m_tasks.empty() && m_reading == 0; });
    m_draining = false;
    return std::exchange(m_archives, {});
}

void Pipeline::finish()
{
    static_cast<void>(drain());
    {
        const std::lock_guard lock(m_mutex);
        if (m_readersEnd) {
            return;
        }
        m_readersEnd = true;
        m_sealerEnds = true;
        for (auto& [key, batch] : m_open) {
            m_full.push_back(std::move(batch));
        }
        m_open.clear();
        m_changed.notify_all();
    }
    for (std::thread& reader : m_readers) {
        reader.join();
    }
    m_sealer.join();
}

std::vector<Pipeline::Task> Pipeline::takeTasks()
{
    std::vector<Task> tasks;
    std::uint64_t bytes = 0;
    while (!m_tasks.empty() && tasks.size() < sha256Lanes() && (tasks.empty() || bytes + m_tasks.front().reserved <= kMostTogether)) {
        bytes += m_tasks.front().reserved;
        tasks.push_back(std::move(m_tasks.front()));
        m_tasks.pop_front();
    }
    m_reading += tasks.size();
    return tasks;
}

void Pipeline::readLoop()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        // What turned out larger than its file waits alone.
        const auto mayRead = [&] { return !m_tasks.empty() && (m_reading == 0 || m_underway <= m_options.underwayBytes || ending()); };
        m_changed.wait(lock, [&] { return m_readersEnd || mayRead(); });
        if (m_tasks.empty()) {
            return;
        }
        // A moment for more to come: whoever pushes is quicker than reading and hashing.
        m_changed.wait_for(lock, kGathering, [&] { return m_tasks.size() >= sha256Lanes() || m_waitingForRoom || m_draining || m_readersEnd || m_tasks.empty(); });
        if (!mayRead()) {
            continue;
        }
        std::vector<Task> tasks = takeTasks();
        lock.unlock();
        std::vector<std::uint64_t> kept(tasks.size(), 0);
        process(tasks, kept);
        lock.lock();
        m_reading -= tasks.size();
        for (std::size_t i = 0; i < tasks.size(); ++i) {
            m_underway -= tasks[i].reserved - kept[i];
        }
        m_changed.notify_all();
    }
}

void Pipeline::process(std::vector<Task>& tasks, std::vector<std::uint64_t>& kept)
{
    std::vector<std::optional<dicom::Part10>> files;
    std::size_t judged = 0;
    for (Task& task : tasks) {
        const std::uint64_t before = task.reserved;
        files.push_back(ending() ? std::nullopt : look(task));
        task.candidate.bytes.reset();
        // What is larger in memory than its file is not kept waiting for the others: one of them at a time is enough.
        if (task.reserved > before || files.size() + judged == tasks.size()) {
            judge(std::span(tasks).subspan(judged, files.size()), files, std::span(kept).subspan(judged, files.size()));
            judged += files.size();
            files.clear();
        }
    }
}

void Pipeline::judge(std::span<Task> tasks, std::vector<std::optional<dicom::Part10>>& files, std::span<std::uint64_t> kept)
{
    std::vector<BytesView> messages;
    for (const auto& file : files) {
        if (file) {
            messages.push_back(file->source ? *file->source : *file->bytes);
        }
    }
    const std::vector<Bytes> hashes = sha256Each(messages);
    std::size_t next = 0;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (files[i]) {
            kept[i] = ending() ? 0 : admit(tasks[i], *files[i], hashes[next]);
            ++next;
            files[i].reset();
        }
        passTurn(tasks[i].turn);
    }
}

void Pipeline::reserve(Task& task, std::uint64_t bytes)
{
    const std::lock_guard lock(m_mutex);
    task.reserved += bytes;
    m_underway += bytes;
}

void Pipeline::awaitTurn(const Task& task)
{
    std::unique_lock lock(m_mutex);
    m_turns.wait(lock, [&] { return m_turn == task.turn; });
}

void Pipeline::passTurn(std::uint64_t turn)
{
    const std::lock_guard lock(m_mutex);
    m_passed.insert(turn);
    while (m_passed.erase(m_turn) != 0) {
        ++m_turn;
    }
    m_turns.notify_all();
}

Result<SharedBytes> Pipeline::load(const Candidate& candidate, FileKind& kind)
{
    if (candidate.bytes) {
        kind = kindOf(BytesView(*candidate.bytes).first(std::min(candidate.bytes->size(), kSniffBytes)));
        return candidate.bytes;
    }
    auto file = InputFile::open(candidate.path);
    if (!file) {
        return fail(file.error());
    }
    if (file->size() == 0) {
        return fail("import.empty", "The file is empty.");
    }
    // Not from the pool: a block that was small the last time is filled with zeroes when it grows again.
    std::array<std::uint8_t, kSniffBytes> start;
    const std::span<std::uint8_t> sniffed(start.data(), std::min<std::size_t>(file->size(), kSniffBytes));
    if (auto got = file->read(0, sniffed); !got) {
        return fail(got.error());
    }
    kind = kindOf(sniffed);
    const bool wanted = kind == FileKind::MaybeDicom || (kind != FileKind::Archive && kind != FileKind::Other && m_wrapper);
    if (!wanted) {
        return std::make_shared<const Bytes>(sniffed.begin(), sniffed.end());
    }
    if (file->size() > m_options.limits.memberBytes) {
        return fail("import.tooLarge", "The file is larger than an object that can be kept; it was left out.", std::to_string(file->size()) + " bytes");
    }
    const auto whole = m_buffers.take(file->size());
    if (auto got = file->read(0, *whole); !got) {
        return fail(got.error());
    }
    if (auto same = file->unchanged(); !same) {
        return fail(same.error());
    }
    return SharedBytes(whole);
}

std::optional<dicom::Part10> Pipeline::look(Task& task)
{
    try {
        FileKind kind = FileKind::Other;
        const auto bytes = load(task.candidate, kind);
        if (!bytes) {
            m_collector.reject(task.candidate.shown, bytes.error());
            return std::nullopt;
        }
        return objectIn(task, *bytes, kind);
    } catch (const std::exception&) { // a file larger than memory
        m_collector.reject(task.candidate.shown, {"memory.exhausted", "There is not enough memory to read the file; close other studies or programs.", ""});
        return std::nullopt;
    }
}

std::optional<dicom::Part10> Pipeline::objectIn(Task& task, const SharedBytes& bytes, FileKind kind)
{
    const std::string& shown = task.candidate.shown;
    const auto refuse = [&](Error why) {
        m_collector.reject(shown, std::move(why));
        return std::nullopt;
    };
    if (kind == FileKind::Archive) {
        if (task.candidate.bytes) {
            return refuse({"import.nested", "An archive inside an archive is not unpacked; unpack it and import the folder.", ""});
        }
        const std::lock_guard lock(m_mutex);
        m_archives.push_back(task.candidate);
        return std::nullopt;
    }
    if (kind == FileKind::Other) {
        return refuse({"import.notdicom", "This is no DICOM object, archive, picture or document that can be imported.", ""});
    }
    if (kind != FileKind::MaybeDicom && !m_wrapper) {
        return refuse({"import.patientless", "A picture, document or video does not say whose it is; import it with a chosen patient (--as-patient).", ""});
    }
    if (kind != FileKind::MaybeDicom) {
        auto wrapped = m_wrapper(kind, bytes, m_admission);
        if (!wrapped) {
            return refuse(wrapped.error());
        }
        if (wrapped->before) {
            m_collector.duplicate(*wrapped->before);
            return std::nullopt;
        }
        reserve(task, wrapped->object.bytes->size());
        return std::move(wrapped->object);
    }
    auto file = dicom::readPart10(bytes);
    if (!file) {
        return refuse(file.error());
    }
    if (file->source && file->bytes != file->source) {
        reserve(task, file->bytes->size()); // inflated
    }
    // The viewport shows what is left of such an object; here the whole one may be on the medium still, and must not give way to it.
    if (std::any_of(file->warnings.begin(), file->warnings.end(), [](const auto& one) { return one.code == "pixels.truncated"; })) {
        return refuse({"import.truncated", "The object is cut short: its pixel data ends early; it was left out. Copy it again from its source.", ""});
    }
    if (isDirectory(*file)) {
        m_collector.directory(shown, referencesOf(*file));
        return std::nullopt;
    }
    return std::move(*file);
}

std::uint64_t Pipeline::admit(Task& task, const dicom::Part10& file, BytesView sha256)
{
    const std::string& shown = task.candidate.shown;
    auto identity = dicom::identityOf(file, {}, sha256);
    if (!identity) {
        m_collector.reject(shown, identity.error());
        return 0;
    }
    // From here on in the order of the folder: whose a study is, and which version comes last, must not be chance.
    awaitTurn(task);
    const auto archive = m_admission.archiveOf(file.dataSet, identity->study);
    if (!archive) {
        m_collector.stop(archive.error());
        return 0;
    }
    identity->archive = *archive;
    const auto verdict = m_admission.judge(*identity);
    if (!verdict) {
        m_collector.stop(verdict.error());
        return 0;
    }
    const bool known = *verdict == Admission::Verdict::Duplicate || *verdict == Admission::Verdict::DuplicateConflict;
    if (*verdict == Admission::Verdict::Conflict || *verdict == Admission::Verdict::DuplicateConflict) {
        m_collector.conflict(shown, *identity);
    }
    if (known) {
        m_collector.duplicate(*identity);
    }
    if (*verdict == Admission::Verdict::Duplicate) {
        return 0;
    }
    // An older version that comes again goes to the cache too, which lets it prevail.
    cache::IncomingObject object = cache::incomingObject(file, std::move(*identity));
    const std::uint64_t size = object.bytes->size();
    reserve(task, task.reserved < size ? size - task.reserved : 0);
    toBatch(std::move(object), file.dataSet, known ? 0 : size);
    return size;
}

void Pipeline::toBatch(cache::IncomingObject object, const dicom::DataSet& header, std::uint64_t news)
{
    object.versionComputed = true;
    const std::lock_guard lock(m_mutex);
    const ObjectIdentity id = object.identity;
    const std::vector<std::string> key{id.archive, id.study.value, id.series.value};
    auto found = m_open.try_emplace(key).first;
    const auto& held = found->second.objects;
    // Of one object no two versions in a batch: the cache counts them one after the other.
    if (std::any_of(held.begin(), held.end(), [&](const auto& one) { return one.identity.sop == id.sop; })) {
        m_full.push_back(std::move(found->second));
        found->second = {};
    }
    Batch& batch = found->second;
    if (batch.objects.empty()) {
        batch.series.series = id.series;
        batch.series.modality = object.modality;
        batch.series.seriesNumber = static_cast<std::int32_t>(header.integer(tags::SeriesNumber).value_or(0));
        batch.series.description = header.textOr(tags::SeriesDescription);
        cache::completeFrom(header, batch.study);
    } else if (batch.study.issuerOfPatientId.empty()) {
        batch.study.issuerOfPatientId = header.textOr(tags::IssuerOfPatientID);
    }
    batch.bytes += object.bytes->size();
    batch.news += news;
    batch.objects.push_back(std::move(object));
    if (batch.objects.size() >= m_options.batchObjects || batch.bytes >= m_options.batchBytes) {
        m_full.push_back(std::move(batch));
        m_open.erase(found);
    }
}

bool Pipeline::batchReady() const
{
    return !m_full.empty() || (m_waitingForRoom && m_tasks.empty() && m_reading == 0 && !m_open.empty());
}

Pipeline::Batch Pipeline::takeBatch()
{
    if (m_full.empty()) {
        const auto largest = std::max_element(m_open.begin(), m_open.end(), [](const auto& a, const auto& b) { return a.second.bytes < b.second.bytes; });
        m_full.push_back(std::move(largest->second));
        m_open.erase(largest);
    }
    Batch batch = std::move(m_full.front());
    m_full.pop_front();
    return batch;
}

void Pipeline::sealLoop()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [&] { return m_sealerEnds || batchReady(); });
        if (!batchReady()) {
            return;
        }
        std::uint64_t bytes = 0;
        {
            const Batch batch = takeBatch();
            bytes = batch.bytes;
            lock.unlock();
            seal(batch);
        }
        lock.lock();
        m_underway -= bytes;
        m_changed.notify_all();
    }
}

// The study's and the series' fields, before their first objects: a crash then leaves no study without a name. Again when a batch is the first
// to say who issued the patient's number.
Status Pipeline::announce(const Batch& batch)
{
    const ObjectIdentity& id = batch.objects.front().identity;
    if (!m_announced.insert({id.archive, id.study.value, id.series.value, batch.study.issuerOfPatientId}).second) {
        return {};
    }
    auto held = m_cache.study(id.archive, id.study);
    if (!held) {
        return fail(held.error());
    }
    cache::StudyRecord study = *held ? **held : cache::StudyRecord();
    study.archive = id.archive;
    study.study = id.study;
    cache::complete(study, batch.study);
    const std::string& modality = batch.series.modality;
    if (!modality.empty() && std::find(study.modalities.begin(), study.modalities.end(), modality) == study.modalities.end()) {
        study.modalities.push_back(modality);
    }
    if (auto put = m_cache.putStudy(study); !put) {
        return put;
    }
    return m_cache.putSeries(id.archive, id.study, batch.series);
}

void Pipeline::seal(const Batch& batch)
{
    if (m_collector.stopped()) {
        return;
    }
    if (auto announced = announce(batch); !announced) {
        m_collector.stop(announced.error());
        return;
    }
    const ObjectIdentity& first = batch.objects.front().identity;
    if (cache::Hold& held = m_held[{first.archive, first.study}]; !held) {
        held = m_cache.hold(first.archive, first.study);
    }
    const auto report = m_cache.store(batch.objects);
    if (!report) {
        m_collector.stop(report.error());
        return;
    }
    m_collector.imported(batch.objects.front().identity, report->stored, batch.news);
}

} // namespace akari::importing
