#include "reporting/encode/Tree.h"

#include <cmath>
#include <cstdio>

namespace akari::reporting::encode {

DSRCodedEntryValue coded(const Code& code) { return DSRCodedEntryValue(code.value, code.scheme, code.meaning); }

std::string formatNumber(double value)
{
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.3f", value);
    std::string out = buffer;
    if (out.size() > 16) {
        std::snprintf(buffer, sizeof buffer, "%.9g", value);
        return buffer;
    }
    out.erase(out.find_last_not_of('0') + 1);
    if (out.ends_with('.')) {
        out.pop_back();
    }
    return out == "-0" ? "0" : out;
}

Tree::Tree(DSRDocumentTree& tree, const Code& title, const char* templateId) : m_tree(tree)
{
    if (m_tree.addContentItem(DSRTypes::RT_isRoot, DSRTypes::VT_Container) == 0) {
        m_failure = "root";
        return;
    }
    note(m_tree.getCurrentContentItem().setConceptName(coded(title)));
    note(m_tree.getCurrentContentItem().setTemplateIdentification(templateId, "DCMR"));
}

void Tree::note(const OFCondition& condition)
{
    if (condition.bad() && m_failure.empty()) {
        m_failure = condition.text();
    }
}

bool Tree::add(Relation relation, DSRTypes::E_ValueType type, const Code* name)
{
    if (!m_failure.empty()) {
        return false;
    }
    const auto mode = m_below ? DSRTypes::AM_belowCurrent : DSRTypes::AM_afterCurrent;
    if (m_tree.addContentItem(relation, type, mode) == 0) {
        m_failure = std::string(DSRTypes::relationshipTypeToReadableName(relation)) + " "
            + DSRTypes::valueTypeToDefinedTerm(type) + (name ? std::string(" ") + name->meaning : std::string());
        return false;
    }
    m_below = false;
    if (name) {
        note(m_tree.getCurrentContentItem().setConceptName(coded(*name)));
    }
    return true;
}

void Tree::close()
{
    if (m_below) { // nothing was added
        m_below = false;
    } else if (m_failure.empty()) {
        m_tree.goUp();
    }
}

void Tree::container(const Code& name, const char* templateId)
{
    if (add(DSRTypes::RT_contains, DSRTypes::VT_Container, &name) && templateId) {
        note(m_tree.getCurrentContentItem().setTemplateIdentification(templateId, "DCMR"));
    }
}

void Tree::code(Relation relation, const Code& name, const Code& value)
{
    if (add(relation, DSRTypes::VT_Code, &name)) {
        note(m_tree.getCurrentContentItem().setCodeValue(coded(value)));
    }
}

// Values are checked before the tree is built; DCMTK's own check knows no UTF-8.
void Tree::text(Relation relation, const Code& name, const std::string& value)
{
    if (add(relation, DSRTypes::VT_Text, &name)) {
        note(m_tree.getCurrentContentItem().setStringValue(value.c_str(), OFFalse));
    }
}

void Tree::personName(Relation relation, const Code& name, const std::string& value)
{
    if (add(relation, DSRTypes::VT_PName, &name)) {
        note(m_tree.getCurrentContentItem().setStringValue(value.c_str(), OFFalse));
    }
}

void Tree::uid(Relation relation, const Code& name, const std::string& value)
{
    if (add(relation, DSRTypes::VT_UIDRef, &name)) {
        note(m_tree.getCurrentContentItem().setStringValue(value.c_str(), OFFalse));
    }
}

void Tree::number(const Code& name, double value, const Code& unit)
{
    if (add(DSRTypes::RT_contains, DSRTypes::VT_Num, &name)) {
        const std::string digits = formatNumber(value);
        note(m_tree.getCurrentContentItem().setNumericValue(DSRNumericMeasurementValue(digits.c_str(), coded(unit))));
    }
}

void Tree::image(Relation relation, const Code* name, const ImageReference& image)
{
    if (!add(relation, DSRTypes::VT_Image, name)) {
        return;
    }
    DSRImageReferenceValue value(image.sopClassUid.c_str(), image.sop.value.c_str(), OFFalse);
    if (image.frame && !isSingleFrameClass(image.sopClassUid)) {
        value.getFrameList().addItem(image.frame->value);
    }
    note(m_tree.getCurrentContentItem().setImageReference(value, OFFalse));
}

void Tree::shape(Relation relation, const Code* name, const measure::Annotation& annotation)
{
    if (!add(relation, DSRTypes::VT_SCoord, name)) {
        return;
    }
    const bool ellipse = annotation.kind == measure::Kind::Ellipse;
    DSRSpatialCoordinatesValue value(ellipse ? DSRTypes::GT_Ellipse : DSRTypes::GT_Polyline);
    const auto put = [&](double column, double row) {
        value.getGraphicDataList().addItem(static_cast<Float32>(column + 0.5), static_cast<Float32>(row + 0.5));
    };
    const auto& a = annotation.points[0];
    const auto& b = annotation.points[1];
    if (!ellipse) {
        put(a.column, a.row);
        put(b.column, b.row);
    } else {
        const double column = (a.column + b.column) / 2;
        const double row = (a.row + b.row) / 2;
        const double halfWidth = std::abs(a.column - b.column) / 2;
        const double halfHeight = std::abs(a.row - b.row) / 2;
        const bool wide = halfWidth >= halfHeight; // the major axis comes first (PS3.3 C.18.6.1.1)
        const auto horizontal = [&] { put(column - halfWidth, row), put(column + halfWidth, row); };
        const auto vertical = [&] { put(column, row - halfHeight), put(column, row + halfHeight); };
        if (wide) {
            horizontal();
            vertical();
        } else {
            vertical();
            horizontal();
        }
    }
    note(m_tree.getCurrentContentItem().setSpatialCoordinates(value, OFFalse));
}

Status Tree::status() const
{
    if (m_failure.empty()) {
        return {};
    }
    return fail("encode.tree", "The report can't be written as a structured report; save the draft and tell the developers.", m_failure);
}

} // namespace akari::reporting::encode
