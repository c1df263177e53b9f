#include "core/image/LookupTables.h"

#include <algorithm>
#include <cmath>

#include "core/dicom/Tags.h"

namespace akari::image {

namespace tags = dicom::tags;

namespace {

VoiFunction voiFunctionOf(const dicom::DataSet& dataSet)
{
    const std::string text = dataSet.textOr(tags::VOILUTFunction);
    return text == "SIGMOID" ? VoiFunction::Sigmoid : text == "LINEAR_EXACT" ? VoiFunction::LinearExact : VoiFunction::Linear;
}

bool whole(double value, double low, double high) { return std::isfinite(value) && value >= low && value <= high && value == std::floor(value); }

} // namespace

std::optional<LookupTable> readLookupTable(const dicom::DataSet& item, bool signedInput)
{
    const auto descriptor = item.numbers(tags::LUTDescriptor);
    const BytesView data = item.bytes(tags::LUTData);
    if (descriptor.size() < 3 || data.empty() || !whole(descriptor[0], -32768, 65535) || !whole(descriptor[1], -32768, 65535)
        || !whole(descriptor[2], 1, 16)) {
        return std::nullopt;
    }
    const auto count = static_cast<std::size_t>(descriptor[0] <= 0 ? 65536 + descriptor[0] : descriptor[0]);
    const int bits = static_cast<int>(descriptor[2]);
    const bool packedBytes = data.size() < count * 2;
    if (packedBytes && (bits > 8 || data.size() < count)) {
        return std::nullopt;
    }
    LookupTable table;
    table.firstMapped = static_cast<std::int32_t>(descriptor[1]);
    // A presentation state has no Pixel Representation to read an implicit VR by: a table that would run over 65535 begins below zero.
    const bool overruns = table.firstMapped > 32767 && static_cast<std::size_t>(table.firstMapped) + count > 65536;
    if ((signedInput && table.firstMapped > 32767) || overruns) {
        table.firstMapped -= 65536;
    }
    table.bits = static_cast<std::uint16_t>(bits);
    table.entries.resize(count);
    const unsigned mask = (1u << bits) - 1u;
    const std::size_t low = item.bigEndian() ? 1 : 0;
    // Bytes packed in big-endian words lie the other way round.
    const std::size_t turned = item.bigEndian() && data.size() % 2 == 0 ? 1 : 0;
    for (std::size_t i = 0; i < count; ++i) {
        const unsigned value = packedBytes ? data[i ^ turned]
                                           : static_cast<unsigned>(data[2 * i + low]) | static_cast<unsigned>(data[2 * i + 1 - low]) << 8;
        table.entries[i] = static_cast<std::uint16_t>(std::min(value, mask));
    }
    return table;
}

constexpr std::size_t kMostWindows = 64; // repeated for each frame; no menu is longer

std::vector<Window> readWindowList(const dicom::DataSet& source, bool& invalid)
{
    const auto centers = source.numbers(tags::WindowCenter);
    const auto widths = source.numbers(tags::WindowWidth);
    const auto explanations = source.texts(tags::WindowCenterWidthExplanation);
    std::vector<Window> windows;
    for (std::size_t i = 0; i < std::min({centers.size(), widths.size(), kMostWindows}); ++i) {
        Window window{centers[i], widths[i], voiFunctionOf(source), i < explanations.size() ? explanations[i] : std::string{}};
        if (!std::isfinite(window.center) || !std::isfinite(window.width) || window.width <= 0) {
            invalid = true;
            continue;
        }
        if (window.function == VoiFunction::Linear && window.width < 1) {
            // LINEAR is undefined below width 1, yet parametric maps are written so; the exact form is what they mean.
            window.function = VoiFunction::LinearExact;
        }
        windows.push_back(std::move(window));
    }
    return windows;
}

std::vector<std::shared_ptr<const VoiTable>> readVoiTables(const dicom::DataSet& source, bool signedInput, bool& invalid)
{
    std::vector<std::shared_ptr<const VoiTable>> tables;
    for (const dicom::DataSet& item : source.items(tags::VOILUTSequence)) {
        if (auto table = readLookupTable(item, signedInput)) {
            tables.push_back(std::make_shared<const VoiTable>(VoiTable{std::move(*table), item.textOr(tags::LUTExplanation)}));
        } else {
            invalid = true;
        }
    }
    return tables;
}

std::uint16_t entryAt(const LookupTable& table, double input)
{
    const double last = static_cast<double>(table.entries.size() - 1);
    const double offset = std::floor(input + 0.5) - table.firstMapped;
    return table.entries[static_cast<std::size_t>(offset > 0 ? std::min(offset, last) : 0.0)];
}

double mostOf(const LookupTable& table) { return static_cast<double>((1u << std::clamp<unsigned>(table.bits, 1, 16)) - 1u); }

} // namespace akari::image
