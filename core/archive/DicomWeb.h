// The DICOMweb client (PS3.18) on libcurl: QIDO, WADO, STOW. SYNC.md §5 and REPORTING.md §2.6 are its rules; HTTP 200 proves nothing.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/Bytes.h"
#include "core/base/Identity.h"
#include "core/base/JobQueue.h"
#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/dicom/PersonName.h"
#include "core/records/Records.h"

namespace akari::archive {

struct StudyQuery {
    std::string patientId;
    std::string dateRange;   // "20260101-20260131", one date, or open on one side
    std::string modality;
    std::string accession;
    StudyInstanceUid study;  // one study
};

struct StudyResult {
    StudyInstanceUid study;
    std::string patientId;
    std::string issuerOfPatientId;
    dicom::PersonName patientName;
    std::string birthDate, sex;
    std::string studyDate, studyTime;
    std::string description;
    std::string accession;
    std::string referringPhysician;
    std::vector<std::string> modalities;
    std::int64_t instances = -1; // as the archive says; -1 unknown
    std::int64_t series = -1;
};
struct SeriesResult {
    SeriesInstanceUid series;
    std::string modality;
    std::int32_t number = 0;
    std::string description;
    std::string bodyPart;            // (0018,0015), where the archive lists it
    std::int64_t instances = -1;
};
struct InstanceResult {
    SopInstanceUid sop;
    std::string sopClass;
    std::int32_t number = 0;
    std::int32_t frames = 1;
    // Image Position and Orientation (Patient), LPS mm; empty unless the archive lists them.
    std::vector<double> position, orientation;
    std::uint64_t pixelBytes = 0; // of all frames, were they not compressed; 0: not said
};

// Everything found, and whether the archive said or showed that there is more (206, Warning 299, a page limit that can't be passed).
template <class T> struct Found {
    std::vector<T> items;
    bool incomplete = false;
};

struct StowResult {
    bool stored = false;         // our UID is in (0008,1199) and not in (0008,1198)
    int httpStatus = 0;
    int failureReason = 0;       // (0008,1197), decimal
    std::string reason;          // one sentence
    std::string code;            // of what kept it from being stored: "delivery.refused", ".unlisted", ".conflict", ".large"
    std::string warning;         // what the archive warned of, one sentence or empty; the read-back decides
};

// One frame, as it lies in the object. Nothing in it says whose it is: what is kept is instances.
struct FrameData {
    std::string mediaType;       // "application/octet-stream", "image/jls", lower case
    std::string transferSyntax;  // as the archive names it; may be empty
    Bytes bytes;
};
// Made by the archive for eyes. Bytes of a PNG or JPEG, which nothing in this process decodes.
struct RenderedPicture {
    std::string mediaType;       // "image/png" | "image/jpeg"
    Bytes bytes;
};

class JsonDataSet;
class KnownArchives;

// One archive. Thread-safe. Errors, each with a sentence that says what to do:
//   archive.url          not an http(s) URL                    archive.unreachable   DNS, refused, timeout
//   archive.tls          certificate or TLS failure             archive.login         401, 403
//   archive.notdicom     HTML or anything else that is no DICOMweb answer
//   archive.notfound     404 for a study, series or instance     archive.refused      other 4xx   archive.broken  5xx, cut streams
//   archive.mismatch     the answer's objects are not what was asked for       archive.oversized   larger than it can be
//   archive.certificate, archive.pin, archive.proxy, archive.resting             see HttpTransport
class DicomWebClient {
public:
    // `known` outlives the client; without it what is learned of the archive is forgotten with the client, and nobody can be signed in.
    explicit DicomWebClient(records::ArchiveSettings settings, KnownArchives* known = nullptr);
    ~DicomWebClient();

    // GET /studies?limit=1: reachable, authorised, DICOMweb? Returns "DICOMweb answers; N ms". Learns by the way whether it is an Orthanc.
    Result<std::string> probe(StopToken stop = {});
    // Lists end with "stopped" where their token says so, also in the middle of a page that does not come.
    Result<Found<StudyResult>> studies(const StudyQuery& query, StopToken stop = {});
    Result<Found<SeriesResult>> series(const StudyInstanceUid& study);
    Result<Found<InstanceResult>> instances(const StudyInstanceUid& study, const SeriesInstanceUid& series);
    // The same where the archive has said how many there are (-1: it has not): the list ends there, without a question more.
    Result<Found<SeriesResult>> series(const StudyInstanceUid& study, std::int64_t expected, StopToken stop = {});
    Result<Found<InstanceResult>> instances(const StudyInstanceUid& study, const SeriesInstanceUid& series, std::int64_t expected,
                                            StopToken stop = {});
    // The same in pages that begin small and grow, so that fetching begins while the archive, which may need a millisecond an instance,
    // still lists. `page` gets what is new of each, on the calling thread, and may be empty.
    using InstancePage = std::function<void(const std::vector<InstanceResult>&)>;
    Result<Found<InstanceResult>> instances(const StudyInstanceUid& study, const SeriesInstanceUid& series, std::int64_t expected,
                                            const InstancePage& page, const StopToken& stop);

