// A signed report as a PDF on A4: a letter for the hospital. The page's language is the document's.
#pragma once

#include <QImage>

#include <string>
#include <vector>

#include "core/base/Clock.h"
#include "core/records/Records.h"
#include "reporting/Document.h"

namespace akari::reporting {

struct KeyImagePicture {
    QImage image; // as the reader saw it, overlays included
    std::string caption;
};

struct PdfContext {
    records::Reader reader;
    const Clock* clock = nullptr;  // time of signing, printed with its offset from UTC
    std::string hospital;          // whose archive the study came from
    std::vector<KeyImagePicture> keyImages;
    bool draft = false;            // says so across every page and names no signer
};

// Needs a QGuiApplication (any platform plugin, "offscreen" too); call on its thread. Fonts are embedded; pictures are stored losslessly.
// "pdf.application" without a QGuiApplication, "pdf.clock", "pdf.failed".
Result<Bytes> renderPdf(const Document& document, const PdfContext& context);

} // namespace akari::reporting
