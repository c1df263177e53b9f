// Words for the window: errors, checks, dates, states, all through tr().
#pragma once

#include <QCoreApplication>
#include <QString>

#include "core/base/Result.h"
#include "core/cache/Cache.h"
#include "core/session/ReadingSession.h"
#include "core/session/Worklist.h"

namespace akari::window {

// By the error's stable code; the core's English sentence where there is no translation.
class Words {
    Q_DECLARE_TR_FUNCTIONS(Words)

public:
    static QString error(const Error& error);
    static QString check(const session::PreSignCheck& check);
    static QString splitKey(const std::string& key);         // "bValue" -> "b-value"
    static QString date(const std::string& dicomDate);       // 20260115 -> 2026-01-15
    static QString age(const std::string& birthDate, const std::string& studyDate);
    static QString sex(const std::string& code);
    static QString name(const dicom::PersonName& name);      // every group: 山田 太郎 · やまだ たろう · Yamada Taro
    static QString studyState(const session::WorklistRow& row);       // short: "12/300 here", "✓ verified 14:05"
    static QString studyStateInFull(const session::WorklistRow& row); // one sentence
    static QString reportState(session::ReportState state);
    static QString archive(const std::string& archive);      // the hospital's own word, or that it came from media
    static QString language();                               // "ja" | "en"
};

inline QString text(const std::string& utf8) { return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())); }
// Whole numbers as such; the small ones of parametric maps with three digits that count.
QString shortNumber(double value);
inline std::string utf8(const QString& text) { return text.toUtf8().toStdString(); }

} // namespace akari::window
