// What the cache unseals: rows of the index and packed header blocks.
#include "core/cache/Guard.h"
#include "core/cache/Rows.h"
#include "core/cache/Segment.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

namespace {

template <class Record> void readTwice(const Bytes& fields)
{
    Record first;
    cache::decode(fields, first);
    const Bytes written = cache::encode(first);
    Record second;
    cache::decode(written, second);
    fuzz::require(cache::encode(second) == written, "a row survives writing and reading");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::Input input(data, size);
    const unsigned kind = input.byte() % 4;
    const std::uint64_t length = input.word();
    const Bytes fields = input.restCopy();
    try {
        if (kind == 0) {
            readTwice<cache::StudyRecord>(fields);
        } else if (kind == 1) {
            readTwice<cache::SeriesRecord>(fields);
        } else if (kind == 2) {
            cache::ObjectRow row;
            cache::decode(fields, row);
        } else {
            fuzz::require(cache::unpackHeaders(fields, length).size() == length, "a header block has its length");
        }
    } catch (const cache::Failure& failure) {
        fuzz::checkError(failure.error.code, failure.error.message);
    }
    return 0;
}
