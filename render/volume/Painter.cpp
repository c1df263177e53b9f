#include "render/volume/Painter.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <sstream>

#include <vtkCallbackCommand.h>
#include <vtkCamera.h>
#include <vtkColorTransferFunction.h>
#include <vtkFixedPointVolumeRayCastMapper.h>
#include <vtkImageData.h>
#include <vtkMatrix4x4.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkOpenGLGPUVolumeRayCastMapper.h>
#include <vtkOpenGLRenderWindow.h>
#include <vtkOutputWindow.h>
#include <vtkPiecewiseFunction.h>
#include <vtkPointData.h>
#include <vtkRenderer.h>
#include <vtkShortArray.h>
#include <vtkSmartPointer.h>
#include <vtkTextureObject.h>
#include <vtkUnsignedCharArray.h>
#include <vtkVolume.h>
#include <vtkVolumeProperty.h>

namespace akari::render::volume {
namespace {

// VTK reports failures only here; some leave an empty picture behind them.
class ErrorCollector : public vtkOutputWindow {
public:
    static ErrorCollector* New();
    vtkTypeMacro(ErrorCollector, vtkOutputWindow); // NOLINT

    void DisplayText(const char*) override {}
    void DisplayErrorText(const char* text) override { m_errors += text; }
    void DisplayWarningText(const char*) override {}
    void DisplayGenericWarningText(const char*) override {}
    void DisplayDebugText(const char*) override {}

    std::string take() { return std::exchange(m_errors, {}); }

private:
    std::string m_errors;
};
vtkStandardNewMacro(ErrorCollector); // NOLINT

std::string rendererName(vtkRenderWindow& window)
{
    std::istringstream report(window.ReportCapabilities() ? window.ReportCapabilities() : "");
    const std::string label = "OpenGL renderer string:";
    for (std::string line; std::getline(report, line);) {
        if (line.starts_with(label)) {
            const auto start = line.find_first_not_of(' ', label.size());
            return start == std::string::npos ? "" : line.substr(start);
        }
    }
    return {};
}

bool isSoftware(std::string name)
{
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return name.empty() || name.find("llvmpipe") != std::string::npos || name.find("softpipe") != std::string::npos
           || name.find("swiftshader") != std::string::npos || name.find("software rasterizer") != std::string::npos;
}

} // namespace

struct Painter::Impl {
    PainterOptions options;
    std::function<void()> progress;
    vtkSmartPointer<ErrorCollector> errors = vtkSmartPointer<ErrorCollector>::New();
    vtkSmartPointer<vtkRenderWindow> window = vtkSmartPointer<vtkRenderWindow>::New();
    vtkSmartPointer<vtkRenderer> renderer = vtkSmartPointer<vtkRenderer>::New();
    vtkSmartPointer<vtkCallbackCommand> observer = vtkSmartPointer<vtkCallbackCommand>::New();
    vtkSmartPointer<vtkVolume> volume;
    vtkSmartPointer<vtkFixedPointVolumeRayCastMapper> processorMapper;
    vtkSmartPointer<vtkGPUVolumeRayCastMapper> cardMapper;
    std::unique_ptr<SharedMemory> voxels;
    double finestSpacing = 1;
    double coarseness = 2; // pixels per ray while dragging, adapted to this machine
    std::string name;
    bool software = true;
    int maximumTexture = 0;

