// Loaded frames against pydicom and DCMTK on real files.
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "core/image/GreyChain.h"
#include "core/image/Overlays.h"
#include "core/load/Icon.h"
#include "tests/core/load/LoadedFile.h"
#include "tests/support/TempFolder.h"

using namespace akari;
namespace fs = std::filesystem;

namespace {

bool pydicomThere() { return std::system("/usr/bin/python3 -c 'import pydicom, numpy' 2>/dev/null") == 0; }

std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }

// Nullopt: pydicom can't (its handlers lack the codec).
template <class T> std::optional<std::vector<T>> reference(const fs::path& file, const std::string& stage)
{
    static test::TempFolder folder;
    const fs::path out = folder.path() / "reference.raw";
    fs::remove(out);
    const auto script = fs::path(AKARI_SOURCE_DIR) / "tests/core/load/grey_reference.py";
    const std::string command = "/usr/bin/python3 " + quoted(script) + " " + quoted(file) + " " + stage + " " + quoted(out) + " 2>/dev/null";
    if (std::system(command.c_str()) != 0) {
        return std::nullopt;
    }
    const auto bytes = test::readFile(out);
    std::vector<T> values(bytes->size() / sizeof(T));
    std::memcpy(values.data(), bytes->data(), values.size() * sizeof(T));
    return values;
}

std::vector<double> modalityOf(const image::Slice& slice)
{
    std::vector<double> values;
    for (std::uint32_t row = 0; row < slice.attributes.rows; ++row) {
        for (std::uint32_t column = 0; column < slice.attributes.columns; ++column) {
            values.push_back(slice.modalityAt(column, row));
        }
    }
    return values;
}

double mostDifference(const std::vector<double>& a, const std::vector<double>& b)
{
    REQUIRE(a.size() == b.size());
    double most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        most = std::max(most, std::abs(a[i] - b[i]));
    }
    return most;
}

} // namespace

#define AKARI_REFERENCE()                                                                                                                   \
    const auto root = test::dataFolder();                                                                                                   \
    if (!root || !pydicomThere()) {                                                                                                         \
        AKARI_SKIP("no test data or no pydicom");                                                                                           \
    }

TEST_CASE("Modality values equal pydicom's: tables, rescale, PET, ADC", "[load][data][numbers]")
{
    AKARI_REFERENCE();
    for (const char* name : {"13_pydicom_data_selected/mlut_18.dcm", "14_fo_dicom_selected/CR-ModalitySequenceLUT.dcm", "19_pet_acrin_tiny/1.dcm",
                             "19_pet_acrin_tiny/2.dcm", "14_fo_dicom_selected/CT-MONO2-16-ankle", "02_ct_head_gantry_tilt_GE/01.dcm",
                             "16_seg_sr_parametric_dcmqi/paramaps/701-ADCb500/000007.dcm", "13_pydicom_data_selected/vlut_04.dcm"}) {
        INFO(name);
        test::LoadedFile file(*root / name);
        const auto slice = file.frame();
        REQUIRE(slice);
        const auto expected = reference<double>(*root / name, "modality");
        REQUIRE(expected);
        CHECK(mostDifference(modalityOf(**slice), *expected) == 0);
    }
}

TEST_CASE("Trap: VOI windows and tables of real files equal pydicom's", "[load][data][trap][numbers]")
{
    AKARI_REFERENCE();
    // pydicom answers a window in the range of its input, so its formula is compared through that range.
    for (const char* name : {"14_fo_dicom_selected/GH133.dcm", "19_pet_acrin_tiny/3.dcm", "02_ct_head_gantry_tilt_GE/01.dcm"}) {
        INFO(name);
        test::LoadedFile file(*root / name);
        const auto slice = file.frame();
        REQUIRE(slice);
        REQUIRE_FALSE((*slice)->attributes.windows.empty());
        const auto expected = reference<double>(*root / name, "voi");
        REQUIRE(expected);
        const auto [low, high] = std::minmax_element(expected->begin(), expected->end());
        const image::Window& window = (*slice)->attributes.windows.front();
        const auto& a = (*slice)->attributes;
        const double from = a.storedLowest * a.modalityTransform.slope + a.modalityTransform.intercept;
        const double to = a.storedHighest * a.modalityTransform.slope + a.modalityTransform.intercept;
        REQUIRE(*low >= from);
        REQUIRE(*high <= to);
        const auto values = modalityOf(**slice);
        image::GreyChain chain;
        chain.window = window;
        double most = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double shown = ((*expected)[i] - from) / (to - from) * 65535;
            most = std::max(most, std::abs(chain.pValue(values[i]) - shown));
        }
        CHECK(most <= 0.5 + 1e-6);
    }
    for (const char* name : {"14_fo_dicom_selected/GH133.dcm", "13_pydicom_data_selected/vlut_04.dcm"}) {
        INFO(name);
        test::LoadedFile file(*root / name);
        const auto slice = file.frame();
        REQUIRE(slice);
        REQUIRE_FALSE((*slice)->attributes.voiTables.empty());
        const auto expected = reference<double>(*root / name, "lut");
        REQUIRE(expected);
        const auto values = modalityOf(**slice);
        image::GreyChain chain;
        chain.table = (*slice)->attributes.voiTables.front();
        const double whole = std::exp2(chain.table->table.bits) - 1;
        std::size_t different = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            different += chain.pValue(values[i]) != std::floor((*expected)[i] * 65535 / whole + 0.5);
        }
        CHECK(different == 0);
    }
}

