#include <cmath>
#include <numeric>

#include "core/objects/Waveform.h"
#include "tests/core/objects/ObjectFiles.h"

using namespace akari;
using namespace akari::objects;
using namespace akari::test;

namespace {

constexpr const char* kEcgClass = "1.2.840.10008.5.1.4.1.1.9.1.1";

DataSetBuilder channel(double sensitivity, double correction, double baseline)
{
    DataSetBuilder out;
    return out.decimals(tag::ChannelSensitivity, {sensitivity})
        .decimals(tag::ChannelSensitivityCorrectionFactor, {correction})
        .decimals(tag::ChannelBaseline, {baseline})
        .sequence(tag::ChannelSensitivityUnitsSequence, {codeItem("mV", "UCUM", "millivolt")});
}

DataSetBuilder group(const char* interpretation, int bits, std::int64_t samples, Bytes data)
{
    DataSetBuilder out;
    return out.integers(tag::NumberOfWaveformChannels, {'U', 'S'}, {2})
        .integers(tag::NumberOfWaveformSamples, {'U', 'L'}, {samples})
        .decimals(tag::SamplingFrequency, {500})
        .integers(tag::WaveformBitsAllocated, {'U', 'S'}, {bits})
        .text(tag::WaveformSampleInterpretation, {'C', 'S'}, interpretation)
        .sequence(tag::ChannelDefinitionSequence, {channel(2, 0.5, 10), channel(4, 1, 0)})
        .raw(tag::WaveformData, {'O', 'W'}, std::move(data));
}

dicom::Part10 ecgFile(DataSetBuilder one) { return part10Of(DataSetBuilder{}.sequence(tag::WaveformSequence, {std::move(one)}), kEcgClass); }

} // namespace

TEST_CASE("An ECG's channels in microvolts", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const auto read = readWaveform(part10At("12_pydicom_core/test_files/waveform_ecg.dcm"));
    REQUIRE(read.has_value());
    REQUIRE(read->groups.size() == 2);
    const WaveformGroup& rhythm = read->groups[0];
    CHECK(rhythm.label == "RHYTHM");
    CHECK(rhythm.originality == "ORIGINAL");
    CHECK(rhythm.samplingFrequency == 1000);
    CHECK(rhythm.samples == 10000);
    REQUIRE(rhythm.channels.size() == 12);
    CHECK(rhythm.channels[0].source.meaning == "Lead I (Einthoven)");
    CHECK(rhythm.channels[0].sensitivity == 1.25);
    CHECK(rhythm.channels[0].unit.value == "uV");
    CHECK(rhythm.channels[0].filterHigh == 300);
    // Sums from pydicom.
    const std::vector<double> expected = {926613.75, 908587.5, -18026.25};
    for (std::size_t k = 0; k < expected.size(); ++k) {
        const auto values = channelValues(*read, 0, k);
        REQUIRE(values.has_value());
        CHECK(values->size() == 10000);
        CHECK(std::accumulate(values->begin(), values->end(), 0.0) == expected[k]);
    }
    CHECK(channelValues(*read, 0, 0)->at(1) == 81.25);
    CHECK(channelValues(*read, 0, 11)->back() == -112.5);
    CHECK(channelValues(*read, 1, 11)->back() == 25);
    CHECK(channelValues(*read, 0, 12).error().code == "waveform.channel");
    REQUIRE(read->annotations.size() == 77);
    CHECK(read->annotations[1].text == "ECG NORMALE");
    CHECK(read->annotations[7].name.meaning == "QTc Interval");
    CHECK(read->annotations[7].quantity->value == 370);
    CHECK(read->annotations[7].quantity->unit.value == "ms");
    CHECK(read->annotations[7].channels.at(0).channel == 0);
    CHECK(read->annotations[11].temporalRange == "POINT");
    CHECK(read->annotations[11].samples == std::vector<std::int64_t>{299});
}

TEST_CASE("Sensitivity, correction and baseline, samples of every kind", "[core][objects]")
{
    // Two moments of two channels: (1, 2), (-3, 4).
    const auto words = readWaveform(ecgFile(group("SS", 16, 2, {1, 0, 2, 0, 0xFD, 0xFF, 4, 0})));
    REQUIRE(words.has_value());
    CHECK(*channelValues(*words, 0, 0) == std::vector<double>{11, 7}); // × 2 × 0.5 + 10
    CHECK(*channelValues(*words, 0, 1) == std::vector<double>{8, 16});
    const auto bytes = readWaveform(ecgFile(group("UB", 8, 2, {1, 2, 253, 4})));
    CHECK(*channelValues(*bytes, 0, 0) == std::vector<double>{11, 263});
    // ITU-T G.711: code FF is 0, 80 the most positive of mu-law (8031 of 14 bits); D5 is 1 and AA the most positive of A-law (4032 of 13 bits).
    const auto muLaw = readWaveform(ecgFile(group("MB", 8, 2, {0xFF, 0x00, 0x80, 0xFF})));
    CHECK(*channelValues(*muLaw, 0, 0) == std::vector<double>{10, 8041});
    CHECK(*channelValues(*muLaw, 0, 1) == std::vector<double>{-32124, 0});
    const auto aLaw = readWaveform(ecgFile(group("AB", 8, 2, {0xD5, 0x55, 0xAA, 0xD5})));
    CHECK(*channelValues(*aLaw, 0, 0) == std::vector<double>{11, 4042});
    CHECK(*channelValues(*aLaw, 0, 1) == std::vector<double>{-4, 4});
    DataSetBuilder padded = group("SS", 16, 2, {1, 0, 2, 0, 0xFD, 0xFF, 4, 0});
    padded.raw(tag::WaveformPaddingValue, {'O', 'W'}, {0xFD, 0xFF});
    const auto withPadding = readWaveform(ecgFile(padded));
    CHECK(std::isnan(channelValues(*withPadding, 0, 0)->at(1)));
}

TEST_CASE("A waveform that counts more than it holds is one error", "[core][objects]")
{
    CHECK(readWaveform(ecgFile(group("SS", 16, 3, {1, 0, 2, 0, 0xFD, 0xFF, 4, 0}))).error().code == "waveform.samples");
    CHECK(readWaveform(ecgFile(group("SS", 16, 4294967295, {1, 0, 2, 0}))).error().code == "waveform.samples");
    CHECK(readWaveform(ecgFile(group("SS", 8, 1, {1, 0, 2, 0}))).error().code == "waveform.samples");
    CHECK(readWaveform(ecgFile(group("XX", 16, 1, {1, 0, 2, 0}))).error().code == "waveform.samples");
    CHECK(readWaveform(part10Of(DataSetBuilder{}, kEcgClass)).error().code == "waveform.absent");
}
