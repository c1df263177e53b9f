#include "core/objects/HangingProtocol.h"

#include <algorithm>

#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

using namespace reading;

std::string plain(double value)
{
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

// C.23.4: the value lies in the attribute that is named for its VR.
std::vector<std::string> selectorValues(const DataSet& item)
{
    constexpr std::array kTexts = {tag::SelectorCSValue, tag::SelectorLOValue, tag::SelectorPNValue, tag::SelectorSHValue, tag::SelectorUIValue,
                                   tag::SelectorISValue, tag::SelectorDSValue, tag::SelectorLTValue, tag::SelectorSTValue, tag::SelectorUTValue,
                                   tag::SelectorDAValue, tag::SelectorTMValue, tag::SelectorDTValue, tag::SelectorASValue, tag::SelectorAEValue};
    constexpr std::array kNumbers = {tag::SelectorFDValue, tag::SelectorFLValue, tag::SelectorULValue,
                                     tag::SelectorUSValue, tag::SelectorSLValue, tag::SelectorSSValue};
    for (const Tag one : kTexts) {
        if (auto values = item.texts(one); !values.empty()) {
            return values;
        }
    }
    std::vector<std::string> out;
    for (const Tag one : kNumbers) {
        for (const double number : item.numbers(one)) {
            out.push_back(plain(number));
        }
    }
    for (const Tag one : item.attributeTags(tag::SelectorATValue)) {
        out.push_back(one.text());
    }
    return out;
}

AttributeTest testFrom(const DataSet& item)
{
    AttributeTest out;
    if (const auto attributes = item.attributeTags(tag::SelectorAttribute); !attributes.empty()) {
        out.attribute = attributes.front();
    }
    out.vr = item.textOr(tag::SelectorAttributeVR);
    out.values = selectorValues(item);
    out.codes = codes(item, tag::SelectorCodeSequenceValue);
    out.valueNumber = smallOr(item, tag::SelectorValueNumber, 0);
    out.matchesWhenAbsent = item.textOr(tag::ImageSetSelectorUsageFlag) == "MATCH";
    for (const Tag one : {tag::FilterByOperator, tag::FilterByAttributePresence, tag::SortingDirection}) {
        out.operation = out.operation.empty() ? item.textOr(one) : out.operation;
    }
    for (const Tag one : {tag::FilterByCategory, tag::SortByCategory}) {
        out.category = out.category.empty() ? item.textOr(one) : out.category;
    }
    return out;
}

std::vector<AttributeTest> testsFrom(const DataSet& dataSet, Tag sequence)
{
    std::vector<AttributeTest> out;
    for (const DataSet& item : dataSet.items(sequence)) {
        out.push_back(testFrom(item));
    }
    return out;
}

std::optional<std::array<std::int32_t, 2>> pair(const DataSet& item, Tag tag)
{
    const auto first = small(item, tag, 0);
    const auto second = small(item, tag, 1);
    return first && second ? std::optional(std::array{*first, *second}) : std::nullopt;
}

std::array<double, 4> placeOf(const DataSet& item)
{
    std::array<double, 4> out{};
    const auto values = item.numbers(tag::DisplayEnvironmentSpatialPosition);
    if (values.size() == out.size()) {
        std::copy(values.begin(), values.end(), out.begin());
    }
    return out;
}

void readImageSets(const DataSet& dataSet, HangingProtocol& out)
{
    for (const DataSet& set : dataSet.items(tag::ImageSetsSequence)) {
        const auto selectors = testsFrom(set, tag::ImageSetSelectorSequence);
        for (const DataSet& item : set.items(tag::TimeBasedImageSetsSequence)) {
            HangingImageSet one;
            one.number = smallOr(item, tag::ImageSetNumber, 0);
            one.label = item.textOr(tag::ImageSetLabel);
            one.selectors = selectors;
            one.category = item.textOr(tag::ImageSetSelectorCategory);
            one.relativeTime = pair(item, tag::RelativeTime);
            one.relativeTimeUnits = item.textOr(tag::RelativeTimeUnits);
            one.abstractPrior = pair(item, tag::AbstractPriorValue);
            out.imageSets.push_back(std::move(one));
        }
    }
}

HangingImageBox boxFrom(const DataSet& item)
{
    HangingImageBox out;
    out.number = smallOr(item, tag::ImageBoxNumber, 0);
    out.layout = item.textOr(tag::ImageBoxLayoutType);
    out.place = placeOf(item);
    out.tileColumns = smallOr(item, tag::ImageBoxTileHorizontalDimension, 1);
    out.tileRows = smallOr(item, tag::ImageBoxTileVerticalDimension, 1);
    out.scrollDirection = item.textOr(tag::ImageBoxScrollDirection);
    return out;
}

HangingDisplaySet displaySetFrom(const DataSet& item)
{
    HangingDisplaySet out;
    out.number = smallOr(item, tag::DisplaySetNumber, 0);
    out.presentationGroup = smallOr(item, tag::DisplaySetPresentationGroup, 0);
    out.label = item.textOr(tag::DisplaySetLabel);
    out.groupDescription = item.textOr(tag::DisplaySetPresentationGroupDescription);
    out.imageSet = smallOr(item, tag::ImageSetNumber, 0);
    for (const DataSet& box : item.items(tag::ImageBoxesSequence)) {
        out.boxes.push_back(boxFrom(box));
    }
    out.filters = testsFrom(item, tag::FilterOperationsSequence);
    out.sorting = testsFrom(item, tag::SortingOperationsSequence);
    out.blending = item.textOr(tag::BlendingOperationType);
    out.reformatting = item.textOr(tag::ReformattingOperationType);
    out.reformattingThickness = item.number(tag::ReformattingThickness);
    out.reformattingInterval = item.number(tag::ReformattingInterval);
    out.voiType = item.textOr(tag::VOIType);
    out.patientOrientation = item.texts(tag::DisplaySetPatientOrientation);
    out.inverted = item.textOr(tag::ShowGrayscaleInverted) == "YES";
    return out;
}

void readDefinitions(const DataSet& dataSet, HangingProtocol& out)
{
    for (const DataSet& item : dataSet.items(tag::HangingProtocolDefinitionSequence)) {
        out.definitions.push_back({item.textOr(tag::Modality), item.textOr(tag::Laterality), codes(item, tag::AnatomicRegionSequence),
                                   codes(item, tag::ProcedureCodeSequence), codes(item, tag::ReasonForRequestedProcedureCodeSequence)});
    }
}

void readDisplaySets(const DataSet& dataSet, HangingProtocol& out)
{
    for (const DataSet& item : dataSet.items(tag::DisplaySetsSequence)) {
        out.displaySets.push_back(displaySetFrom(item));
        const std::int32_t wanted = out.displaySets.back().imageSet;
        if (std::none_of(out.imageSets.begin(), out.imageSets.end(), [&](const HangingImageSet& set) { return set.number == wanted; })) {
            note(out.warnings, "hanging.imageSet.unknown");
        }
    }
    for (const DataSet& item : dataSet.items(tag::SynchronizedScrollingSequence)) {
        out.synchronizedScrolling.push_back(wholeNumbers(item, tag::DisplaySetScrollingGroup));
    }
}

} // namespace