TEST_CASE("Trap: JPEG colour and palettes: 8, 16 bits and segmented equal pydicom's", "[load][data][trap]")
{
    AKARI_REFERENCE();
    int compared = 0;
    for (const char* name : {"12_pydicom_core/test_files/examples_palette.dcm", "11_zoo_NEMA_WG04_subset/dicom-ts-issues/OT-PAL-8-face.dcm",
                             "13_pydicom_data_selected/gdcm-US-ALOKA-16.dcm", "14_fo_dicom_selected/TestPattern_Palette.dcm",
                             "14_fo_dicom_selected/TestPattern_Palette_16.dcm", "09_zoo_Efferent_PM5644_colour/PM5644-960x540_Palette_8.dcm",
                             "08_zoo_cornerstone_CT_every_syntax/no-pixel-spacing.dcm"}) {
        INFO(name);
        const auto expected = reference<std::uint8_t>(*root / name, "colour");
        if (!expected) {
            continue;
        }
        test::LoadedFile file(*root / name);
        const auto slice = file.frame();
        REQUIRE(slice);
        REQUIRE((*slice)->rgb);
        CHECK(std::get<std::vector<std::uint8_t>>((*slice)->samples) == *expected);
        ++compared;
        // As stored they are the indices.
        const auto stored = file.stored();
        REQUIRE(stored);
        CHECK(stored->pixels.samplesPerPixel == 1);
    }
    CHECK(compared >= 5);
}

TEST_CASE("Overlays of real files equal pydicom's, those in spare bits too", "[load][data]")
{
    AKARI_REFERENCE();
    const std::pair<const char*, std::vector<int>> files[] = {{"13_pydicom_data_selected/MR-SIEMENS-DICOM-WithOverlays.dcm", {}},
                                                              {"14_fo_dicom_selected/GH1728.dcm", {0x6000}},
                                                              {"15_presentation_LUT_overlay_GSPS_weasis/overlay.dcm", {0x6004, 0x6006}},
                                                              {"12_pydicom_core/test_files/examples_overlay.dcm", {0x6000}}};
    int compared = 0;
    for (const auto& [name, groups] : files) {
        INFO(name);
        test::LoadedFile file(*root / name);
        const auto slice = file.frame();
        REQUIRE(slice);
        for (const int group : groups) {
            const auto expected = reference<std::uint8_t>(*root / name, "overlay" + std::string("0x") + (group == 0x6000 ? "6000" : group == 0x6004 ? "6004" : "6006"));
            if (!expected) {
                continue;
            }
            const auto plane = std::find_if((*slice)->overlays.begin(), (*slice)->overlays.end(), [group = group](const auto& p) { return p->group == group; });
            REQUIRE(plane != (*slice)->overlays.end());
            REQUIRE(expected->size() == static_cast<std::size_t>((*plane)->rows) * static_cast<std::size_t>((*plane)->columns));
            std::size_t different = 0;
            for (std::size_t i = 0; i < expected->size(); ++i) {
                const auto column = static_cast<std::int32_t>(i % static_cast<std::size_t>((*plane)->columns));
                const auto row = static_cast<std::int32_t>(i / static_cast<std::size_t>((*plane)->columns));
                different += (*plane)->at(column + (*plane)->firstColumn, row + (*plane)->firstRow) != ((*expected)[i] != 0);
            }
            CHECK(different == 0);
            CHECK((*plane)->set() > 0);
            ++compared;
        }
    }
    CHECK(compared >= 3);
    // Groups 6000 and 6002 of this file lie in bits 15 and 14 of the pixels.
    const fs::path path = *root / "15_presentation_LUT_overlay_GSPS_weasis/overlay.dcm";
    test::LoadedFile file(path);
    const auto slice = file.frame();
    REQUIRE(slice);
    REQUIRE((*slice)->overlays.size() == 4);
    const auto part10 = dicom::readPart10(test::readFile(path));
    const BytesView raw = part10->dataSet.bytes(dicom::tags::PixelData);
    const std::size_t pixels = std::size_t{(*slice)->attributes.rows} * (*slice)->attributes.columns;
    REQUIRE(raw.size() >= 2 * pixels);
    for (const auto& plane : (*slice)->overlays) {
        if (plane->group > 0x6002) {
            continue;
        }
        const unsigned bit = plane->group == 0x6000 ? 0x80 : 0x40;
        std::size_t set = 0, different = 0;
        for (std::size_t i = 0; i < pixels; ++i) {
            const bool expected = (raw[2 * i + 1] & bit) != 0;
            set += expected;
            different += plane->at(static_cast<std::int32_t>(i % (*slice)->attributes.columns), static_cast<std::int32_t>(i / (*slice)->attributes.columns)) != expected;
        }
        CHECK(set > 0);
        CHECK(different == 0);
    }
    // The samples themselves are free of them.
    const auto stored = file.stored();
    REQUIRE(stored);
    for (std::uint32_t row = 0; row < (*slice)->attributes.rows; row += 7) {
        const std::size_t at = 2 * std::size_t{row} * (*slice)->attributes.columns;
        CHECK((*slice)->storedAt(0, row) == stored->samples[at] + 256 * stored->samples[at + 1]);
    }
}

