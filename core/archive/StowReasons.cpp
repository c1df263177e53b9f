#include "core/archive/StowReasons.h"

namespace akari::archive {
namespace {

struct Range {
    int first, last;
    const char* sentence;
};

// The first that fits: single codes stand before the range that they lie in.
constexpr Range kFailures[] = {
    {0x0105, 0x0105, "The archive knows no such attribute."},
    {0x0106, 0x0106, "The archive finds an attribute with an invalid value."},
    {0x0107, 0x0107, "The archive stored the object with other attributes than were sent."},
    {0x0110, 0x0110, "The archive could not process the object."},
    {0x0111, 0x0111, "The archive has an object of this identity already."},
    {0x0112, 0x0112, "The archive does not have the object that this one belongs to."},
    {0x0115, 0x0115, "The archive finds an argument with an invalid value."},
    {0x0116, 0x0116, "The archive finds a value outside what it allows."},
    {0x0117, 0x0117, "The archive finds that the object's identity breaks the rules for identifiers."},
    {0x0118, 0x0118, "The archive does not know this kind of object."},
    {0x0119, 0x0119, "The archive has an object of this identity that is of another kind."},
    {0x0120, 0x0120, "The archive misses an attribute that it needs."},
    {0x0121, 0x0121, "The archive misses a value that it needs."},
    {0x0122, 0x0122, "The archive does not take objects of this kind."},
    {0x0124, 0x0124, "The archive does not allow this user to store."},
    {0x0210, 0x0210, "The archive is at this very object already."},
    {0x0211, 0x0211, "The archive does not know this operation."},
    {0x0212, 0x0212, "The archive finds the request malformed."},
    {0x0213, 0x0213, "The archive has no resources left for the object."},
    {0xa700, 0xa7ff, "The archive has no room for the object."},
    {0xa900, 0xa9ff, "The archive finds that the object does not fit its kind."},
    {0xc122, 0xc122, "The archive does not take the object's transfer syntax."},
    {0xc000, 0xcfff, "The archive can't understand the object."},
};

constexpr Range kWarnings[] = {
    {0xb000, 0xb000, "The archive warned that it changed elements."},
    {0xb006, 0xb006, "The archive warned that it left elements out."},
    {0xb007, 0xb007, "The archive warned that the object does not fit its kind."},
    {0x0001, 0xffff, "The archive gave a warning."},
};

template <std::size_t N> const char* sentenceOf(const Range (&ranges)[N], int code)
{
    for (const Range& range : ranges) {
        if (code >= range.first && code <= range.last) {
            return range.sentence;
        }
    }
    return nullptr;
}

} // namespace

std::string failureText(int code)
{
    const char* sentence = sentenceOf(kFailures, code);
    return sentence != nullptr ? sentence : "The archive refuses the object without a reason that the standard knows.";
}

std::string warningText(int code)
{
    const char* sentence = sentenceOf(kWarnings, code);
    return sentence != nullptr ? sentence : "";
}

} // namespace akari::archive
