#include "core/objects/EncapsulatedDocument.h"

#include <algorithm>
#include <cctype>

#include "core/dicom/Tags.h"
#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

namespace tags = dicom::tags;

// (0042,0015) came late to the standard; without it a PDF's end is known by what follows its last line.
std::size_t lengthOf(const dicom::DataSet& dataSet, BytesView value)
{
    const auto declared = dataSet.integer(tags::EncapsulatedDocumentLength);
    if (declared && *declared >= 0 && static_cast<std::uint64_t>(*declared) <= value.size() &&
        value.size() - static_cast<std::uint64_t>(*declared) <= 1) {
        return static_cast<std::size_t>(*declared);
    }
    const bool padded = value.size() % 2 == 0 && value.back() == 0;
    return value.size() - (padded ? 1 : 0);
}

} // namespace

Result<EncapsulatedDocument> readEncapsulatedDocument(const dicom::Part10& file)
{
    const BytesView value = file.dataSet.bytes(tags::EncapsulatedDocument);
    if (value.empty()) {
        return fail("document.absent", "The object carries no document.");
    }
    EncapsulatedDocument out;
    const BytesView document = value.first(lengthOf(file.dataSet, value));
    out.bytes.assign(document.begin(), document.end());
    out.mimeType = file.dataSet.textOr(tags::MIMETypeOfEncapsulatedDocument);
    std::transform(out.mimeType.begin(), out.mimeType.end(), out.mimeType.begin(),
                   [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    out.title = file.dataSet.textOr(tags::DocumentTitle);
    out.documentConcept = reading::code(file.dataSet, tag::ConceptNameCodeSequence);
    if (out.title.empty()) {
        out.title = out.documentConcept.meaning;
    }
    out.mimeTypes = file.dataSet.texts(tag::ListOfMIMETypes);
    out.burnedInAnnotation = file.dataSet.textOr(tag::BurnedInAnnotation);
    out.hl7InstanceIdentifier = file.dataSet.textOr(tag::HL7InstanceIdentifier);
    out.sources = reading::referencedSops(file.dataSet, tag::SourceInstanceSequence);
    return out;
}

Result<EncapsulatedDocument> readEncapsulatedDocument(const Bytes& part10)
{
    const auto file = dicom::readPart10(std::make_shared<const Bytes>(part10));
    if (!file) {
        return fail(file.error());
    }
    return readEncapsulatedDocument(*file);
}

} // namespace akari::objects
