// A generated CT series as one block of HU, read back through the product's own reader.
#pragma once

#include <cmath>
#include <vector>

#include "core/dicom/DataSet.h"
#include "core/dicom/Tags.h"
#include "core/phantom/Phantom.h"

namespace akari::test {

struct Volume {
    phantom::SeriesTruth geometry;
    std::vector<float> hounsfield;

    float at(int column, int row, int slice) const
    {
        return hounsfield[(static_cast<std::size_t>(slice) * geometry.rows + row) * geometry.columns + column];
    }
    phantom::Point place(int column, int row, int slice) const
    {
        const auto& g = geometry;
        return {g.firstPixel.x + column * g.betweenColumns, g.firstPixel.y + row * g.betweenRows, g.firstPixel.z + slice * g.betweenSlices};
    }
    double voxel() const { return geometry.betweenColumns * geometry.betweenRows * geometry.betweenSlices; }
    // Calls visit(hu) for every voxel within radius mm of the centre; returns how many there were.
    template <class Visit> int ball(phantom::Point centre, double radius, const Visit& visit) const
    {
        int count = 0;
        const auto& g = geometry;
        const int k0 = static_cast<int>((centre.z - radius - g.firstPixel.z) / g.betweenSlices);
        const int k1 = static_cast<int>((centre.z + radius - g.firstPixel.z) / g.betweenSlices) + 1;
        for (int k = std::max(k0, 0); k <= std::min(k1, static_cast<int>(g.sopInstanceUids.size()) - 1); ++k) {
            for (int j = 0; j < g.rows; ++j) {
                for (int i = 0; i < g.columns; ++i) {
                    const phantom::Point p = place(i, j, k);
                    if (std::hypot(p.x - centre.x, p.y - centre.y, p.z - centre.z) <= radius) {
                        visit(at(i, j, k));
                        ++count;
                    }
                }
            }
        }
        return count;
    }
};

inline dicom::Part10 parsed(const phantom::GeneratedObject& object)
{
    auto file = dicom::readPart10(std::make_shared<const Bytes>(object.part10));
    return file ? std::move(*file) : dicom::Part10{};
}

// The sink that fills a volume.
class VolumeSink {
public:
    phantom::Sink sink()
    {
        return [this](phantom::GeneratedObject&& object) {
            const dicom::Part10 file = parsed(object);
            const BytesView pixels = file.dataSet.bytes(dicom::tags::PixelData);
            const double slope = file.dataSet.number(dicom::tags::RescaleSlope).value_or(0);
            const double intercept = file.dataSet.number(dicom::tags::RescaleIntercept).value_or(0);
            for (std::size_t i = 0; i + 1 < pixels.size(); i += 2) {
                m_values.push_back(static_cast<float>((pixels[i] | pixels[i + 1] << 8) * slope + intercept));
            }
            return true;
        };
    }
    Volume volume(const phantom::GroundTruth& truth) { return {truth.series.at(0), std::move(m_values)}; }

private:
    std::vector<float> m_values;
};

} // namespace akari::test
