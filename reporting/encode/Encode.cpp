#include "reporting/Encode.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/oflog/oflog.h>

#include <algorithm>
#include <exception>
#include <mutex>

#include "reporting/encode/Check.h"
#include "reporting/encode/DictionaryPath.h"
#include "reporting/encode/Header.h"
#include "reporting/encode/Trees.h"

namespace akari::reporting {

namespace encode {

Status ensureDictionary()
{
    static std::once_flag once;
    std::call_once(once, [] {
        forgetDictionaryPath();
        // DCMTK would print values of the report to the terminal.
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    });
    if (!dcmDataDict.isDictionaryLoaded()) {
        return fail("encode.dictionary", "The DICOM dictionary of DCMTK is not installed, so no report can be written; install DCMTK's data files (Debian: libdcmtk17).");
    }
    return {};
}

namespace {

constexpr const char* kComprehensiveSr = "1.2.840.10008.5.1.4.1.1.88.33";
constexpr const char* kPdf = "1.2.840.10008.5.1.4.1.1.104.1";
constexpr int kReportSeriesNumber = 9001;
constexpr int kPdfSeriesNumber = 9002;

using WriteTree = Status (*)(DSRDocumentTree&, const Document&, const records::Reader&);

Result<EncodedObject> encodeSr(const char* kind, WriteTree writeTree, const ObjectPlan& plan, const Document& document,
                               const Evidence& evidence, const Signature& signature)
{
    DSRDocument sr(DSRTypes::DT_ComprehensiveSR);
    if (sr.setSpecificCharacterSet("ISO_IR 192").bad()) {
        return fail("encode.header", "The report can't be written in UTF-8; tell the developers.");
    }
    if (auto ok = writeTree(sr.getTree(), document, signature.reader); !ok) {
        return fail(ok.error());
    }
    auto bytes = writeSigned(sr, plan, document, evidence, signature);
    if (!bytes) {
        return fail(bytes.error());
    }
    return EncodedObject{kind, kComprehensiveSr, plan.series, plan.sop, std::move(*bytes)};
}

Result<std::vector<EncodedObject>> encodeChecked(const Document& document, const Evidence& evidence, const Signature& signature, BytesView pdf)
{
    std::vector<EncodedObject> out;
    ObjectPlan plan{SeriesInstanceUid(makeUid()), SopInstanceUid(makeUid()), kReportSeriesNumber, 1, "Report"};
    auto report = encodeSr("SR", writeReport, plan, document, evidence, signature);
    if (!report) {
        return fail(report.error());
    }
    out.push_back(std::move(*report));
    if (std::any_of(document.measurements.begin(), document.measurements.end(), isMetric)) {
        plan.sop = SopInstanceUid(makeUid());
        plan.instanceNumber = 2;
        Signature own = signature;
        own.predecessors.clear(); // they name reports, and this object is none
        auto measurements = encodeSr("TID1500", writeMeasurements, plan, document, evidence, own);
        if (!measurements) {
            return fail(measurements.error());
        }
        out.push_back(std::move(*measurements));
    }
    if (!pdf.empty()) {
        const ObjectPlan pdfPlan{SeriesInstanceUid(makeUid()), SopInstanceUid(makeUid()), kPdfSeriesNumber, 1, "Report as PDF"};
        Bytes bytes = writePdfObject(pdfPlan, document, signature, out.front(), pdf);
        out.push_back({"PDF", kPdf, pdfPlan.series, pdfPlan.sop, std::move(bytes)});
    }
    return out;
}

} // namespace

} // namespace encode

Result<std::vector<EncodedObject>> encodeSigned(const Document& document, const Evidence& evidence, const Signature& signature, BytesView pdf)
{
    if (auto ok = encode::check(document, evidence, signature); !ok) {
        return fail(ok.error());
    }
    if (auto ok = encode::ensureDictionary(); !ok) {
        return fail(ok.error());
    }
    try {
        return encode::encodeChecked(document, evidence, signature, pdf);
    } catch (const std::exception& error) {
        return fail("encode.failed", "The report can't be written; save the draft and tell the developers.", error.what());
    }
}

} // namespace akari::reporting
