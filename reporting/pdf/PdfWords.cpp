#include "reporting/pdf/PdfWords.h"

#include <QDate>

namespace akari::reporting::pdf {

using namespace Qt::StringLiterals;

Words Words::of(const std::string& language)
{
    if (language == "ja") {
        return {u"患者ID"_s, u"生年月日"_s, u"性別"_s, u"検査日"_s, u"検査"_s, u"受付番号"_s, u"依頼医"_s, u"依頼施設"_s,
                u"計測"_s, u"名称"_s, u"計測値"_s, u"備考"_s, u"キー画像"_s, u"図"_s,
                u"読影医"_s, u"確定日時"_s, u"電子的に確定された報告書"_s, u"下書き"_s, u"%1 / %2 ページ"_s};
    }
    return {u"Patient ID"_s, u"Date of birth"_s, u"Sex"_s, u"Study date"_s, u"Study"_s, u"Accession"_s, u"Referring physician"_s,
            u"Hospital"_s, u"Measurements"_s, u"Name"_s, u"Value"_s, u"Note"_s, u"Key images"_s, u"Fig."_s,
            u"Reported by"_s, u"Signed"_s, u"Electronically signed report"_s, u"DRAFT"_s, u"Page %1 of %2"_s};
}

QString fromUtf8(const std::string& text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

QString dateText(const std::string& dicomDate)
{
    const QDate date = QDate::fromString(fromUtf8(dicomDate), u"yyyyMMdd"_s);
    return date.isValid() ? date.toString(Qt::ISODate) : fromUtf8(dicomDate);
}

QString dateTimeText(const std::string& dicomDateTime)
{
    const QString text = fromUtf8(dicomDateTime); // YYYYMMDDHHMMSS+ZZZZ
    if (text.size() < 19) {
        return text;
    }
    return u"%1 %2:%3 (UTC%4:%5)"_s.arg(dateText(dicomDateTime.substr(0, 8)), text.mid(8, 2), text.mid(10, 2), text.mid(14, 3), text.mid(17, 2));
}

QString birthText(const Subject& subject, const std::string& language)
{
    const QDate birth = QDate::fromString(fromUtf8(subject.birthDate), u"yyyyMMdd"_s);
    const QDate study = QDate::fromString(fromUtf8(subject.studyDate), u"yyyyMMdd"_s);
    QString text = dateText(subject.birthDate);
    if (birth.isValid() && study.isValid() && birth <= study) {
        const bool before = std::pair(study.month(), study.day()) < std::pair(birth.month(), birth.day());
        const int years = study.year() - birth.year() - (before ? 1 : 0);
        text += language == "ja" ? u"（検査時 %1歳）"_s.arg(years) : u" (%1 y at the study)"_s.arg(years);
    }
    return text;
}

QString sexText(const std::string& sex, const std::string& language)
{
    const bool ja = language == "ja";
    if (sex == "M") {
        return ja ? u"男性"_s : u"Male"_s;
    }
    if (sex == "F") {
        return ja ? u"女性"_s : u"Female"_s;
    }
    if (sex == "O") {
        return ja ? u"その他"_s : u"Other"_s;
    }
    return fromUtf8(sex);
}

} // namespace akari::reporting::pdf
