#include "app/window/DocumentDialog.h"

#include <QPlainTextEdit>
#include <QVBoxLayout>

#include "app/window/Words.h"
#include "core/objects/ObjectSummary.h"
#include "core/objects/SrTree.h"

namespace akari::window {

namespace {

using objects::ObjectKind;

QString wordFor(ObjectKind kind)
{
    switch (kind) {
    case ObjectKind::StructuredReport: return DocumentDialog::tr("Structured report");
    case ObjectKind::DoseReport: return DocumentDialog::tr("Dose report");
    case ObjectKind::KeyObjectSelection: return DocumentDialog::tr("Key images");
    case ObjectKind::PresentationState: return DocumentDialog::tr("Presentation state");
    case ObjectKind::Segmentation: return DocumentDialog::tr("Segmentation");
    case ObjectKind::ParametricMap: return DocumentDialog::tr("Parametric map");
    case ObjectKind::RealWorldValueMapping: return DocumentDialog::tr("Value mapping");
    case ObjectKind::StructureSet: return DocumentDialog::tr("Structure set");
    case ObjectKind::RtDose: return DocumentDialog::tr("Dose");
    case ObjectKind::RtPlan: return DocumentDialog::tr("Treatment plan");
    case ObjectKind::EncapsulatedDocument: return DocumentDialog::tr("Document");
    case ObjectKind::Waveform: return DocumentDialog::tr("Waveform");
    case ObjectKind::VisualField: return DocumentDialog::tr("Visual field");
    case ObjectKind::HangingProtocol: return DocumentDialog::tr("Hanging protocol");
    case ObjectKind::MicroscopyAnnotations: return DocumentDialog::tr("Slide annotations");
    case ObjectKind::Image:
    case ObjectKind::WholeSlide:
    case ObjectKind::OphthalmicPhotograph:
    case ObjectKind::OphthalmicTomography:
    case ObjectKind::Other: break;
    }
    return {};
}

bool isReport(ObjectKind kind)
{
    return kind == ObjectKind::StructuredReport || kind == ObjectKind::DoseReport || kind == ObjectKind::KeyObjectSelection;
}

} // namespace

QString documentKind(const std::string& sopClassUid)
{
    const objects::ObjectClass known = objects::objectKind(sopClassUid);
    const QString word = wordFor(known.kind);
    if (!word.isEmpty()) {
        return word;
    }
    return known.name.empty() ? DocumentDialog::tr("Unknown object") : QString::fromUtf8(known.name.data(), static_cast<qsizetype>(known.name.size()));
}

Result<QString> documentText(const dicom::Part10& file)
{
    const ObjectKind kind = objects::objectKind(file).kind;
    if (kind == ObjectKind::EncapsulatedDocument) {
        return fail("document.undisplayable", "This version lists documents but does not show PDF yet.");
    }
    if (isReport(kind)) {
        const auto report = objects::readSr(file);
        return report ? Result<QString>(text(objects::renderText(*report))) : Result<QString>(fail(report.error()));
    }
    const auto summary = objects::summaryOf(file);
    if (!summary) {
        return fail(summary.error());
    }
    const QString line = summary->line.empty() ? DocumentDialog::tr("It is listed, but its content is not shown.") : text(summary->line);
    return text(summary->title) + QStringLiteral("\n\n") + line;
}

DocumentDialog::DocumentDialog(const QString& title, const QString& words, QWidget* parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("document"));
    setWindowTitle(title);
    auto* view = new QPlainTextEdit(words, this);
    view->setObjectName(QStringLiteral("document.text"));
    view->setReadOnly(true);
    auto* column = new QVBoxLayout(this);
    column->addWidget(view);
    resize(640, words.count(QLatin1Char('\n')) > 12 ? 720 : 280);
}

} // namespace akari::window
