// Structured reports, documents and every other object beside images, of any making; and the comparison that proves a delivery.
#include "core/archive/Proof.h"
#include "core/objects/EncapsulatedDocument.h"
#include "core/objects/ObjectSummary.h"
#include "core/objects/SrTree.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto file = dicom::readPart10(std::make_shared<const Bytes>(data, data + size));
    if (!file) {
        return 0;
    }
    if (const auto document = objects::readSr(*file)) {
        static_cast<void>(objects::renderText(*document));
        fuzz::require(!objects::firstDifference(document->root, document->root), "a tree is equal to itself");
    } else {
        fuzz::checkError(document.error().code, document.error().message);
    }
    if (const auto document = objects::readEncapsulatedDocument(*file)) {
        fuzz::require(document->bytes.size() <= file->bytes->size(), "a document is no longer than its file");
    } else {
        fuzz::checkError(document.error().code, document.error().message);
    }
    // Reads whatever model there is for the object's class.
    if (const auto summary = objects::summaryOf(*file); !summary) {
        fuzz::checkError(summary.error().code, summary.error().message);
    }
    static_cast<void>(objects::titleOf(*file));
    static_cast<void>(archive::differenceOf(*file, *file));
    return 0;
}
