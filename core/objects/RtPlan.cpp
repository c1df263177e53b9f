#include "core/objects/RtPlan.h"

#include <algorithm>

#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

using namespace reading;

// A control point says only what changes, so a value may first appear in a later one.
void readControlPoint(const DataSet& point, RtBeam& beam)
{
    if (!beam.nominalEnergy) {
        beam.nominalEnergy = point.number(tag::NominalBeamEnergy);
    }
    if (const auto angle = point.number(tag::GantryAngle)) {
        beam.gantryStart = beam.gantryStart.value_or(*angle);
        beam.gantryEnd = *angle;
    }
    const auto isocentre = point.numbers(tag::IsocenterPosition);
    if (!beam.isocentre && isocentre.size() == 3) {
        beam.isocentre = image::Vec3{isocentre[0], isocentre[1], isocentre[2]};
    }
}

RtBeam beamFrom(const DataSet& item, Tag controlPoints)
{
    RtBeam out;
    out.number = smallOr(item, tag::BeamNumber, 0);
    out.name = item.textOr(tag::BeamName);
    out.description = item.textOr(tag::BeamDescription);
    out.type = item.textOr(tag::BeamType);
    out.radiationType = item.textOr(tag::RadiationType);
    out.deliveryType = item.textOr(tag::TreatmentDeliveryType);
    out.machine = item.textOr(tag::TreatmentMachineName);
    out.finalCumulativeMetersetWeight = item.number(tag::FinalCumulativeMetersetWeight);
    out.controlPoints = item.items(controlPoints).size();
    for (const DataSet& point : item.items(controlPoints)) {
        readControlPoint(point, out);
    }
    return out;
}

RtFractionGroup fractionGroupFrom(const DataSet& item)
{
    RtFractionGroup out;
    out.number = smallOr(item, tag::FractionGroupNumber, 0);
    out.fractionsPlanned = small(item, tag::NumberOfFractionsPlanned);
    for (const DataSet& beam : item.items(tag::ReferencedBeamSequence)) {
        out.beams.push_back({smallOr(beam, tag::ReferencedBeamNumber, 0), beam.number(tag::BeamDose), beam.number(tag::BeamMeterset)});
    }
    return out;
}

RtDoseReference doseReferenceFrom(const DataSet& item)
{
    RtDoseReference out;
    out.number = smallOr(item, tag::DoseReferenceNumber, 0);
    out.structureType = item.textOr(tag::DoseReferenceStructureType);
    out.type = item.textOr(tag::DoseReferenceType);
    out.description = item.textOr(tag::DoseReferenceDescription);
    out.region = small(item, tag::ReferencedROINumber);
    out.targetPrescriptionDose = item.number(tag::TargetPrescriptionDose);
    out.targetMinimumDose = item.number(tag::TargetMinimumDose);
    out.targetMaximumDose = item.number(tag::TargetMaximumDose);
    out.organMaximumDose = item.number(tag::OrganAtRiskMaximumDose);
    return out;
}

void checkBeams(RtPlan& plan)
{
    for (const RtFractionGroup& group : plan.fractionGroups) {
        for (const auto& reference : group.beams) {
            const bool known = std::any_of(plan.beams.begin(), plan.beams.end(), [&](const RtBeam& beam) { return beam.number == reference.beam; });
            if (!known) {
                note(plan.warnings, "rtplan.beam.unknown");
            }
        }
    }
}

} // namespace

Result<RtPlan> readRtPlan(const dicom::Part10& file)
{
    const DataSet& dataSet = file.dataSet;
    if (!dataSet.has(tag::RTPlanLabel) && !dataSet.has(tag::BeamSequence) && !dataSet.has(tag::IonBeamSequence) && !dataSet.has(tag::RTPlanGeometry)) {
        return fail("rtplan.absent", "The object is no treatment plan.");
    }
    RtPlan out;
    out.label = dataSet.textOr(tag::RTPlanLabel);
    out.name = dataSet.textOr(tag::RTPlanName);
    out.description = dataSet.textOr(tag::RTPlanDescription);
    out.date = dataSet.textOr(tag::RTPlanDate);
    out.time = dataSet.textOr(tag::RTPlanTime);
    out.intent = dataSet.textOr(tag::PlanIntent);
    out.geometry = dataSet.textOr(tag::RTPlanGeometry);
    out.approvalStatus = dataSet.textOr(tag::ApprovalStatus);
    out.structureSets = referencedSops(dataSet, tag::ReferencedStructureSetSequence);
    out.ion = dataSet.has(tag::IonBeamSequence);
    for (const DataSet& item : dataSet.items(out.ion ? tag::IonBeamSequence : tag::BeamSequence)) {
        out.beams.push_back(beamFrom(item, out.ion ? tag::IonControlPointSequence : tag::ControlPointSequence));
    }
    for (const DataSet& item : dataSet.items(tag::FractionGroupSequence)) {
        out.fractionGroups.push_back(fractionGroupFrom(item));
    }
    for (const DataSet& item : dataSet.items(tag::DoseReferenceSequence)) {
        out.doseReferences.push_back(doseReferenceFrom(item));
    }
    checkBeams(out);
    return out;
}

} // namespace akari::objects
