// Private to the room: what happens to files between the folder and the cache. Threads read, hash, check and sort into batches of one series;
// one thread seals. Bytes in memory are bounded: push() waits for room.
#pragma once

#include <condition_variable>
#include <deque>
#include <thread>

#include "core/importing/Admission.h"
#include "core/importing/BufferPool.h"
#include "core/importing/Collector.h"
#include "core/importing/FileKind.h"
#include "core/importing/InputFile.h"
#include "core/importing/Wrap.h"

namespace akari::importing {

// A file to be read, or a member that was unpacked.
struct Candidate {
    std::filesystem::path path; // empty: `bytes` is all
    std::string shown;
    SharedBytes bytes;
};

// Makes an object of a picture, document or video; none where there is no chosen patient.
using Wrapper = std::function<Result<Wrapped>(FileKind, const SharedBytes&, Admission&)>;

class Pipeline {
public:
    Pipeline(cache::Cache& cache, const ImportOptions& options, Collector& collector, Wrapper wrapper, StopToken stop);
    ~Pipeline();
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    void push(Candidate candidate);
    // Until everything pushed is looked at (not yet sealed). Archives that were met among the files come out.
    std::vector<Candidate> drain();
    // Until everything is sealed. Nothing may be pushed after it.
    void finish();
    bool ending() const { return m_stop.stopRequested() || m_collector.stopped(); }
    const StopToken& stop() const { return m_stop; }
    BufferPool& buffers() { return m_buffers; }

private:
    struct Batch {
        std::vector<cache::IncomingObject> objects;
        std::uint64_t bytes = 0;
        std::uint64_t news = 0; // of them, what the cache does not hold yet
        // What the headers say; not the headers, which would keep all that was inflated.
        cache::StudyRecord study;
        cache::SeriesRecord series;
    };
    struct Task {
        Candidate candidate;
        std::uint64_t reserved = 0;
        std::uint64_t turn = 0; // counted as pushed
    };
    void readLoop();
    void sealLoop();
    // Hashed side by side: as many tasks as the processor hashes at once, none waited for that is not there.
    std::vector<Task> takeTasks(); // with m_mutex
    void process(std::vector<Task>& tasks, std::vector<std::uint64_t>& kept);
    void judge(std::span<Task> tasks, std::vector<std::optional<dicom::Part10>>& files, std::span<std::uint64_t> kept);
    // The object in it, where there is one that may go on.
    std::optional<dicom::Part10> look(Task& task);
    Result<SharedBytes> load(const Candidate& candidate, FileKind& kind);
    std::optional<dicom::Part10> objectIn(Task& task, const SharedBytes& bytes, FileKind kind);
    // How many bytes go on to sealing; the room of the rest is free again.
    std::uint64_t admit(Task& task, const dicom::Part10& file, BytesView sha256);
    void toBatch(cache::IncomingObject object, const dicom::DataSet& header, std::uint64_t news);
    // What a file turned out to need beyond its own size. Does not wait, so that no two wait for each other.
    void reserve(Task& task, std::uint64_t bytes);
    // Until everything that was pushed before is judged.
    void awaitTurn(const Task& task);
    void passTurn(std::uint64_t turn);
    void seal(const Batch& batch);
    Status announce(const Batch& batch);
    // With m_mutex: a full batch, or the largest that is open when nothing else can go on.
    bool batchReady() const;
    Batch takeBatch();

    // Constant after construction.
    cache::Cache& m_cache;
    const ImportOptions& m_options;
    Collector& m_collector;
    const Wrapper m_wrapper;
    const StopToken m_stop;
    Admission m_admission;
    BufferPool m_buffers;

    // Protected by m_mutex.
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::condition_variable m_turns;
    std::uint64_t m_pushed = 0;
    std::uint64_t m_turn = 0;          // of the next to be judged
    std::set<std::uint64_t> m_passed; // that ended before their turn
    std::deque<Task> m_tasks;
    std::map<std::vector<std::string>, Batch> m_open; // by archive, study, series
    std::deque<Batch> m_full;
    std::vector<Candidate> m_archives;
    std::uint64_t m_underway = 0; // bytes reserved and not yet sealed
    std::size_t m_reading = 0; // tasks
    bool m_waitingForRoom = false;
    bool m_draining = false;
    bool m_readersEnd = false;
    bool m_sealerEnds = false;

    // The sealing thread's own.
    std::set<std::vector<std::string>> m_announced;

    std::vector<std::thread> m_readers;
    std::thread m_sealer;
};

} // namespace akari::importing
