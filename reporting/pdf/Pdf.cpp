#include "reporting/pdf/Pdf.h"

#include <QBuffer>
#include <QGuiApplication>
#include <QPainter>
#include <QPdfWriter>

#include <algorithm>
#include <exception>

#include "reporting/Wording.h"
#include "reporting/pdf/Flow.h"
#include "reporting/pdf/PdfWords.h"

namespace akari::reporting {

namespace {

using namespace pdf;
using namespace Qt::StringLiterals;

const TextStyle kBody{10.5, false};
const TextStyle kHeading{11, true, ink::kAccent, 1.5};
const TextStyle kLabel{7.5, false, ink::kQuiet, 1.4};
const TextStyle kValue{9.5, false, ink::kText, 1.4};
const TextStyle kSmall{8, false, ink::kQuiet, 1.45};

class Letter {
public:
    Letter(const Document& document, const PdfContext& context)
        : m_document(document), m_context(context), m_words(Words::of(document.language)),
          m_flow(families(document.language), [this](Flow& flow) { return continuedHead(flow); })
    {
    }

    void compose()
    {
        head();
        banner();
        for (const auto& section : m_document.sections) {
            if (!section.text.empty()) {
                writeSection(section);
            }
        }
        measurements();
        keyImages();
        signature();
    }

    void paint(QPdfWriter& writer, QPainter& painter)
    {
        m_flow.paint(writer, painter, [this](Flow& flow, int page, int pages) { foot(flow, page, pages); });
    }

    void repair(QByteArray& bytes) { m_flow.repair(bytes); }

private:
    // One family for a Japanese page, so that a line of mixed scripts stays one run of text for whoever copies or searches it.
    static QStringList families(const std::string& language)
    {
        if (language == "ja") {
            return {u"Noto Sans CJK JP"_s, u"Noto Sans"_s};
        }
        return {u"Noto Sans"_s, u"Noto Sans CJK JP"_s};
    }

    QString title() const { return fromUtf8(m_document.title.empty() ? defaultTitle(m_document.language) : m_document.title); }
    QString patientName() const { return fromUtf8(m_document.subject.patientName.display(m_document.language)); }
    QString signer() const { return fromUtf8(m_context.reader.name.display(m_document.language)); }
    QString signedAt() const { return dateTimeText(dicomDateTime(*m_context.clock)); }

    void head()
    {
        m_flow.textAt(kLeft, kTop - 4, kWidth * 0.62, title(), {19, true, ink::kText, 1.35});
        if (!m_context.hospital.empty()) {
            TextStyle label = kLabel;
            TextStyle value{11, true, ink::kAccent, 1.4};
            label.alignment = value.alignment = Qt::AlignRight;
            m_flow.textAt(kLeft + kWidth * 0.62, kTop - 2, kWidth * 0.38, m_words.hospital, label);
            m_flow.textAt(kLeft + kWidth * 0.62, kTop + 8, kWidth * 0.38, fromUtf8(m_context.hospital), value);
        }
        m_flow.line(kLeft, kTop + 29, kRight, kTop + 29, ink::kAccent, 1.2);
        m_flow.setY(kTop + 40);
    }

    double continuedHead(Flow& flow)
    {
        TextStyle right = kSmall;
        right.alignment = Qt::AlignRight;
        flow.textAt(kLeft, kTop - 8, kWidth / 2, title(), kSmall);
        flow.textAt(kLeft + kWidth / 2, kTop - 8, kWidth / 2,
                    patientName() + u"   "_s + m_words.id + u" "_s + fromUtf8(m_document.subject.patientId), right);
        flow.line(kLeft, kTop + 7, kRight, kTop + 7, ink::kLine, 0.6);
        return kTop + 18;
    }

    struct Field {
        QString label, value;
    };

    // One row of labelled values in equal columns; returns its height. Draws only when `draw`.
    double row(double top, const std::vector<Field>& fields, const std::vector<double>& columns, bool draw)
    {
        double tallest = 0;
        double x = kLeft + 12;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const double width = (kWidth - 24) * columns[i];
            if (draw) {
                m_flow.textAt(x, top, width - 10, fields[i].label, kLabel);
                m_flow.textAt(x, top + 10, width - 10, fields[i].value, kValue);
            }
            tallest = std::max(tallest, 10 + m_flow.heightOf(width - 10, fields[i].value, kValue));
            x += width;
        }
        return tallest;
    }

