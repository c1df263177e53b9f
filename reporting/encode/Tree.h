// A thin writer over DCMTK's document tree: content items in order, children between open() and close(). The tree refuses relationships
// the IOD doesn't allow; the first refusal is kept and everything after it does nothing.
#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmsr/dsrdoc.h>

#include "core/base/Result.h"
#include "reporting/encode/Codes.h"

namespace akari::reporting::encode {

class Tree {
public:
    using Relation = DSRTypes::E_RelationshipType;

    Tree(DSRDocumentTree& tree, const Code& title, const char* templateId);

    // Children of the item added last come until close().
    void open() { m_below = true; }
    void close();

    void container(const Code& name, const char* templateId = nullptr);
    void code(Relation relation, const Code& name, const Code& value);
    void text(Relation relation, const Code& name, const std::string& value);
    void personName(Relation relation, const Code& name, const std::string& value);
    void uid(Relation relation, const Code& name, const std::string& value);
    void number(const Code& name, double value, const Code& unit); // CONTAINS
    void image(Relation relation, const Code* name, const ImageReference& image);
    // Points in our coordinates (0-based, pixel centres); written from the corner of the first pixel (PS3.3 C.18.6.1.2).
    void shape(Relation relation, const Code* name, const measure::Annotation& annotation);

    Status status() const; // "encode.tree"

private:
    bool add(Relation relation, DSRTypes::E_ValueType type, const Code* name);
    void note(const OFCondition& condition);

    DSRDocumentTree& m_tree;
    bool m_below = false;
    std::string m_failure;
};

std::string formatNumber(double value); // DS: at most 3 decimals, no trailing zeros, at most 16 characters
DSRCodedEntryValue coded(const Code& code);

} // namespace akari::reporting::encode
