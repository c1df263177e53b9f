// A reader's annotations as JSON out of the records.
#include "core/session/Annotations.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    session::AnnotationBook book;
    const Status read = book.fromJson(std::string(asText({data, size})));
    if (!read) {
        fuzz::checkError(read.error().code, read.error().message);
        fuzz::require(book.all().empty(), "a broken document leaves the book alone");
        return 0;
    }
    session::AnnotationBook again;
    fuzz::require(again.fromJson(book.toJson()).has_value() && again.all() == book.all(), "annotations survive writing and reading");
    return 0;
}
