#include "core/objects/Waveform.h"

#include <array>
#include <cmath>
#include <limits>

#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

using namespace reading;

unsigned bytesOf(std::string_view interpretation)
{
    struct Kind {
        std::string_view name;
        unsigned bytes;
    };
    constexpr std::array<Kind, 10> kKinds = {{{"SB", 1}, {"UB", 1}, {"MB", 1}, {"AB", 1}, {"SS", 2}, {"US", 2}, {"SL", 4}, {"UL", 4}, {"SV", 8}, {"UV", 8}}};
    for (const Kind& kind : kKinds) {
        if (kind.name == interpretation) {
            return kind.bytes;
        }
    }
    return 0;
}

bool isSigned(std::string_view interpretation) { return interpretation.starts_with('S'); }

// ITU-T G.711: eight bits on a logarithmic scale, as 14 and 13 bit numbers.
std::int64_t fromMuLaw(std::uint8_t code)
{
    code = static_cast<std::uint8_t>(~code);
    const std::int64_t magnitude = (((std::int64_t{code & 0x0F} << 1) + 33) << (code >> 4 & 7)) - 33;
    return (code & 0x80) != 0 ? -magnitude : magnitude;
}

std::int64_t fromALaw(std::uint8_t code)
{
    code ^= 0x55;
    const int exponent = code >> 4 & 7;
    const std::int64_t mantissa = (std::int64_t{code & 0x0F} << 1) + 1;
    const std::int64_t magnitude = exponent == 0 ? mantissa : (mantissa + 32) << (exponent - 1);
    return (code & 0x80) != 0 ? magnitude : -magnitude;
}

std::int64_t storedSample(BytesView data, std::size_t at, const WaveformGroup& group, bool bigEndian)
{
    std::uint64_t raw = 0;
    for (unsigned k = 0; k < group.bytesPerSample; ++k) {
        raw = raw << 8 | data[at + (bigEndian ? k : group.bytesPerSample - 1 - k)];
    }
    if (isSigned(group.interpretation)) {
        const unsigned unused = 64 - group.bytesPerSample * 8;
        return static_cast<std::int64_t>(raw << unused) >> unused;
    }
    return static_cast<std::int64_t>(raw);
}

WaveformChannel channelFrom(const DataSet& item, Waveform& out)
{
    WaveformChannel channel;
    channel.label = item.textOr(tag::ChannelLabel);
    channel.source = code(item, tag::ChannelSourceSequence);
    channel.status = item.textOr(tag::ChannelStatus);
    channel.sensitivity = item.number(tag::ChannelSensitivity);
    channel.unit = code(item, tag::ChannelSensitivityUnitsSequence);
    channel.correction = item.number(tag::ChannelSensitivityCorrectionFactor).value_or(1);
    channel.baseline = item.number(tag::ChannelBaseline).value_or(0);
    channel.timeSkew = item.number(tag::ChannelTimeSkew).value_or(0);
    channel.sampleSkew = item.number(tag::ChannelSampleSkew).value_or(0);
    channel.filterLow = item.number(tag::FilterLowFrequency);
    channel.filterHigh = item.number(tag::FilterHighFrequency);
    channel.notch = item.number(tag::NotchFilterFrequency);
    if (channel.sensitivity && channel.unit.empty()) {
        note(out.warnings, "waveform.unit");
    }
    return channel;
}

Result<WaveformGroup> groupFrom(const DataSet& item, Waveform& out)
{
    WaveformGroup group;
    group.label = item.textOr(tag::MultiplexGroupLabel);
    group.originality = item.textOr(tag::WaveformOriginality);
    group.timeOffset = item.number(tag::MultiplexGroupTimeOffset).value_or(0);
    group.samplingFrequency = item.number(tag::SamplingFrequency).value_or(0);
    group.samples = item.integer(tag::NumberOfWaveformSamples).value_or(-1);
    group.interpretation = item.textOr(tag::WaveformSampleInterpretation);
    group.bytesPerSample = bytesOf(group.interpretation);
    group.data = item.bytes(tag::WaveformData);
    for (const DataSet& channel : item.items(tag::ChannelDefinitionSequence)) {
        group.channels.push_back(channelFrom(channel, out));
    }
    const auto declared = item.integer(tag::NumberOfWaveformChannels);
    const std::uint64_t perMoment = std::uint64_t{group.channels.size()} * group.bytesPerSample;
    const bool bitsAgree = item.integer(tag::WaveformBitsAllocated).value_or(group.bytesPerSample * 8) == group.bytesPerSample * 8;
    const bool countsAgree = declared.value_or(-1) == static_cast<std::int64_t>(group.channels.size());
    if (perMoment == 0 || !bitsAgree || !countsAgree || group.samples < 0 || group.data.size() / perMoment < static_cast<std::uint64_t>(group.samples) ||
        !(group.samplingFrequency > 0)) {
        return fail("waveform.samples", "A group of the waveform counts other samples than it holds, or is written in a way that isn't known.",
                    tag::WaveformData.text() + " of " + std::to_string(group.data.size()) + " bytes");
    }
    const BytesView padding = item.bytes(tag::WaveformPaddingValue);
    if (padding.size() >= group.bytesPerSample) {
        group.padding = storedSample(padding, 0, group, out.bigEndian);
    }
    return group;
}

