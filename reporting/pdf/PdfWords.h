// The fixed words of the PDF in the document's language (not the window's, so not through tr()), and values as a reader expects them.
#pragma once

#include <QString>

#include "reporting/pdf/Pdf.h"

namespace akari::reporting::pdf {

struct Words {
    QString id, birthDate, sex, studyDate, study, accession, referring, hospital;
    QString measurements, label, value, note, keyImages, figure;
    QString signedBy, signedAt, electronically, draft, page;
    static Words of(const std::string& language);
};

QString fromUtf8(const std::string& text);
QString dateText(const std::string& dicomDate);                       // 1960-01-01
QString dateTimeText(const std::string& dicomDateTime);              // 2026-03-04 02:13 (UTC+09:00)
QString birthText(const Subject& subject, const std::string& language); // 1960-01-01 (66 y at the study)
QString sexText(const std::string& sex, const std::string& language);

} // namespace akari::reporting::pdf