    void observe(vtkObject* object);
    void makeProcessorMapper(vtkImageData* image);
    void makeCardMapper(vtkImageData* image, const Volume& message);
    void applyLook(const Draw& draw);
    void applyCamera(const Draw& draw);
    void applyQuality(const Draw& draw);
    void adapt(double milliseconds);
};

void Painter::Impl::observe(vtkObject* object)
{
    for (const auto event : {vtkCommand::ProgressEvent, vtkCommand::VolumeMapperRenderProgressEvent,
                             vtkCommand::VolumeMapperComputeGradientsProgressEvent, vtkCommand::VolumeMapperComputeGradientsStartEvent,
                             vtkCommand::VolumeMapperRenderStartEvent}) {
        object->AddObserver(event, observer);
    }
}

void Painter::Impl::makeProcessorMapper(vtkImageData* image)
{
    processorMapper = vtkSmartPointer<vtkFixedPointVolumeRayCastMapper>::New();
    processorMapper->SetInputData(image);
    processorMapper->SetAutoAdjustSampleDistances(0);
    processorMapper->SetLockSampleDistanceToInputSpacing(0);
    processorMapper->IntermixIntersectingGeometryOff();
    observe(processorMapper);
    volume->SetMapper(processorMapper);
}

void Painter::Impl::makeCardMapper(vtkImageData* image, const Volume& message)
{
    cardMapper = vtkSmartPointer<vtkGPUVolumeRayCastMapper>::New();
    cardMapper->SetInputData(image);
    cardMapper->SetAutoAdjustSampleDistances(0);
    cardMapper->SetLockSampleDistanceToInputSpacing(0);
    cardMapper->SetUseJittering(0);
    if (auto* mapper = vtkOpenGLGPUVolumeRayCastMapper::SafeDownCast(cardMapper); mapper && maximumTexture > 1) {
        // A texture that is too large draws nothing and says so only in the log.
        const auto parts = [&](std::int32_t size) { return static_cast<unsigned short>((size + maximumTexture - 1) / maximumTexture); };
        const auto x = parts(message.size[0]);
        const auto y = parts(message.size[1]);
        const auto z = parts(message.size[2]);
        if (x > 1 || y > 1 || z > 1) {
            mapper->SetPartitions(x, y, z);
        }
    }
    observe(cardMapper);
    volume->SetMapper(cardMapper);
}

void Painter::Impl::applyLook(const Draw& draw)
{
    vtkNew<vtkPiecewiseFunction> opacity;
    vtkNew<vtkColorTransferFunction> color;
    for (std::uint32_t i = 0; i < std::min<std::uint32_t>(draw.points, kMaximumPoints); ++i) {
        const TransferPoint& point = draw.transfer[i];
        opacity->AddPoint(point.value, point.opacity);
        color->AddRGBPoint(point.value, point.red, point.green, point.blue);
    }
    vtkVolumeProperty* property = volume->GetProperty();
    property->SetScalarOpacity(opacity);
    property->SetColor(color);
    // By voxels, not millimetres: deeper samples have no gradient and would darken a surface.
    property->SetScalarOpacityUnitDistance(finestSpacing);
    property->SetInterpolationTypeToLinear();
    property->SetShade(draw.shaded != 0 ? 1 : 0);
    property->SetAmbient(draw.ambient);
    property->SetDiffuse(draw.diffuse);
    property->SetSpecular(draw.specular);
    property->SetSpecularPower(draw.specularPower);
    const int blend = draw.maximumIntensity != 0 ? vtkVolumeMapper::MAXIMUM_INTENSITY_BLEND : vtkVolumeMapper::COMPOSITE_BLEND;
    vtkVolumeMapper::SafeDownCast(volume->GetMapper())->SetBlendMode(blend);
}

void Painter::Impl::applyCamera(const Draw& draw)
{
    vtkCamera* camera = renderer->GetActiveCamera();
    const double distance = 3 * draw.radius;
    camera->ParallelProjectionOn();
    camera->SetFocalPoint(draw.focus.data());
    camera->SetPosition(draw.focus[0] + draw.towardsEye[0] * distance, draw.focus[1] + draw.towardsEye[1] * distance,
                        draw.focus[2] + draw.towardsEye[2] * distance);
    camera->SetViewUp(draw.up.data());
    camera->SetParallelScale(draw.parallelScale);
    camera->SetClippingRange(distance - 1.5 * draw.radius, distance + 1.5 * draw.radius);
}

void Painter::Impl::applyQuality(const Draw& draw)
{
    const bool fast = draw.interactive != 0;
    if (processorMapper) {
        const double step = finestSpacing * (fast ? 2.0 : draw.maximumIntensity != 0 ? 1.0 : 0.6);
        processorMapper->SetImageSampleDistance(fast ? float(coarseness) : 1.0F);
        processorMapper->SetSampleDistance(float(step));
        processorMapper->SetInteractiveSampleDistance(float(step));
    }
    if (cardMapper) {
        cardMapper->SetImageSampleDistance(fast ? float(std::max(1.0, coarseness / 2)) : 1.0F);
        cardMapper->SetSampleDistance(float(finestSpacing * (fast ? 1.0 : 0.5)));
    }
}

// Aims at 25 to 45 ms, so that with the way to the screen a drag stays below 60 ms.
void Painter::Impl::adapt(double milliseconds)
{
    if (milliseconds > 45) {
        coarseness = std::min(4.0, coarseness * std::min(1.5, std::sqrt(milliseconds / 35)));
    } else if (milliseconds < 25) {
        coarseness = std::max(1.5, coarseness / 1.1);
    }
}

Painter::Painter(PainterOptions options, std::function<void()> progress) : m_impl(std::make_unique<Impl>())
{
    Impl& impl = *m_impl;
    impl.options = std::move(options);
    impl.progress = std::move(progress);
    vtkOutputWindow::SetInstance(impl.errors);
    impl.observer->SetClientData(&impl);
    impl.observer->SetCallback([](vtkObject*, unsigned long, void* self, void*) { static_cast<Impl*>(self)->progress(); });
    impl.window->SetOffScreenRendering(1);
    impl.window->SetMultiSamples(0);
    impl.window->SetSize(64, 64);
    impl.renderer->SetBackground(0, 0, 0);
    impl.window->AddRenderer(impl.renderer);
    impl.window->Render();
    impl.name = rendererName(*impl.window);
    impl.software = impl.options.mapper.empty() ? isSoftware(impl.name) : impl.options.mapper == "cpu";
    impl.maximumTexture = vtkTextureObject::GetMaximumTextureSize3D(vtkOpenGLRenderWindow::SafeDownCast(impl.window));
    if (impl.options.maximum3dTexture > 0) {
        impl.maximumTexture = impl.options.maximum3dTexture;
    }
    impl.errors->take();
}

Painter::~Painter() { vtkOutputWindow::SetInstance(nullptr); }

Hello Painter::hello() const
{
    Hello hello;
    hello.software = m_impl->software ? 1 : 0;
    hello.maximum3dTexture = m_impl->maximumTexture;
    setText(hello.renderer, m_impl->name);
    return hello;
}

void Painter::setVolume(const Volume& message, std::unique_ptr<SharedMemory> voxels)
{
    Impl& impl = *m_impl;
    if (impl.volume) {
        impl.renderer->RemoveVolume(impl.volume);
        impl.volume->ReleaseGraphicsResources(impl.window);
    }
    impl.processorMapper = nullptr;
    impl.cardMapper = nullptr;
    impl.volume = vtkSmartPointer<vtkVolume>::New();

    const auto count = vtkIdType(message.size[0]) * message.size[1] * message.size[2];
    vtkNew<vtkShortArray> scalars;
    scalars->SetArray(reinterpret_cast<short*>(voxels->data()), count, 1); // the block stays ours
    vtkNew<vtkImageData> image;
    image->SetDimensions(message.size[0], message.size[1], message.size[2]);
    image->SetSpacing(message.spacing[0], message.spacing[1], message.spacing[2]);
    image->SetOrigin(0, 0, 0);
    image->GetPointData()->SetScalars(scalars);
    impl.finestSpacing = std::min({message.spacing[0], message.spacing[1], message.spacing[2]});
    if (impl.software) {
        impl.makeProcessorMapper(image);
    } else {
        impl.makeCardMapper(image, message);
    }
    vtkNew<vtkMatrix4x4> toPatient;
    toPatient->DeepCopy(message.toPatient.data());
    impl.volume->SetUserMatrix(toPatient);
    impl.renderer->AddVolume(impl.volume);
    impl.voxels = std::move(voxels); // after the old image let go of the old block
}

std::string Painter::draw(const Draw& draw, std::uint8_t* target)
{
    Impl& impl = *m_impl;
    if (!impl.volume) {
        return "no volume";
    }
    impl.applyLook(draw);
    impl.applyCamera(draw);
    impl.applyQuality(draw);
    impl.window->SetSize(draw.width, draw.height);
    impl.errors->take();
    const auto begin = std::chrono::steady_clock::now();
    impl.window->Render();
    vtkNew<vtkUnsignedCharArray> pixels;
    impl.window->GetPixelData(0, 0, draw.width - 1, draw.height - 1, 0, pixels);
    if (draw.interactive != 0) {
        impl.adapt(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    const std::string errors = impl.errors->take();
    if (!errors.empty()) {
        return errors;
    }
    const std::size_t row = std::size_t(draw.width) * 3;
    if (std::size_t(pixels->GetNumberOfValues()) != row * std::size_t(draw.height)) {
        return "read-back of another size";
    }
    const std::uint8_t* source = pixels->GetPointer(0);
    for (std::int32_t y = 0; y < draw.height; ++y) {
        std::copy_n(source + row * std::size_t(draw.height - 1 - y), row, target + row * std::size_t(y));
    }
    return {};
}

} // namespace akari::render::volume
