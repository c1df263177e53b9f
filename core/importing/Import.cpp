#include "core/importing/Import.h"

#include <algorithm>

#include "core/importing/Pipeline.h"
#include "core/importing/Unpacker.h"
#include "core/importing/Walk.h"
#include "core/importing/Wrap.h"

namespace akari::importing {
namespace {

Wrapper wrapperFor(const std::optional<ChosenPatient>& patient, const Clock& clock, const StopToken& stop)
{
    if (!patient) {
        return {};
    }
    return [wrap = std::make_shared<Wrap>(*patient, clock, stop)](FileKind kind, const SharedBytes& bytes, Admission& admission) {
        return wrap->object(kind, bytes, admission);
    };
}

// What the list of studies shows: modalities of all series, how many objects there should be, whether all are here.
Status concludeStudy(cache::Cache& cache, const Collector& collector, ImportedStudy& study, bool whole, const std::string& time)
{
    const auto held = cache.study(study.archive, study.study);
    const auto series = cache.series(study.archive, study.study);
    if (!held || !series) {
        return fail(held ? series.error() : held.error());
    }
    if (!*held) {
        return {};
    }
    cache::StudyRecord record = **held;
    for (const cache::SeriesRecord& one : *series) {
        if (!one.modality.empty() && std::find(record.modalities.begin(), record.modalities.end(), one.modality) == record.modalities.end()) {
            record.modalities.push_back(one.modality);
        }
    }
    // A medium is its own measure: what was on it, or what its DICOMDIR says should be.
    const auto listed = static_cast<std::int64_t>(collector.listedOf(study.study));
    record.expected = std::max({record.expected, record.stored, listed});
    study.complete = whole && record.stored >= record.expected;
    if (auto put = cache.putStudy(record); !put) {
        return put;
    }
    return cache.markComplete(study.archive, study.study, study.complete, time);
}

} // namespace

ImportReport importPaths(cache::Cache& cache, const std::vector<std::filesystem::path>& paths, const ImportOptions& options,
                         const ImportEvents& events, const Clock& clock, StopToken stop)
{
    Collector collector(events);
    std::optional<ChosenPatient> patient = options.patient;
    if (patient) {
        if (auto known = completePatient(cache, *patient); !known) {
            collector.stop(known.error());
            return std::move(collector.report());
        }
    }
    {
        Pipeline pipeline(cache, options, collector, wrapperFor(patient, clock, stop), stop);
        walk(paths, collector, [&](const std::filesystem::path& path, std::string shown) {
            collector.looked(shown);
            pipeline.push({path, std::move(shown), nullptr});
            return !pipeline.ending();
        });
        for (const Candidate& archive : pipeline.drain()) {
            if (!pipeline.ending()) {
                unpackInto(pipeline, archive, options.limits, collector);
            }
        }
        pipeline.finish();
    }
    ImportReport& report = collector.report();
    report.cancelled = stop.stopRequested();
    const bool whole = !report.cancelled && !report.stopped;
    // What was lost can't say whose it was: it may be of any study here.
    const bool complete = whole && !collector.lost();
    collector.conclude(whole);
    for (ImportedStudy& study : report.studies) {
        if (auto done = concludeStudy(cache, collector, study, complete, isoTime(clock)); !done && !report.stopped) {
            report.stopped = done.error();
        }
    }
    return std::move(report);
}

} // namespace akari::importing
