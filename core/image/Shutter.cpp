#include "core/image/Shutter.h"

#include <algorithm>
#include <cmath>

#include "core/dicom/Tags.h"

namespace akari::image {

namespace {

using dicom::Tag;
constexpr Tag kLeft{0x0018, 0x1602}, kRight{0x0018, 0x1604}, kUpper{0x0018, 0x1606}, kLower{0x0018, 0x1608};
constexpr Tag kCenter{0x0018, 0x1610}, kRadius{0x0018, 0x1612}, kVertices{0x0018, 0x1620}, kPresentationValue{0x0018, 0x1622};
constexpr Tag kOverlayGroup{0x0018, 0x1623};

bool inRange(std::int64_t value) { return value >= -1'000'000 && value <= 1'000'000; }

bool readRectangle(const dicom::DataSet& d, Shutter& shutter)
{
    const auto left = d.integer(kLeft), right = d.integer(kRight), upper = d.integer(kUpper), lower = d.integer(kLower);
    if (!left || !right || !upper || !lower || *left > *right || *upper > *lower || !inRange(*left) || !inRange(*right) || !inRange(*upper)
        || !inRange(*lower)) {
        return false;
    }
    shutter.rectangle = Shutter::Rectangle{static_cast<std::int32_t>(*left - 1), static_cast<std::int32_t>(*upper - 1),
                                           static_cast<std::int32_t>(*right - 1), static_cast<std::int32_t>(*lower - 1)};
    return true;
}

bool readCircle(const dicom::DataSet& d, Shutter& shutter)
{
    const auto row = d.number(kCenter, 0), column = d.number(kCenter, 1), radius = d.number(kRadius);
    if (!row || !column || !radius || !std::isfinite(*row) || !std::isfinite(*column) || !std::isfinite(*radius) || !(*radius > 0)) {
        return false;
    }
    shutter.circle = Shutter::Circle{*column - 1, *row - 1, *radius};
    return true;
}

constexpr std::size_t kMostVertices = 10'000;

bool readPolygon(const dicom::DataSet& d, Shutter& shutter)
{
    const auto values = d.numbers(kVertices);
    // More vertices than any device makes would be gone through for each row of each picture.
    if (values.size() < 6 || values.size() > 2 * kMostVertices || values.size() % 2 != 0 || !std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); })) {
        return false;
    }
    for (std::size_t i = 0; i < values.size(); i += 2) {
        shutter.polygon.push_back({values[i + 1] - 1, values[i] - 1});
    }
    return true;
}

bool readBitmap(const dicom::DataSet& d, const std::vector<OverlayPtr>& overlays, Shutter& shutter)
{
    const auto group = d.integer(kOverlayGroup);
    for (const OverlayPtr& plane : overlays) {
        if (group == plane->group) {
            shutter.bitmap = plane;
        }
    }
    return shutter.bitmap != nullptr;
}

// Where the polygon's edges cross a row's middle, ascending: between the 1st and 2nd, 3rd and 4th, ... lies the inside.
std::vector<double> crossings(const std::vector<PixelPoint>& polygon, double row)
{
    std::vector<double> columns;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        const PixelPoint& a = polygon[i];
        const PixelPoint& b = polygon[(i + 1) % polygon.size()];
        if ((a.row <= row) != (b.row <= row)) {
            columns.push_back(a.column + (row - a.row) / (b.row - a.row) * (b.column - a.column));
        }
    }
    std::sort(columns.begin(), columns.end());
    return columns;
}

bool insideOf(const std::vector<double>& columns, double column)
{
    for (std::size_t i = 0; i + 1 < columns.size(); i += 2) {
        if (column >= columns[i] && column <= columns[i + 1]) {
            return true;
        }
    }
    return false;
}

bool coveredButPolygon(const Shutter& s, std::int32_t column, std::int32_t row, double aspect)
{
    if (s.rectangle && (column < s.rectangle->firstColumn || column > s.rectangle->lastColumn || row < s.rectangle->firstRow
                        || row > s.rectangle->lastRow)) {
        return true;
    }
    if (s.circle) {
        const double across = column - s.circle->column;
        const double down = (row - s.circle->row) * aspect;
        if (across * across + down * down > s.circle->radius * s.circle->radius) {
            return true;
        }
    }
    return s.bitmap && s.bitmap->at(column, row);
}

} // namespace

bool Shutter::covers(std::int32_t column, std::int32_t row, double aspect) const
{
    return coveredButPolygon(*this, column, row, aspect) || (!polygon.empty() && !insideOf(crossings(polygon, row), column));
}

std::shared_ptr<const Shutter> readShutter(const dicom::DataSet& d, const std::vector<OverlayPtr>& overlays, bool& invalid)
{
    auto shutter = std::make_shared<Shutter>();
    bool any = false;
    for (const std::string& shape : d.texts(dicom::tags::ShutterShape)) {
        const bool read = shape == "RECTANGULAR" ? readRectangle(d, *shutter)
                          : shape == "CIRCULAR"  ? readCircle(d, *shutter)
                          : shape == "POLYGONAL" ? readPolygon(d, *shutter)
                          : shape == "BITMAP"    ? readBitmap(d, overlays, *shutter)
                                                 : false;
        any = any || read;
        invalid = invalid || !read;
    }
    if (!any) {
        return nullptr;
    }
    shutter->pValue = static_cast<std::uint16_t>(std::clamp<std::int64_t>(d.integer(kPresentationValue).value_or(0), 0, 65535));
    return shutter;
}

std::vector<std::uint8_t> shutterMask(const Shutter& shutter, std::uint32_t rows, std::uint32_t columns, double aspect)
{
    std::vector<std::uint8_t> mask(static_cast<std::size_t>(rows) * columns);
    for (std::uint32_t row = 0; row < rows; ++row) {
        const std::vector<double> edges = shutter.polygon.empty() ? std::vector<double>{} : crossings(shutter.polygon, row);
        for (std::uint32_t column = 0; column < columns; ++column) {
            const auto c = static_cast<std::int32_t>(column);
            const bool covered = coveredButPolygon(shutter, c, static_cast<std::int32_t>(row), aspect)
                                 || (!shutter.polygon.empty() && !insideOf(edges, column));
            mask[static_cast<std::size_t>(row) * columns + column] = covered ? 1 : 0;
        }
    }
    return mask;
}

} // namespace akari::image