    void banner()
    {
        const auto& s = m_document.subject;
        const auto group = [](const std::string& text) { return fromUtf8(dicom::PersonName::displayGroup(text)); };
        const QString name = patientName();
        QStringList others; // the groups that are not the large one
        for (const auto& text : {group(s.patientName.phonetic), group(s.patientName.ideographic), group(s.patientName.alphabetic)}) {
            if (!text.isEmpty() && text != name) {
                others << text;
            }
        }
        const std::vector<double> columns{0.3, 0.36, 0.34};
        const std::vector<Field> first{{m_words.id, fromUtf8(s.patientId)}, {m_words.birthDate, birthText(s, m_document.language)},
                                       {m_words.sex, sexText(s.sex, m_document.language)}};
        const QString study = fromUtf8(s.studyDescription.empty() ? s.requestedProcedureDescription : s.studyDescription);
        QStringList modalities;
        for (const auto& modality : s.modalities) {
            modalities << fromUtf8(modality);
        }
        const QString joined = modalities.join(u"/"_s);
        const std::vector<Field> second{{m_words.studyDate, dateText(s.studyDate)},
                                        {m_words.study, joined.isEmpty() ? study : study.isEmpty() ? joined : joined + u"  "_s + study},
                                        {m_words.accession, fromUtf8(s.accessionNumber)}};
        const auto referring = dicom::PersonName::parse(s.referringPhysician).display(m_document.language);
        const double top = m_flow.y();
        const double nameHeight = 15 * 1.4;
        const double firstTop = top + 10 + nameHeight + 8;
        const double secondTop = firstTop + row(0, first, columns, false) + 6;
        double bottom = secondTop + row(0, second, columns, false) + 10;
        m_flow.fill(kLeft, top, kWidth, bottom - top, ink::kPanel, 4);
        m_flow.textAt(kLeft + 12, top + 9, kWidth - 24, name, {15, true, ink::kText, 1.4});
        const double nameWidth = m_flow.widthOf(name, {15, true});
        m_flow.textAt(kLeft + 12 + nameWidth + 12, top + 13, kWidth * 0.66 - 36 - nameWidth, others.join(u"   "_s), {9, false, ink::kQuiet, 1.4});
        if (!referring.empty()) {
            const double x = kLeft + 12 + (kWidth - 24) * 0.66;
            m_flow.textAt(x, top + 6, kRight - 12 - x, m_words.referring, kLabel);
            m_flow.textAt(x, top + 16, kRight - 12 - x, fromUtf8(referring), kValue);
        }
        row(firstTop, first, columns, true);
        row(secondTop, second, columns, true);
        m_flow.setY(bottom + 16);
    }

    void heading(const QString& text, double keepWith)
    {
        m_flow.need(kHeading.size * kHeading.lineHeight + 6 + keepWith);
        m_flow.paragraphs(text, kHeading);
        m_flow.line(kLeft, m_flow.y() + 1, kRight, m_flow.y() + 1, ink::kLine, 0.6);
        m_flow.space(6);
    }

    void writeSection(const Section& section)
    {
        const bool impression = section.kind == SectionKind::Impression;
        TextStyle style = kBody;
        style.bold = impression && section.text.size() < 400; // long bold text is hard to read
        const QString name = section.heading.empty() ? fromUtf8(headingFor(section.kind, m_document.language)) : fromUtf8(section.heading);
        heading(name, 2 * style.size * style.lineHeight);
        m_flow.paragraphs(fromUtf8(section.text), style, impression ? 10 : 0, impression);
        m_flow.space(13);
    }

    void measurements()
    {
        if (m_document.measurements.empty()) {
            return;
        }
        const double x[] = {kLeft + 6, kLeft + kWidth * 0.3, kLeft + kWidth * 0.66, kRight - 2};
        heading(m_words.measurements, 40);
        const auto cells = [&](const QString (&text)[3], const TextStyle& style) {
            double height = 0;
            for (int i = 0; i < 3; ++i) {
                height = std::max(height, m_flow.heightOf(x[i + 1] - x[i] - 8, text[i], style));
            }
            m_flow.need(height + 7);
            for (int i = 0; i < 3; ++i) {
                m_flow.textAt(x[i], m_flow.y() + 3, x[i + 1] - x[i] - 8, text[i], style);
            }
            m_flow.space(height + 6);
            m_flow.line(kLeft, m_flow.y(), kRight, m_flow.y(), ink::kLine, 0.4);
        };
        cells({m_words.label, m_words.value, m_words.note}, kLabel);
        for (std::size_t i = 0; i < m_document.measurements.size(); ++i) {
            const auto& m = m_document.measurements[i];
            cells({fromUtf8(labelOf(m, i, m_document.language)), fromUtf8(m.value.text(m_document.language)),
                   fromUtf8(calibrationNote(m, m_document.language))}, kValue);
        }
        m_flow.space(15);
    }

