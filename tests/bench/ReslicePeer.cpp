// vtkImageReslice on a volume of the size that was asked for: columns rows slices dx dy dz side runs. Answers on the channel of
// core/base/Process.h (descriptor 3) with one line a plane: its name and the milliseconds of each run. Linear interpolation, int16 in, float out.
#include <vtkImageData.h>
#include <vtkImageReslice.h>
#include <vtkNew.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <string>

#include "core/base/Process.h"

namespace {

struct Shape {
    int columns, rows, slices;
    double dx, dy, dz;
    int side, runs;
};

void fill(vtkImageData* volume, const Shape& shape)
{
    volume->SetDimensions(shape.columns, shape.rows, shape.slices);
    volume->SetSpacing(shape.dx, shape.dy, shape.dz);
    volume->AllocateScalars(VTK_SHORT, 1);
    auto* voxels = static_cast<short*>(volume->GetScalarPointer());
    const auto count = static_cast<std::size_t>(shape.columns) * static_cast<std::size_t>(shape.rows) * static_cast<std::size_t>(shape.slices);
    for (std::size_t i = 0; i < count; ++i) {
        voxels[i] = static_cast<short>(i * 7919 % 4001);
    }
}

// The whole extent of the volume fits the picture, as in the window.
std::string times(vtkImageData* volume, const Shape& shape, const std::string& name, const double (&axes)[9])
{
    const double size[3] = {shape.columns * shape.dx, shape.rows * shape.dy, shape.slices * shape.dz};
    const auto extent = [&](int axis) { return std::abs(axes[axis * 3]) * size[0] + std::abs(axes[axis * 3 + 1]) * size[1] + std::abs(axes[axis * 3 + 2]) * size[2]; };
    const double step = std::max(extent(0), extent(1)) / shape.side;
    std::string line = name;
    for (int run = 0; run < shape.runs; ++run) {
        vtkNew<vtkImageReslice> reslice;
        reslice->SetInputData(volume);
        reslice->SetOutputDimensionality(2);
        reslice->SetResliceAxesDirectionCosines(axes);
        // Another plane each time, as a reader scrolls.
        reslice->SetResliceAxesOrigin(size[0] / 2 + 0.7 * run, size[1] / 2 + 0.9 * run, size[2] / 2 + 1.3 * run);
        reslice->SetOutputSpacing(step, step, 1);
        reslice->SetOutputOrigin(-step * (shape.side - 1) / 2, -step * (shape.side - 1) / 2, 0);
        reslice->SetOutputExtent(0, shape.side - 1, 0, shape.side - 1, 0, 0);
        reslice->SetInterpolationModeToLinear();
        reslice->SetOutputScalarType(VTK_FLOAT);
        const auto start = std::chrono::steady_clock::now();
        reslice->Update();
        line += " " + std::to_string(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    return line + "\n";
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 9) {
        return 2;
    }
    const Shape shape{std::atoi(argv[1]), std::atoi(argv[2]), std::atoi(argv[3]), std::atof(argv[4]), std::atof(argv[5]), std::atof(argv[6]), std::atoi(argv[7]),
                      std::atoi(argv[8])};
    if (shape.columns < 2 || shape.rows < 2 || shape.slices < 2 || !(shape.dx > 0) || !(shape.dy > 0) || !(shape.dz > 0) || shape.side < 1 || shape.runs < 1) {
        return 2;
    }
    vtkNew<vtkImageData> volume;
    fill(volume, shape);
    const std::string answer = times(volume, shape, "axial", {1, 0, 0, 0, 1, 0, 0, 0, 1}) + times(volume, shape, "coronal", {1, 0, 0, 0, 0, -1, 0, 1, 0})
                               + times(volume, shape, "sagittal", {0, 1, 0, 0, 0, -1, -1, 0, 0});
    akari::Channel channel(3);
    return channel.send(akari::asBytes(answer)) ? 0 : 1;
}
