// What an image says of itself, read once from its header, as plain values for ordering, display and corner texts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/Identity.h"
#include "core/dicom/DataSet.h"
#include "core/image/Geometry.h"

namespace akari::image {

enum class VoiFunction { Linear, LinearExact, Sigmoid };
struct Window {
    double center = 0;
    double width = 1;
    VoiFunction function = VoiFunction::Linear;
    std::string explanation; // UTF-8, for the menu
    bool operator==(const Window&) const = default;
};

struct LookupTable { // modality or VOI LUT (PS3.3 C.11.1, C.11.2)
    std::int32_t firstMapped = 0;
    std::uint16_t bits = 16;
    std::vector<std::uint16_t> entries;
};

struct ModalityTransform {
    double slope = 1;
    double intercept = 0;
    std::string unit;                  // UCUM: "[hnsf'U]" for CT with HU; empty when not known
    std::optional<LookupTable> table;
};

// --- appearance: types ---
struct Shutter;          // Shutter.h
struct VoiTable {        // one item of a VOI LUT sequence
    LookupTable table;
    std::string explanation; // UTF-8, for the menu
};
// Standardised uptake values: SUV = modality value x factor. Each is there only when it could be computed (Suv.h).
struct Suv {
    std::optional<double> bodyWeight;   // g/ml
    std::optional<double> leanBodyMass; // g/ml, James
    std::optional<double> bodySurface;  // cm2/ml, Du Bois
};
// --- end of appearance: types ---

// Where a calibration holds, in pixel indices, both ends inclusive.
struct PixelRegion {
    std::int32_t firstColumn = 0, firstRow = 0, lastColumn = 0, lastRow = 0;
    bool contains(const PixelPoint& p) const
    {
        return p.column >= firstColumn - 0.5 && p.column <= lastColumn + 0.5 && p.row >= firstRow - 0.5 && p.row <= lastRow + 0.5;
    }
};

// One calibrated rectangle of an ultrasound image (PS3.3 C.8.5.5). Steps are per pixel and positive, in the unit beside them;
// centimetres have become millimetres.
struct UltrasoundRegion {
    enum class Unit { None, Millimetre, Second, CentimetrePerSecond, Other };
    PixelRegion where;
    double stepX = 0, stepY = 0;
    Unit unitX = Unit::None, unitY = Unit::None;
    bool lowPriority = false; // below another region that overlaps it (Region Flags, bit 0)
    bool inMillimetres() const { return unitX == Unit::Millimetre && unitY == Unit::Millimetre; }
};

// One per frame. Image-level values repeat; cheap enough for 5 000 slices.
struct FrameAttributes {
    ObjectIdentity identity;
    FrameNumber frame;
    std::string sopClassUid;
    std::string modality;
    std::int32_t seriesNumber = 0;
    std::int32_t instanceNumber = 0;
    std::int32_t acquisitionNumber = 0;
    std::string seriesDescription;
    std::vector<std::string> imageType;
    std::string frameOfReferenceUid;
    std::uint32_t rows = 0;
    std::uint32_t columns = 0;
    std::uint16_t samplesPerPixel = 1;
    bool monochrome1 = false;
    std::optional<SlicePlane> plane;
    Calibration calibration = Calibration::None;
    PixelSpacing inPlaneSpacing;       // valid when calibration != None; of a plane where it is Geometry
    std::vector<UltrasoundRegion> regions; // where there are any, a measurement holds inside one of them only
    std::string laterality;
    std::string viewPosition;
    std::string contentTime;
    std::vector<Window> windows;
    ModalityTransform modalityTransform;
    std::optional<std::int64_t> paddingFirst, paddingLast; // inclusive range of stored values
    double echoTime = 0;
    std::optional<double> diffusionBValue;
    std::int32_t temporalPosition = 0;
    double frameTimeMs = 0;            // cine; 0 unknown
    double sliceThickness = 0;         // for the corner text alone, never for geometry
    bool lossy = false;
    std::string lossyRatio;
    bool burnedIn = false;
    // The object is still travelling: identity, number and plane are what the archive lists, all else is a neighbour's.
    bool travelling = false;
    // These pixels came as a lossless transcode; the original is still on its way.
    bool provisional = false;
    std::vector<std::string> warnings;

    // What tells frames apart that lie at one place (core/image/SplitKeys.h). Empty or absent: not said.
    std::string acquisitionTime;            // as written: HHMMSS.FFFFFF, of enhanced frames with the date in front
    std::optional<double> triggerTime;      // ms after the R wave
    std::optional<double> cardiacPhase;     // % of the R-R interval
    std::string diffusionDirection;         // the gradient's vector as written
    std::string convolutionKernel;
    std::string contrastAgent;
    std::string stackId;                    // enhanced objects
    std::string dimensions;                 // values of those dimension indices that are no place: "(gggg,eeee)=3 ..."
    // --- appearance: what lies between stored values and the screen beside windows and rescale ---
    std::optional<bool> shapeInverse;  // Presentation LUT Shape of the image, INVERSE or not; absent: as the photometric interpretation says
    std::vector<std::shared_ptr<const VoiTable>> voiTables; // in the order of the sequence
    double storedLowest = 0, storedHighest = 65535;         // what the pixel representation can hold
    std::optional<double> floatPaddingFirst, floatPaddingLast; // of float pixels
    double pixelAspect = 1;            // height / width of a pixel (PS3.3 C.7.6.3.1.7); counts where nothing calibrates
    std::shared_ptr<const Shutter> shutter;
    std::optional<Suv> suv;
    std::string suvRefused;            // why a PET image has no SUV
    // --- end of appearance ---
};

// Every frame of one image object; empty when the object has no pixels (SR, PDF).
Result<std::vector<FrameAttributes>> readFrames(const dicom::Part10& file, const ObjectIdentity& identity);

} // namespace akari::image
