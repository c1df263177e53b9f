// Private to the room: what the parts of the DICOMweb client share.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <span>

#include "core/archive/DicomJson.h"
#include "core/archive/DicomWeb.h"
#include "core/archive/HttpTransport.h"
#include "core/archive/KnownArchives.h"
#include "core/archive/MultipartParser.h"
#include "core/archive/OrthancFiles.h"

namespace akari::archive {

struct DicomWebClient::Impl {
    Impl(records::ArchiveSettings given, KnownArchives* known);

    struct Page {
        std::optional<JsonDocument> document; // none: the archive said 204
        bool more = false;                    // 206, or Warning 299
        std::string date;                     // the Date header
    };
    // One QIDO answer. HTML and whatever else is no DICOMweb answer is "archive.notdicom".
    Result<Page> getJson(const std::string& path, StopToken stop = {});

    // How long the pages of a list are: each twice as long as the one before, from `first` to `most` rows.
    template <class T> struct Pages {
        std::size_t first = 0, most = 0;
        std::function<void(const std::vector<T>&)> came{}; // what is new of a page; may be empty
    };
    // Pages of a list until nothing new comes. `expected`: as many as the archive is known to have, or -1; then no page is asked for
    // only to see that it is empty.
    template <class T, class Read, class Key>
    Result<Found<T>> list(const std::string& path, const Pages<T>& pages, std::int64_t expected, const Read& read, const Key& key,
                          const StopToken& stop = {});
    Result<Found<InstanceResult>> instances(const StudyInstanceUid& study, const SeriesInstanceUid& series, std::int64_t expected,
                                            const Pages<InstanceResult>& pages, const StopToken& stop);

    // One retrieval: what is asked for, in forms from what the standard asks for down to what some archives alone take.
    struct Ask {
        std::string path;
        std::string url; // instead of path
        std::span<const char* const> forms;
        std::atomic<std::size_t>* remembered = nullptr; // the form that this archive took last; null: there is but one
        bool dicom = false;        // a single body must say application/dicom; else it may be anything but text
        std::uint64_t longest = 0; // bytes of one part; 0: no more is known than that 2 GiB is no object
        std::uint64_t length = 0;  // bytes of a single body as the archive's list has it; 0: not said
        bool compressed = false;
    };
    using PartSink = std::function<Status(MultipartParser::Part part)>;
    // The parts of the answer, whichever of the forms the archive takes. Each part's fields hold its content-type.
    Result<StreamReport> retrieve(const Ask& ask, const PartSink& part, const StopToken& stop);
    Result<StreamReport> retrieveWith(const Ask& ask, const char* accept, const PartSink& part, const StopToken& stop);
    // The one object that is asked for, and nothing else. Without a SOP Instance UID: any one of the series.
    Result<dicom::Part10> retrieveOne(const Ask& ask, const StudyInstanceUid& study, const SeriesInstanceUid& series, const SopInstanceUid& sop,
                                      const StopToken& stop);
    // The object as an Orthanc's own file; nullopt where that can't be had.
    std::optional<dicom::Part10> retrieveFile(const StudyInstanceUid& study, const SeriesInstanceUid& series, const SopInstanceUid& sop,
                                              const StopToken& stop);
    std::optional<dicom::Part10> retrieveOwnMiddle(const StudyInstanceUid& study, const SeriesInstanceUid& series, const StopToken& stop);
    static Ask fileAsked(const OrthancFiles::File& file);
    Ask instancesAsked(const StudyInstanceUid& study, const SeriesInstanceUid& series, const std::string& behind);

    // What the archive's lists say how long the objects of a series can be; 0: not said of each.
    std::uint64_t longestOf(const SeriesInstanceUid& series);
    void noteLongest(const SeriesInstanceUid& series, const std::vector<InstanceResult>& instances);

    // Constant after construction, but for the transport's own state.
    records::ArchiveSettings settings;
    std::shared_ptr<ArchiveHabits> habits;
    HttpTransport transport;
    OrthancFiles orthanc; // asks through the transport

    std::mutex mutex;
    std::map<std::string, std::uint64_t> longest; // by series; protected by mutex
};

// Digits and dots, at most 64: also the zero-led components that some devices write and archives keep.
bool isUsableUid(std::string_view uid);
// The bytes as they came, also where reading them inflated them.
SharedBytes sourceOf(const dicom::Part10& file);
Error notDicom(std::string detail);
// 400, 406 or 415: another form may be taken (SYNC.md 5, rule 4).
bool isRefusedForm(const Error& error);
std::string studyPath(const StudyInstanceUid& study);
std::string seriesPath(const StudyInstanceUid& study, const SeriesInstanceUid& series);

} // namespace akari::archive