TEST_CASE("A presentation state of three tables equals DCMTK's rendering", "[load][data]")
{
    const auto root = test::dataFolder();
    if (!root || std::system("dcmp2pgm --version > /dev/null 2>&1") != 0) {
        AKARI_SKIP("no test data or no dcmp2pgm");
    }
    const fs::path folder = *root / "15_presentation_LUT_overlay_GSPS_weasis";
    test::TempFolder temporary;
    const fs::path pgm = temporary.path() / "p.pgm";
    const std::string command = "dcmp2pgm -q -p " + quoted(folder / "prLUTs.dcm") + " " + quoted(folder / "imageForPrLUTs.dcm") + " " + quoted(pgm);
    REQUIRE(std::system(command.c_str()) == 0);
    const auto bytes = test::readFile(pgm);
    constexpr std::size_t kPixels = 512 * 512;
    REQUIRE(bytes->size() > kPixels);
    const std::uint8_t* expected = bytes->data() + bytes->size() - kPixels;

    test::LoadedFile file(folder / "imageForPrLUTs.dcm");
    file.add(test::readFile(folder / "prLUTs.dcm"));
    REQUIRE(file.store->presentationStates().size() == 1);
    const auto slice = file.frame();
    REQUIRE(slice);
    const auto set = file.store->displaySets().front();
    const auto states = file.store->presentationStatesFor(*set);
    REQUIRE(states.size() == 1);
    const auto said = states.front()->forFrame(file.identity.sop, FrameNumber{1});
    REQUIRE(said);
    const auto chain = image::greyChainFor(**slice, {}, &*said);
    std::size_t different = 0;
    for (std::size_t i = 0; i < kPixels; ++i) {
        const double value = image::modalityValue(said->modality, (*slice)->storedAt(static_cast<std::uint32_t>(i % 512), static_cast<std::uint32_t>(i / 512)));
        different += chain.pValue(value) != expected[i] * 257;
    }
    CHECK(different == 0);
}

TEST_CASE("Icon images are pictures of their own", "[load][data]")
{
    const auto root = test::dataFolder();
    if (!root) {
        AKARI_SKIP("no test data");
    }
    decode::DecodePool pool(decode::PoolOptions{1, std::chrono::milliseconds(20000)});
    int shown = 0;
    for (const char* name : {"14_fo_dicom_selected/JPEGwithIcon.dcm", "14_fo_dicom_selected/GH133.dcm", "19_pet_acrin_tiny/1.dcm",
                             "12_pydicom_core/test_files/examples_overlay.dcm"}) {
        INFO(name);
        const auto file = dicom::readPart10(test::readFile(*root / name));
        REQUIRE(file);
        const auto icon = load::readIcon(*file, {}, pool);
        REQUIRE(icon);
        CHECK((*icon)->attributes.rows <= 256);
        const auto& item = file->dataSet.items({0x0088, 0x0200}).front();
        CHECK((*icon)->attributes.columns == item.integer(dicom::tags::Columns));
        if (!(*icon)->rgb && item.integer(dicom::tags::BitsAllocated) == 8 && !item.find(dicom::tags::PixelData)->undefinedLength) {
            CHECK((*icon)->storedAt(3, 5) == item.bytes(dicom::tags::PixelData)[5 * (*icon)->attributes.columns + 3]);
        }
        ++shown;
    }
    CHECK(shown == 4);
    const auto none = dicom::readPart10(test::readFile(*root / "02_ct_head_gantry_tilt_GE/01.dcm"));
    CHECK(load::readIcon(*none, {}, pool).error().code == "icon.absent");
}