    void keyImages()
    {
        constexpr double kGap = 14;
        constexpr double kMostHeight = 250;
        const double width = (kWidth - kGap) / 2;
        const auto& pictures = m_context.keyImages;
        const auto heightOf = [&](const QImage& image) {
            return image.isNull() ? 0.0 : std::min(kMostHeight, width * image.height() / image.width());
        };
        const auto captionOf = [&](std::size_t i) {
            return m_words.figure + u" %1"_s.arg(i + 1) + (pictures[i].caption.empty() ? QString() : u"  "_s + fromUtf8(pictures[i].caption));
        };
        for (std::size_t i = 0; i < pictures.size(); i += 2) {
            const std::size_t end = std::min(i + 2, pictures.size());
            double picture = 0;
            double caption = 0;
            for (std::size_t k = i; k < end; ++k) {
                picture = std::max(picture, heightOf(pictures[k].image));
                caption = std::max(caption, m_flow.heightOf(width, captionOf(k), kSmall));
            }
            if (i == 0) {
                heading(m_words.keyImages, picture + caption + 8);
            }
            m_flow.need(picture + caption + 8);
            for (std::size_t k = i; k < end; ++k) {
                const QImage& image = pictures[k].image;
                const double height = heightOf(image);
                const double drawn = image.isNull() ? 0 : height * image.width() / image.height();
                const double left = kLeft + static_cast<double>(k - i) * (width + kGap);
                m_flow.fill(left, m_flow.y(), width, picture, Qt::black);
                m_flow.picture(left + (width - drawn) / 2, m_flow.y() + (picture - height) / 2, drawn, height, image);
                m_flow.textAt(left, m_flow.y() + picture + 4, width, captionOf(k), kSmall);
            }
            m_flow.space(picture + caption + 16);
        }
    }

    void signature()
    {
        if (m_context.draft) {
            return;
        }
        const double width = 235;
        const double left = kRight - width;
        m_flow.need(62);
        m_flow.space(4);
        const double top = m_flow.y();
        m_flow.line(left, top, kRight, top, ink::kAccent, 0.8);
        m_flow.textAt(left, top + 5, width, m_words.signedBy, kLabel);
        QString name = signer();
        const QString alphabetic = fromUtf8(dicom::PersonName::displayGroup(m_context.reader.name.alphabetic));
        m_flow.textAt(left, top + 15, width, name, {12.5, true, ink::kText, 1.4});
        if (!alphabetic.isEmpty() && alphabetic != name) {
            m_flow.textAt(left + m_flow.widthOf(name, {12.5, true}) + 10, top + 18, width, alphabetic, {8.5, false, ink::kQuiet, 1.4});
        }
        m_flow.textAt(left, top + 34, width, fromUtf8(m_context.reader.organization), kValue);
        m_flow.textAt(left, top + 48, width, m_words.signedAt + u"  "_s + signedAt(), kSmall);
        m_flow.space(62);
    }

    void foot(Flow& flow, int page, int pages)
    {
        const double y = kPageHeight - 46;
        TextStyle right = kSmall;
        right.alignment = Qt::AlignRight;
        flow.line(kLeft, y, kRight, y, ink::kLine, 0.6);
        QString text = m_words.draft;
        if (!m_context.draft) {
            text = QStringList{m_words.electronically, signer(), fromUtf8(m_context.reader.organization), signedAt()}.join(u" · "_s);
        } else {
            flow.textAt(kLeft, kTop - 22, kWidth, m_words.draft, {9, true, QColor(0xb0, 0x3a, 0x2e), 1.4, Qt::AlignHCenter});
        }
        flow.textAt(kLeft, y + 5, kWidth * 0.82, text, kSmall);
        flow.textAt(kLeft + kWidth * 0.82, y + 5, kWidth * 0.18, m_words.page.arg(page).arg(pages), right);
    }

    const Document& m_document;
    const PdfContext& m_context;
    Words m_words;
    Flow m_flow;
};

} // namespace

Result<Bytes> renderPdf(const Document& document, const PdfContext& context)
{
    if (!qobject_cast<QGuiApplication*>(QCoreApplication::instance())) {
        return fail("pdf.application", "The PDF needs the program's fonts, which are not loaded.");
    }
    if (!context.clock) {
        return fail("pdf.clock", "The time of signing is not known.");
    }
    try {
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        QPdfWriter writer(&buffer);
        writer.setPdfVersion(QPagedPaintDevice::PdfVersion_A1b); // archives keep it for decades: everything inside, nothing outside
        writer.setTitle(fromUtf8(document.title));
        writer.setCreator(u"Akari"_s);
        writer.setResolution(static_cast<int>(72 * kUnitsPerPoint));
        writer.setPageSize(QPageSize(QPageSize::A4));
        writer.setPageMargins(QMarginsF(0, 0, 0, 0));
        Letter letter(document, context);
        letter.compose();
        QPainter painter;
        if (!painter.begin(&writer)) {
            return fail("pdf.failed", "The PDF of the report can't be drawn; try again.");
        }
        painter.setRenderHint(QPainter::LosslessImageRendering);
        painter.setRenderHint(QPainter::Antialiasing);
        letter.paint(writer, painter);
        painter.end();
        letter.repair(bytes);
        return Bytes(bytes.begin(), bytes.end());
    } catch (const std::exception& error) {
        return fail("pdf.failed", "The PDF of the report can't be drawn; try again.", error.what());
    }
}

} // namespace akari::reporting
