// Waveforms (PS3.3 A.34, C.10.9): ECG and the like, with each channel in physical units.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/objects/References.h"

namespace akari::objects {

struct WaveformChannel {
    std::string label;
    CodedConcept source;              // "Lead I", ...
    std::string status;               // OK, TEST DATA, DISCONNECTED, QUESTIONABLE, INVALID, UNCALIBRATED, UNRANGED; first value
    std::optional<double> sensitivity; // units a step; nullopt: the values are bare numbers
    CodedConcept unit;
    double correction = 1;            // Channel Sensitivity Correction Factor
    double baseline = 0;              // in `unit`: what the sample 0 stands for
    double timeSkew = 0;              // s
    double sampleSkew = 0;            // samples
    std::optional<double> filterLow, filterHigh, notch; // Hz
};

struct WaveformGroup {
    std::string label;
    std::string originality;          // ORIGINAL, DERIVED
    double timeOffset = 0;            // ms from the acquisition's start
    double samplingFrequency = 0;     // Hz
    std::int64_t samples = 0;         // of each channel
    std::string interpretation;       // SB UB MB AB SS US SL UL SV UV
    unsigned bytesPerSample = 2;
    std::optional<std::int64_t> padding; // stored value of samples that weren't taken
    std::vector<WaveformChannel> channels;
    BytesView data;                   // lies in the file's bytes, which `Waveform` keeps
};

struct WaveformAnnotation {
    std::string text;
    CodedConcept name;
    CodedConcept code;
    std::optional<Quantity> quantity;
    std::int32_t group = 0;            // Annotation Group Number
    struct Channel {
        std::int32_t group = 1, channel = 1; // both 1-based; channel 0: all of the group
    };
    std::vector<Channel> channels;
    std::string temporalRange;         // POINT, MULTIPOINT, SEGMENT, ...
    std::vector<std::int64_t> samples; // 1-based
    std::vector<double> timeOffsets;   // s from the group's start
};

struct Waveform {
    std::string acquisitionDateTime;  // DICOM DT
    std::vector<WaveformGroup> groups;
    std::vector<WaveformAnnotation> annotations;
    bool bigEndian = false;
    SharedBytes bytes;                // what the groups' data lies in
    std::vector<std::string> warnings; // "waveform.unit"
};

// "waveform.absent" for other objects; "waveform.samples" when a group's bytes can't hold what it counts, or it is written in a way that
// isn't known.
Result<Waveform> readWaveform(const dicom::Part10& file);

// One channel in physical units: sample × sensitivity × correction + baseline (PS3.3 C.10.9.1.4); NaN where a sample is padding. group
// and channel 0-based; "waveform.channel" when there is none such.
Result<std::vector<double>> channelValues(const Waveform& waveform, std::size_t group, std::size_t channel);

} // namespace akari::objects
