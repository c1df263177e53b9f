#include "reporting/Wording.h"
#include "reporting/encode/Check.h"
#include "reporting/encode/Trees.h"

namespace akari::reporting::encode {

namespace {

using T = DSRTypes;

void writeFindingMeasurement(Tree& tree, const Document& document, const ReportMeasurement& m, std::size_t index)
{
    const bool metric = isMetric(m);
    const std::string note = calibrationNote(m, document.language);
    if (!metric || !note.empty() || m.value.statistics) {
        // In words where a numeric item of TID 2000 has no place for it: pixels, how the millimetres were come by (hazard 8), grey values.
        tree.text(T::RT_contains, codes::Finding, dicomText(sentenceOf(m, index, document.language)));
        tree.open();
        tree.image(T::RT_inferredFrom, &codes::BestIllustration, m.image);
        tree.close();
    }
    if (!metric) {
        return;
    }
    const bool ellipse = m.value.kind == measure::Kind::Ellipse;
    if (ellipse) {
        tree.number(codes::AreaOfDefinedRegion, m.value.area, codes::SquareMillimetre);
    } else {
        tree.number(codes::Length, m.value.length, codes::Millimetre);
    }
    tree.open();
    tree.shape(T::RT_inferredFrom, &codes::Path, m.annotation);
    tree.open();
    tree.image(T::RT_selectedFrom, nullptr, m.image);
    tree.close();
    tree.close();
}

// Key images and measurements belong to the findings, also where the reader left that section empty.
void writeFindings(Tree& tree, const Document& document, const Section* section)
{
    const bool text = section && !section->text.empty();
    if (!text && document.measurements.empty()) {
        return;
    }
    tree.container(codes::Findings);
    tree.open();
    if (text) {
        tree.text(T::RT_contains, codes::Finding, dicomText(section->text));
        tree.open();
        for (const auto& key : document.keyImages) {
            tree.image(T::RT_inferredFrom, &codes::BestIllustration, key.image);
        }
        tree.close();
    }
    for (std::size_t i = 0; i < document.measurements.size(); ++i) {
        writeFindingMeasurement(tree, document, document.measurements[i], i);
    }
    tree.close();
}

void writeSection(Tree& tree, const Section& section)
{
    if (section.text.empty()) {
        return;
    }
    const SectionCodes sectionCodes = codesOf(section);
    tree.container(sectionCodes.heading);
    tree.open();
    tree.text(T::RT_contains, sectionCodes.element,
              dicomText(sectionCodes.headingKnown ? section.text : section.heading + "\n" + section.text));
    tree.close();
}

void writeKeyImages(Tree& tree, const Document& document)
{
    if (document.keyImages.empty()) {
        return;
    }
    tree.container(codes::KeyImages);
    tree.open();
    for (const auto& key : document.keyImages) {
        tree.image(T::RT_contains, &codes::BestIllustration, key.image);
        if (!key.caption.empty()) {
            tree.text(T::RT_contains, codes::Finding, dicomText(key.caption));
            tree.open();
            tree.image(T::RT_inferredFrom, &codes::BestIllustration, key.image);
            tree.close();
        }
    }
    tree.close();
}

} // namespace

void writeContext(Tree& tree, const Document& document, const records::Reader& reader)
{
    tree.code(T::RT_hasConceptMod, codes::Language, document.language == "ja" ? codes::Japanese : codes::English);
    tree.code(T::RT_hasObsContext, codes::ObserverType, codes::Person);
    tree.personName(T::RT_hasObsContext, codes::PersonObserverName, reader.name.dicom());
    if (!reader.login.empty()) {
        tree.text(T::RT_hasObsContext, codes::PersonObserverLoginName, reader.login);
    }
    tree.text(T::RT_hasObsContext, codes::PersonObserverOrganization, reader.organization);
    // Of the roles of CID 7453 the one that every edition of the standard codes alike.
    tree.code(T::RT_hasObsContext, codes::PersonObserverRoleInProcedure, codes::Verifying);
    tree.uid(T::RT_hasObsContext, codes::ProcedureStudyInstanceUid, document.subject.study.value);
    if (!document.subject.accessionNumber.empty()) {
        tree.text(T::RT_hasObsContext, codes::ProcedureAccessionNumber, document.subject.accessionNumber);
    }
}

Status writeReport(DSRDocumentTree& target, const Document& document, const records::Reader& reader)
{
    Tree tree(target, codes::DiagnosticImagingReport, "2000");
    tree.open();
    writeContext(tree, document, reader);
    bool findings = false;
    for (const auto& section : document.sections) {
        if (section.kind == SectionKind::Findings && !findings) {
            writeFindings(tree, document, &section);
            findings = true;
        } else {
            writeSection(tree, section);
        }
    }
    if (!findings) {
        writeFindings(tree, document, nullptr);
    }
    writeKeyImages(tree, document);
    tree.close();
    return tree.status();
}

} // namespace akari::reporting::encode
