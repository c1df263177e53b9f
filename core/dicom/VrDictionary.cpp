#include "core/dicom/VrDictionary.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace akari::dicom {
namespace {

constexpr std::string_view kVrNames = "AEASATCSDADSDTFDFLISLOLTOBODOFOLOVOWPNSHSLSQSSSTSVTMUCUIULUNURUSUTUVxs";

constexpr std::uint64_t kVrTable[] = {
#include "core/dicom/VrTable.inc"
};

constexpr bool among(Vr vr, std::string_view names)
{
    for (std::size_t at = 0; at + 1 < names.size(); at += 2) {
        if (names[at] == vr.code[0] && names[at + 1] == vr.code[1]) {
            return true;
        }
    }
    return false;
}

Tag withoutRepeatingGroup(Tag tag)
{
    if (tag.group >= 0x6000 && tag.group <= 0x60FF) {
        return {0x6000, tag.element};
    }
    return tag;
}

} // namespace

Vr dictionaryVr(Tag tag, bool pixelsAreSigned)
{
    if (tag.element == 0) {
        return {'U', 'L'};
    }
    if (tag.group % 2 == 1) {
        return tag.element >= 0x0010 && tag.element <= 0x00FF ? Vr{'L', 'O'} : kUnknownVr;
    }
    const std::uint64_t key = std::uint64_t{withoutRepeatingGroup(tag).key()} << 8;
    const auto* const found = std::lower_bound(std::begin(kVrTable), std::end(kVrTable), key);
    if (found == std::end(kVrTable) || (*found & ~std::uint64_t{0xFF}) != key) {
        return kUnknownVr;
    }
    const std::size_t place = (*found & 0xFF) * 2;
    if (kVrNames[place] == 'x') {
        return pixelsAreSigned ? Vr{'S', 'S'} : Vr{'U', 'S'};
    }
    return {kVrNames[place], kVrNames[place + 1]};
}

bool isKnownVr(Vr vr) { return vr.code[0] != 'x' && among(vr, kVrNames); }
bool hasLongForm(Vr vr) { return among(vr, "OBODOFOLOVOWSQSVUCUNURUTUV"); }
bool isText(Vr vr) { return among(vr, "AEASCSDADSDTISLOLTPNSHSTTMUCUIURUT"); }
bool isWholeText(Vr vr) { return among(vr, "LTSTURUT"); }
bool usesCharacterSet(Vr vr) { return among(vr, "LOLTPNSHSTUCUT"); }

unsigned wordSize(Vr vr)
{
    if (among(vr, "USSSOWAT")) {
        return 2;
    }
    if (among(vr, "ULSLFLOFOL")) {
        return 4;
    }
    if (among(vr, "FDODOVSVUV")) {
        return 8;
    }
    return isText(vr) ? 0 : 1;
}

} // namespace akari::dicom
