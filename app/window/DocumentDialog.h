// Objects beside images as a person reads them: reports as text, others as one line of what they hold. GUI thread.
#pragma once

#include <QCoreApplication>
#include <QDialog>
#include <QString>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"

namespace akari::window {

// "Segmentation", "Key images", …, in the reader's language; the class's English name where there is no word for it.
QString documentKind(const std::string& sopClassUid);

// What the dialog shows. Fails as the object's reader does; "document.undisplayable" for documents that need a renderer of their own (PDF).
Result<QString> documentText(const dicom::Part10& file);

class DocumentDialog final : public QDialog {
    Q_OBJECT

public:
    DocumentDialog(const QString& title, const QString& words, QWidget* parent = nullptr);
};

} // namespace akari::window