Result<HangingProtocol> readHangingProtocol(const dicom::Part10& file)
{
    const DataSet& dataSet = file.dataSet;
    if (!dataSet.has(tag::HangingProtocolName) && dataSet.items(tag::DisplaySetsSequence).empty()) {
        return fail("hanging.absent", "The object is no hanging protocol.");
    }
    HangingProtocol out;
    out.name = dataSet.textOr(tag::HangingProtocolName);
    out.description = dataSet.textOr(tag::HangingProtocolDescription);
    out.level = dataSet.textOr(tag::HangingProtocolLevel);
    out.creator = dataSet.textOr(tag::HangingProtocolCreator);
    out.created = dataSet.textOr(tag::HangingProtocolCreationDateTime);
    out.userGroup = dataSet.textOr(tag::HangingProtocolUserGroupName);
    out.priors = smallOr(dataSet, tag::NumberOfPriorsReferenced, 0);
    out.partialDataHandling = dataSet.textOr(tag::PartialDataDisplayHandling);
    readDefinitions(dataSet, out);
    readImageSets(dataSet, out);
    for (const DataSet& item : dataSet.items(tag::NominalScreenDefinitionSequence)) {
        out.screens.push_back({smallOr(item, tag::NumberOfHorizontalPixels, 0), smallOr(item, tag::NumberOfVerticalPixels, 0), placeOf(item)});
    }
    readDisplaySets(dataSet, out);
    return out;
}

} // namespace akari::objects
