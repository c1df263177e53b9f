// Reports from draft to signed objects: the one path that the window and akarictl share. Blocks; any thread that may paint.
#pragma once

#include <QImage>

#include "core/session/Engine.h"
#include "reporting/Document.h"
#include "reporting/Encode.h"

namespace akari::report {

struct SignedReport {
    std::string reportId;
    std::vector<reporting::EncodedObject> objects; // part10 included
};

class ReportService {
public:
    explicit ReportService(session::Engine engine) : m_engine(engine) {}

    // Copied byte-exactly from the study's images in the cache. "study.unknown" when the cache holds nothing of it.
    Result<reporting::Subject> subjectOf(const std::string& archive, const StudyInstanceUid& study) const;
    // Fills what `report new --from` leaves open: series and class of cited objects, values of measurements (from stored voxels).
    // "report.image" names the first cited object that the cache does not hold.
    Status resolve(reporting::Document& document) const;
    // Keeps a new draft; returns its id.
    Result<std::string> newDraft(const reporting::Document& document) const;
    // Evidence: every object the cache knows of the study, and the cited ones of priors.
    Result<reporting::Evidence> evidenceOf(const reporting::Document& document) const;

    // Re-authenticates the enrolled reader, encodes SR, TID 1500 and PDF, keeps and queues the exact bytes in one transaction.
    // "reader.none", "reader.secret", "report.signed", "sign.clock", "sign.patient", "encode.*", "disk.full". Nothing half done.
    Result<SignedReport> sign(const std::string& draftId, std::string_view signingSecret) const;
    // The same objects without signing: what the review sheet shows. Not kept anywhere.
    Result<Bytes> previewPdf(const reporting::Document& document) const;

    // The key image as it was marked, letters and scale burned in.
    Result<QImage> keyImage(const reporting::Document& document, const reporting::KeyImage& key, int size) const;

private:
    Result<Bytes> pdfOf(const reporting::Document& document, const records::Reader& reader, bool draft) const;
    std::shared_ptr<load::StudyStore> storeOf(const std::string& archive, const StudyInstanceUid& study) const;

    const session::Engine m_engine;
    // Its own: the study on screen may have filled the reader's, and signing must not depend on that.
    mutable load::MemoryBudget m_budget{std::uint64_t{1} << 30};
};

} // namespace akari::report