WaveformAnnotation annotationFrom(const DataSet& item)
{
    WaveformAnnotation out;
    out.text = item.textOr(tag::UnformattedTextValue);
    out.name = code(item, tag::ConceptNameCodeSequence);
    out.code = code(item, tag::ConceptCodeSequence);
    if (const auto number = item.number(tag::NumericValue)) {
        out.quantity = Quantity{*number, code(item, tag::MeasurementUnitsCodeSequence)};
    }
    out.group = smallOr(item, tag::AnnotationGroupNumber, 0);
    const auto channels = wholeNumbers(item, tag::ReferencedWaveformChannels);
    for (std::size_t k = 0; k + 1 < channels.size(); k += 2) {
        out.channels.push_back({channels[k], channels[k + 1]});
    }
    out.temporalRange = item.textOr(tag::TemporalRangeType);
    for (const std::int32_t sample : wholeNumbers(item, tag::ReferencedSamplePositions)) {
        out.samples.push_back(sample);
    }
    out.timeOffsets = item.numbers(tag::ReferencedTimeOffsets);
    return out;
}

} // namespace

Result<Waveform> readWaveform(const dicom::Part10& file)
{
    const DataSet& dataSet = file.dataSet;
    if (dataSet.items(tag::WaveformSequence).empty()) {
        return fail("waveform.absent", "The object holds no waveform.");
    }
    Waveform out;
    out.bytes = file.bytes;
    out.bigEndian = dataSet.bigEndian();
    out.acquisitionDateTime = dataSet.textOr(tag::AcquisitionDateTime);
    for (const DataSet& item : dataSet.items(tag::WaveformSequence)) {
        auto group = groupFrom(item, out);
        if (!group) {
            return fail(group.error());
        }
        out.groups.push_back(std::move(*group));
    }
    for (const DataSet& item : dataSet.items(tag::WaveformAnnotationSequence)) {
        out.annotations.push_back(annotationFrom(item));
    }
    return out;
}

Result<std::vector<double>> channelValues(const Waveform& waveform, std::size_t group, std::size_t channel)
{
    if (group >= waveform.groups.size() || channel >= waveform.groups[group].channels.size()) {
        return fail("waveform.channel", "The waveform has no such channel.", "group " + std::to_string(group) + " channel " + std::to_string(channel));
    }
    const WaveformGroup& source = waveform.groups[group];
    const WaveformChannel& definition = source.channels[channel];
    const double scale = definition.sensitivity.value_or(1) * definition.correction;
    std::vector<double> out;
    out.reserve(static_cast<std::size_t>(source.samples));
    for (std::size_t moment = 0; moment < static_cast<std::size_t>(source.samples); ++moment) {
        const std::size_t at = (moment * source.channels.size() + channel) * source.bytesPerSample;
        const std::int64_t stored = storedSample(source.data, at, source, waveform.bigEndian);
        if (source.padding && stored == *source.padding) {
            out.push_back(std::numeric_limits<double>::quiet_NaN());
            continue;
        }
        const bool muLaw = source.interpretation == "MB";
        const auto code = static_cast<std::uint8_t>(stored);
        const std::int64_t sample = muLaw ? fromMuLaw(code) : source.interpretation == "AB" ? fromALaw(code) : stored;
        out.push_back(static_cast<double>(sample) * scale + definition.baseline);
    }
    return out;
}

} // namespace akari::objects
