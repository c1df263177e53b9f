// A patient's name as one line: the group of the window's language first, then the other, so that kanji and romaji are both there.
#pragma once

#include <QLocale>
#include <QString>

#include "core/dicom/PersonName.h"

namespace akari::reporting {

inline QString fromUtf8(const std::string& text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

inline QString patientLine(const dicom::PersonName& name)
{
    const auto group = [](const std::string& text) { return QString::fromStdString(dicom::PersonName::displayGroup(text)); };
    const bool japanese = QLocale().language() == QLocale::Japanese;
    const QString first = QString::fromStdString(name.display(japanese ? "ja" : "en"));
    const QString second = group(japanese ? name.alphabetic : name.ideographic);
    return second.isEmpty() || second == first ? first : first + QStringLiteral("   ") + second;
}

} // namespace akari::reporting