    // One series as one multipart/related stream, parts as they come, in any order, on the calling thread. Each part is whole and
    // already checked to be the study and series asked for; others are counted in `foreign` and dropped. Negotiation ladder inside.
    struct StreamReport {
        std::size_t parts = 0;
        std::size_t foreign = 0;
        std::uint64_t bytes = 0;
        bool closed = false;      // the closing delimiter was seen: complete as the archive sent it
    };
    using PartHandler = std::function<void(SharedBytes part10)>;
    Result<StreamReport> retrieveSeries(const StudyInstanceUid& study, const SeriesInstanceUid& series, const PartHandler& part,
                                        StopToken stop = {});
    Result<SharedBytes> retrieveInstance(const StudyInstanceUid& study, const SeriesInstanceUid& series, const SopInstanceUid& sop,
                                         StopToken stop = {});
    // The same, as read for the check.
    using ObjectHandler = std::function<void(dicom::Part10 object)>;
    Result<StreamReport> retrieveSeriesObjects(const StudyInstanceUid& study, const SeriesInstanceUid& series, const ObjectHandler& object,
                                               StopToken stop = {});
    Result<dicom::Part10> retrieveObject(const StudyInstanceUid& study, const SeriesInstanceUid& series, const SopInstanceUid& sop,
                                         StopToken stop = {});
    // An object from the middle of a series of so many as the archive lists them, in whatever order: soon there, however long the series.
    Result<dicom::Part10> retrieveMiddle(const StudyInstanceUid& study, const SeriesInstanceUid& series, std::int64_t expected,
                                         StopToken stop = {});
    // The same as a JPEG-LS lossless transcode (PS3.5 A.4.3, 1.2.840.10008.1.2.4.80) that the archive makes. "archive.notranscode" where it
    // does not, or sends another syntax; it is not asked again while the program runs.
    Result<dicom::Part10> retrieveTranscoded(const StudyInstanceUid& study, const SeriesInstanceUid& series, const SopInstanceUid& sop,
                                             StopToken stop = {});
    // The headers of a series (PS3.18 10.4, DICOM JSON), one dataset after the other as they come, each checked to be of this study and
    // series; compressed on the way. `address` is what references in it are relative to.
    using MetadataHandler = std::function<Status(const JsonDataSet& instance, const std::string& address)>;
    Result<StreamReport> seriesMetadata(const StudyInstanceUid& study, const SeriesInstanceUid& series, const MetadataHandler& instance,
                                        StopToken stop = {});
    // Frames by number from 1, as many as were asked for, in that order.
    Result<std::vector<FrameData>> frames(const StudyInstanceUid& study, const SeriesInstanceUid& series, const SopInstanceUid& sop,
                                          const std::vector<std::uint32_t>& numbers, StopToken stop = {});
    // What a BulkDataURI stands for, at most `longest` bytes. Asked of the archive's own origin alone: another one is "archive.refused",
    // or, where the settings say so, replaced by the archive's own.
    Result<Bytes> bulkData(const std::string& uri, const std::string& address, std::uint64_t longest, StopToken stop = {});
    // frame: from 1; 0: the archive's choice. At most 64 MiB, a thumbnail 4 MiB.
    Result<RenderedPicture> rendered(const StudyInstanceUid& study, const SeriesInstanceUid& series, const SopInstanceUid& sop,
                                     std::uint32_t frame = 0, StopToken stop = {});
    Result<RenderedPicture> thumbnail(const StudyInstanceUid& study, const SeriesInstanceUid& series, const SopInstanceUid& sop,
                                      StopToken stop = {});
    // One object a POST to /studies/{study}.
    Result<StowResult> store(const StudyInstanceUid& study, BytesView part10, const SopInstanceUid& sop);
    // The archive's own clock, from its Date header; for the two-minute rule of hazard 9.
    Result<std::int64_t> serverClockSkewSeconds();

    // How long the archive is still to be left alone, as it asked (Retry-After) or after failures in a row; 0: not at all.
    std::chrono::seconds restLeft();

    const records::ArchiveSettings& settings() const;

private:
    friend class OrthancLog; // asks through the same transport
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace akari::archive
