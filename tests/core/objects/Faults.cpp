// Every reader on damaged versions of a real file of its kind: an answer or one error, never a crash (the sanitizers watch memory).
#include "core/objects/ObjectKind.h"
#include "core/objects/ObjectSummary.h"
#include "core/objects/RtDose.h"
#include "core/objects/Segmentation.h"
#include "core/objects/Waveform.h"
#include "core/objects/WholeSlide.h"
#include "tests/core/objects/ObjectFiles.h"

using namespace akari;
using namespace akari::objects;
using namespace akari::test;

namespace {

// Deterministic (xorshift64).
class Dice {
public:
    explicit Dice(std::uint64_t seed) : m_state(seed * 0x9E3779B97F4A7C15U + 1) {}
    std::uint64_t next()
    {
        m_state ^= m_state << 13;
        m_state ^= m_state >> 7;
        m_state ^= m_state << 17;
        return m_state;
    }
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }

private:
    std::uint64_t m_state;
};

struct Outcome {
    bool read = false;
    std::string error;
};

// The summary goes through the model's reader; pixels and samples through theirs.
Outcome readAll(const Bytes& bytes)
{
    const auto file = dicom::readPart10(std::make_shared<const Bytes>(bytes));
    if (!file) {
        return {false, file.error().code};
    }
    const auto summary = summaryOf(*file);
    if (!summary) {
        return {false, summary.error().code};
    }
    if (const auto seg = readSegmentation(*file); seg && !seg->frames.empty()) {
        static_cast<void>(segmentationPixels(*file, *seg, seg->frames.back().number));
    }
    if (const auto dose = readRtDose(*file); dose && dose->grid) {
        static_cast<void>(dosesOfFrame(*file, *dose, FrameNumber{1}));
    }
    if (const auto waveform = readWaveform(*file)) {
        static_cast<void>(channelValues(*waveform, 0, 0));
    }
    if (const auto slide = readWholeSlide(*file)) {
        static_cast<void>(slide->tile(FrameNumber{slide->frames}));
        static_cast<void>(slide->frameAt({1, 1}));
    }
    return {true, {}};
}

bool isStableCode(const std::string& code) { return code.find('.') != std::string::npos && code.find(' ') == std::string::npos; }

const std::vector<const char*> kFiles = {"22_derived/kos_three_ct_slices.dcm",
                                         "17_seg_sr_sm_highdicom/seg_image_ct_binary.dcm",
                                         "17_seg_sr_sm_highdicom/seg_image_ct_binary_fractional.dcm",
                                         "17_seg_sr_sm_highdicom/seg_image_sm_control_labelmap.dcm",
                                         "12_pydicom_core/test_files/rtstruct.dcm",
                                         "12_pydicom_core/test_files/rtdose.dcm",
                                         "12_pydicom_core/test_files/rtplan.dcm",
                                         "17_seg_sr_sm_highdicom/sr_document.dcm",
                                         "12_pydicom_core/test_files/waveform_ecg.dcm",
                                         "17_seg_sr_sm_highdicom/sm_image.dcm",
                                         "17_seg_sr_sm_highdicom/sm_annotations.dcm",
                                         "13_pydicom_data_selected/parametric_map_float.dcm",
                                         "16_seg_sr_parametric_dcmqi/sr-example/rwvm.dcm",
                                         "15_presentation_LUT_overlay_GSPS_weasis/NeurosurgeryPlan.dcm",
                                         "22_derived/encapsulated_pdf.dcm"};

} // namespace

TEST_CASE("Readers survive truncation at 200 places", "[core][objects][faults][data]")
{
    AKARI_NEEDS_DATA();
    for (const char* path : kFiles) {
        INFO(path);
        const auto whole = readFile(*dataFolder() / path);
        REQUIRE(readAll(*whole).read);
        for (std::size_t k = 0; k < 200; ++k) {
            const Outcome outcome = readAll(Bytes(whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(whole->size() * k / 200)));
            if (!outcome.read && !isStableCode(outcome.error)) {
                FAIL_CHECK("at " << k << ": " << outcome.error);
            }
        }
    }
    SUCCEED();
}

TEST_CASE("Readers survive flipped bits, 200 versions of each", "[core][objects][faults][data]")
{
    AKARI_NEEDS_DATA();
    for (const char* path : kFiles) {
        INFO(path);
        const auto whole = readFile(*dataFolder() / path);
        std::size_t refused = 0;
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            Dice dice(seed + 1);
            Bytes damaged = *whole;
            // Headers are where the counts are: most flips go to the first 16 KiB.
            for (std::size_t flips = 1 + dice.below(24); flips > 0; --flips) {
                const std::size_t room = dice.below(4) == 0 ? damaged.size() : std::min<std::size_t>(damaged.size(), 16384);
                damaged[dice.below(room)] ^= static_cast<std::uint8_t>(1U << dice.below(8));
            }
            const Outcome outcome = readAll(damaged);
            refused += outcome.read ? 0 : 1;
            if (!outcome.read && !isStableCode(outcome.error)) {
                FAIL_CHECK("seed " << seed << ": " << outcome.error);
            }
        }
        CHECK(refused < 200); // a flipped bit in a text is no reason to refuse
    }
}
