// Private to the room: what the parts of the DICOMweb client share.
#pragma once

#include <atomic>

#include "core/archive/DicomJson.h"
#include "core/archive/DicomWeb.h"
#include "core/archive/HttpTransport.h"

namespace akari::archive {

struct DicomWebClient::Impl {
    explicit Impl(records::ArchiveSettings given) : settings(std::move(given)), transport(settings) {}

    struct Page {
        std::optional<JsonDocument> document; // none: the archive said 204
        bool more = false;                    // 206, or Warning 299
        std::string date;                     // the Date header
    };
    // One QIDO answer. HTML and whatever else is no DICOMweb answer is "archive.notdicom".
    Result<Page> getJson(const std::string& path);

    // Pages of a list until nothing new comes. `expected`: as many as the archive is known to have, or -1; then no page is asked for
    // only to see that it is empty.
    template <class T, class Read, class Key>
    Result<Found<T>> list(const std::string& path, std::size_t pageSize, std::int64_t expected, const Read& read, const Key& key);

    // The parts of one retrieval, whichever of the Accept forms the archive takes.
    Result<StreamReport> retrieve(const std::string& path, const std::function<Status(SharedBytes)>& part, const StopToken& stop);
    Result<StreamReport> retrieveWith(const std::string& path, const char* accept, const std::function<Status(SharedBytes)>& part,
                                      const StopToken& stop);

    // Constant after construction, but for the transport's own state.
    records::ArchiveSettings settings;
    HttpTransport transport;
    std::atomic<std::size_t> acceptForm{0}; // the Accept form that this archive took last
};

// Digits and dots, at most 64: also the zero-led components that some devices write and archives keep.
bool isUsableUid(std::string_view uid);
// The bytes as they came, also where reading them inflated them.
SharedBytes sourceOf(const dicom::Part10& file);
Error notDicom(std::string detail);
std::string studyPath(const StudyInstanceUid& study);
std::string seriesPath(const StudyInstanceUid& study, const SeriesInstanceUid& series);

} // namespace akari::archive
