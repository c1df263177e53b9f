#include <cstdio>

#include "core/dicom/Tags.h"
#include "core/phantom/Header.h"
#include "core/phantom/RequestFormScan.h"

namespace akari::phantom {

namespace {

namespace tags = dicom::tags;
using dicom::DataSetBuilder;

// Writes numbered objects and remembers where each began (ISO 32000-1, 7.5).
class PdfWriter {
public:
    void object(const std::string& content)
    {
        m_offsets.push_back(m_text.size());
        m_text += std::to_string(m_offsets.size()) + " 0 obj\n" + content + "\nendobj\n";
    }
    void stream(const std::string& dictionary, const std::string& data)
    {
        object("<< " + dictionary + " /Length " + std::to_string(data.size()) + " >>\nstream\n" + data + "\nendstream");
    }
    Bytes finish(const std::string& root)
    {
        const std::size_t table = m_text.size();
        const std::string size = std::to_string(m_offsets.size() + 1);
        m_text += "xref\n0 " + size + "\n0000000000 65535 f \n";
        for (const std::size_t offset : m_offsets) {
            char line[32];
            std::snprintf(line, sizeof line, "%010zu 00000 n \n", offset);
            m_text += line;
        }
        m_text += "trailer\n<< /Size " + size + " /Root " + root + " >>\nstartxref\n" + std::to_string(table) + "\n%%EOF\n";
        return {m_text.begin(), m_text.end()};
    }

private:
    std::string m_text = "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n";
    std::vector<std::size_t> m_offsets;
};

std::string textAt(int x, int y, int size, const std::string& text)
{
    return "BT /F1 " + std::to_string(size) + " Tf " + std::to_string(x) + " " + std::to_string(y) + " Td (" + text + ") Tj ET\n";
}

} // namespace

Bytes requestFormPdf()
{
    const StudyPlan study = currentChestPlan();
    // The scan fills the page; what the information system knows is typed into its fields.
    std::string page = "q 595 0 0 842 0 0 cm /Scan Do Q\n";
    page += textAt(150, 706, 12, study.patient.id);
    page += textAt(421, 706, 12, study.accession);
    page += textAt(421, 591, 12, "2026-01-08");
    page += textAt(43, 36, 8, "Akari demo archive. Invented request form, not a medical record.");
    PdfWriter pdf;
    pdf.object("<< /Type /Catalog /Pages 2 0 R >>");
    pdf.object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    pdf.object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
               "/Resources << /Font << /F1 5 0 R >> /XObject << /Scan 6 0 R >> >> >>");
    pdf.stream("", page);
    pdf.object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
    pdf.stream("/Type /XObject /Subtype /Image /Width " + std::to_string(kScanColumns) + " /Height " + std::to_string(kScanRows) +
                   " /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter [/ASCII85Decode /FlateDecode]",
               std::string(requestFormScan()) + "~>");
    return pdf.finish("1 0 R");
}

GroundTruth requestForm(const Sink& sink)
{
    const StudyPlan study = currentChestPlan();
    SeriesPlan series;
    series.key = "request";
    series.number = 90;
    series.modality = "DOC";
    series.description = "検査依頼書";
    series.time = "100210";
    series.station = "RIS";
    series.model = "Phantom RIS";
    GroundTruth truth = truthOf(study);
    truth.series.push_back(truthOf(study, series, 1));
    const auto make = [&](int) {
        DataSetBuilder data = header(study, series, kEncapsulatedPdf, 1);
        const Bytes pdf = requestFormPdf();
        data.text(tags::ConversionType, vr::CS, "SD");
        data.text(tags::BurnedInAnnotation, vr::CS, "YES");
        data.text(tags::AcquisitionDateTime, vr::DT, study.date + series.time);
        data.text(tags::DocumentTitle, vr::ST, "検査依頼書");
        data.sequence(tags::ConceptNameCodeSequence, {});
        data.text(tags::MIMETypeOfEncapsulatedDocument, vr::LO, "application/pdf");
        data.integers(tags::EncapsulatedDocumentLength, vr::UL, {static_cast<std::int64_t>(pdf.size())});
        data.raw(tags::EncapsulatedDocument, vr::OB, pdf);
        return finish(study, series, data, kEncapsulatedPdf, 1);
    };
    deliver(1, make, sink);
    return truth;
}

} // namespace akari::phantom
