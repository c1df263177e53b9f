#include "core/objects/DoseReport.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

bool isDcm(const CodedConcept& name, std::string_view value) { return name.is(value, "DCM"); }

void collectNumbers(const ContentItem& item, std::vector<NamedQuantity>& out)
{
    if (item.valueType == "NUM" && item.numeric) {
        out.push_back({item.name, {*item.numeric, item.unit}});
    }
    for (const ContentItem& child : item.children) {
        collectNumbers(child, out);
    }
}

std::optional<Quantity> quantityOf(const std::vector<NamedQuantity>& all, std::string_view code)
{
    const auto found = std::find_if(all.begin(), all.end(), [&](const NamedQuantity& one) { return isDcm(one.name, code); });
    return found == all.end() ? std::nullopt : std::optional(found->quantity);
}

const ContentItem* find(const ContentItem& item, std::string_view code)
{
    for (const ContentItem& child : item.children) {
        if (isDcm(child.name, code)) {
            return &child;
        }
        if (const ContentItem* found = find(child, code)) {
            return found;
        }
    }
    return nullptr;
}

CodedConcept codeUnder(const ContentItem& item, std::string_view code)
{
    const ContentItem* found = find(item, code);
    return found ? found->code : CodedConcept{};
}

IrradiationEvent eventFrom(const ContentItem& item)
{
    IrradiationEvent out;
    collectNumbers(item, out.quantities);
    if (const ContentItem* uid = find(item, "113769")) {
        out.uid = uid->uid;
    }
    if (const ContentItem* protocol = find(item, "125203")) {
        out.protocol = protocol->text;
    }
    if (const ContentItem* started = find(item, "111526")) {
        out.started = started->dateTime;
    }
    out.type = codeUnder(item, isDcm(item.name, "113819") ? "113820" : "113721");
    out.plane = codeUnder(item, "113764");
    out.targetRegion = codeUnder(item, "123014");
    out.phantom = codeUnder(item, "113835");
    out.meanCtdiVol = quantityOf(out.quantities, "113830");
    out.doseLengthProduct = quantityOf(out.quantities, "113838");
    out.doseAreaProduct = quantityOf(out.quantities, "122130");
    out.doseAtReferencePoint = quantityOf(out.quantities, "113738");
    return out;
}

void addAreaProducts(DoseReport& out)
{
    for (const NamedQuantity& one : out.accumulated) {
        if (!isDcm(one.name, "113722")) {
            continue;
        }
        if (!out.totalDoseAreaProduct) {
            out.totalDoseAreaProduct = one.quantity;
        } else if (out.totalDoseAreaProduct->unit.value == one.quantity.unit.value) {
            out.totalDoseAreaProduct->value += one.quantity.value;
        }
    }
}

void walk(const ContentItem& item, DoseReport& out, std::set<std::string>& seen)
{
    if (isDcm(item.name, "113819") || isDcm(item.name, "113706")) {
        IrradiationEvent event = eventFrom(item);
        if (!event.uid.empty() && !seen.insert(event.uid).second && event.plane.empty()) {
            reading::note(out.warnings, "dose.event.twice");
        }
        out.events.push_back(std::move(event));
        return;
    }
    if (isDcm(item.name, "113811") || isDcm(item.name, "113702")) {
        collectNumbers(item, out.accumulated);
        return;
    }
    if (isDcm(item.name, "121058")) {
        out.procedure = item.code;
    }
    for (const ContentItem& child : item.children) {
        walk(child, out, seen);
    }
}

} // namespace

Result<DoseReport> readDoseReport(const dicom::Part10& file)
{
    const auto document = readSr(file);
    if (!document) {
        return fail(document.error());
    }
    if (!isDcm(document->title, "113701")) {
        return fail("dose.absent", "The object is no radiation dose report.");
    }
    DoseReport out;
    out.warnings = document->warnings;
    std::set<std::string> seen;
    walk(document->root, out, seen);
    out.ct = out.procedure.is("77477000", "SCT") || out.procedure.is("P5-08000", "SRT") || find(document->root, "113811") != nullptr;
    out.totalDoseLengthProduct = quantityOf(out.accumulated, "113813");
    addAreaProducts(out);
    if (const auto total = quantityOf(out.accumulated, "113812"); total && total->value >= 0 && total->value < 1e9) {
        out.totalEvents = static_cast<std::int64_t>(total->value);
        if (out.ct && *out.totalEvents != static_cast<std::int64_t>(out.events.size())) {
            reading::note(out.warnings, "dose.events.count");
        }
    }
    return out;
}

std::optional<double> inMilligraySquareCentimetres(const Quantity& quantity)
{
    struct Unit {
        std::string_view code;
        double factor;
    };
    constexpr std::array<Unit, 10> kUnits = {{{"Gy.m2", 1e7}, {"Gy.cm2", 1e3}, {"dGy.cm2", 100}, {"cGy.cm2", 10}, {"mGy.cm2", 1}, {"mGy.m2", 1e4},
                                              {"uGy.m2", 10}, {"uGy.cm2", 1e-3}, {"dGy.m2", 1e6}, {"cGy.m2", 1e5}}};
    const auto* const found = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& unit) { return quantity.unit.value == unit.code; });
    return found == kUnits.end() ? std::nullopt : std::optional(quantity.value * found->factor);
}

} // namespace akari::objects
