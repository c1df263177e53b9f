// pixels, measure: numbers out of stored voxels.
#include "app/cli/PixelStages.h"
#include "core/base/FileIo.h"
#include "core/dicom/Tags.h"
#include "core/load/Icon.h"
#include "core/measure/Measure.h"
#include "render/PlanarScene.h"

namespace akari::cli {

namespace {

struct Opened {
    std::unique_ptr<cache::Cache> memory; // --file goes through an in-memory cache
    std::unique_ptr<decode::DecodePool> pool;
    std::unique_ptr<load::MemoryBudget> budget;
    std::shared_ptr<load::StudyStore> store;
    ObjectIdentity identity;
    std::int32_t frames = 1;
};

// A file that does not say whose it is gets an identity of its own, from its bytes: nothing of it is kept.
ObjectIdentity identityOrOwn(const dicom::Part10& file, const Bytes& bytes)
{
    const std::string hash = sha256Hex(bytes).substr(0, 16);
    if (auto identity = dicom::identityOf(file, "file:" + hash)) {
        return *identity;
    }
    const std::string uid = "2.25." + std::to_string(std::stoull(hash.substr(0, 15), nullptr, 16));
    return {"file:" + hash, StudyInstanceUid(uid + ".1"), SeriesInstanceUid(uid + ".2"), SopInstanceUid(uid + ".3"), hash};
}

Result<Opened> openFile(const std::string& path)
{
    auto bytes = readWholeFile(path);
    if (!bytes) {
        return fail(bytes.error());
    }
    auto shared = std::make_shared<const Bytes>(std::move(*bytes));
    auto file = dicom::readPart10(shared);
    if (!file) {
        return fail(file.error());
    }
    if (file->pixelDataOffset == 0) {
        return fail("pixels.absent", "This object has no pixels.");
    }
    const auto identity = identityOrOwn(*file, *shared);
    Opened opened;
    auto memory = cache::Cache::openInMemory();
    if (!memory) {
        return fail(memory.error());
    }
    opened.memory = std::move(*memory);
    opened.identity = identity;
    opened.frames = static_cast<std::int32_t>(file->dataSet.integer(dicom::tags::NumberOfFrames).value_or(1));
    cache::IncomingObject object;
    object.identity = identity;
    object.bytes = shared;
    object.headerLength = file->pixelDataOffset > 0 ? file->pixelDataOffset : shared->size();
    object.sopClassUid = file->dataSet.textOr(dicom::tags::SOPClassUID);
    object.modality = file->dataSet.textOr(dicom::tags::Modality);
    object.numberOfFrames = opened.frames;
    if (const auto stored = opened.memory->store({&object, 1}); !stored) {
        return fail(stored.error());
    }
    opened.pool = std::make_unique<decode::DecodePool>(decode::PoolOptions{1, std::chrono::milliseconds(20000)});
    opened.budget = std::make_unique<load::MemoryBudget>(load::MemoryBudget::defaultLimit());
    opened.store = std::make_shared<load::StudyStore>(load::StudyStore::Services{*opened.memory, *opened.pool, *opened.budget},
                                                      identity.archive, identity.study, [](const std::string&) {});
    if (const auto added = opened.store->addFromCache(); !added) {
        return fail(added.error());
    }
    return opened;
}

Result<Opened> openObject(Context& context, const std::string& sop)
{
    const auto workspace = context.workspace(false);
    if (!workspace) {
        return fail(workspace.error());
    }
    const auto found = oneObject((*workspace)->cache(), sop);
    if (!found) {
        return fail(found.error());
    }
    Opened opened;
    opened.identity = found->identity;
    opened.frames = found->numberOfFrames;
    opened.store = storeOf(**workspace, opened.identity.archive, opened.identity.study);
    return opened;
}

struct PixelOptions {
    std::string sop, file, stage = "stored", out, window, voi, presentation;
    int frame = 0;
    bool icon = false;
};

// Of a frame that is loaded by then.
Result<StageRequest> requestOf(const Opened& opened, const PixelOptions& options, const load::StudyStore::Place& place)
{
    StageRequest request;
    request.stage = options.stage;
    if (!options.voi.empty()) {
        const auto set = opened.store->displaySet(place.displaySetId);
        auto choice = voiChoiceOf(options.voi, set->frames[static_cast<std::size_t>(place.index.value)]);
        if (!choice) {
            return fail(choice.error());
        }
        request.choice = std::move(*choice);
    }
    if (!options.window.empty()) {
        const auto window = windowOf(options.window);
        if (!window) {
            return fail(window.error());
        }
        request.choice.window = *window;
    }
    if (!options.presentation.empty()) {
        auto state = presentationStateOf(*opened.store, options.presentation);
        if (!state) {
            return fail(state.error());
        }
        request.presentation = std::move(*state);
    }
    return request;
}

Result<Json> readFrames(const Opened& opened, const PixelOptions& options, Bytes& out)
{
    const int first = options.frame > 0 ? options.frame : 1;
    const int last = options.frame > 0 ? options.frame : opened.frames;
    Json description;
    for (int number = first; number <= last; ++number) {
        const auto place = opened.store->locate(opened.identity.sop, FrameNumber{number}, opened.identity.series);
        if (!place) {
            return fail("pixels.absent", "This object has no such frame, or no pixels at all.", "frame " + std::to_string(number));
        }
        const auto request = requestOf(opened, options, *place);
        if (!request) {
            return fail(request.error());
        }
        auto described = appendStage(*opened.store, *place, *request, out);
        if (!described) {
            return fail(described.error());
        }
        description = std::move(*described);
    }
    description["frames"] = last - first + 1;
    return description;
}

// The icon image of a file: RGB, or the P-values of its whole range.
Result<Json> readIconOf(const std::string& path, decode::DecodePool& pool, Bytes& out)
{
    auto bytes = readWholeFile(path);
    if (!bytes) {
        return fail(bytes.error());
    }
    const auto file = dicom::readPart10(std::make_shared<const Bytes>(std::move(*bytes)));
    if (!file) {
        return fail(file.error());
    }
    const auto icon = load::readIcon(*file, {}, pool);
    if (!icon) {
        return fail(icon.error());
    }
    const image::Slice& slice = **icon;
    if (slice.rgb) {
        out = std::get<std::vector<std::uint8_t>>(slice.samples);
    } else {
        for (const std::uint16_t value : render::displayValues(slice, image::VoiChoice{})) {
            out.push_back(static_cast<std::uint8_t>(value & 0xff));
            out.push_back(static_cast<std::uint8_t>(value >> 8));
        }
    }
    return Json{{"rows", slice.attributes.rows}, {"columns", slice.attributes.columns}, {"frames", 1}, {"samples", slice.rgb ? 3 : 1},
                {"type", slice.rgb ? "uint8" : "uint16"}, {"stage", "icon"}, {"photometric", slice.rgb ? "RGB" : "MONOCHROME2"}};
}

int runPixels(Context& context, const PixelOptions& options)
{
    if (options.sop.empty() == options.file.empty() || (options.icon && options.file.empty())) {
        return context.failed({"usage.wrong", "Say which object: --sop UID or --file F (an icon: --file F).", {}}, kUsage);
    }
    Bytes out;
    Result<Json> description = Json{};
    if (options.icon) {
        decode::DecodePool pool(decode::PoolOptions{1, std::chrono::milliseconds(20000)});
        description = readIconOf(options.file, pool, out);
    } else {
        const auto opened = options.file.empty() ? openObject(context, options.sop) : openFile(options.file);
        if (!opened) {
            return context.failed(opened.error(), exitOf(opened.error()));
        }
        description = readFrames(*opened, options, out);
    }
    if (!description) {
        return context.failed(description.error(), exitOf(description.error()));
    }
    if (const auto written = writeAtomically(options.out, out); !written) {
        return context.failed(written.error());
    }
    const std::string text = description->dump(2) + "\n";
    if (const auto written = writeAtomically(options.out + ".json", asBytes(text)); !written) {
        return context.failed(written.error());
    }
    return context.done(*description, "Wrote " + options.out + " and " + options.out + ".json.");
}

Result<measure::Annotation> annotationFrom(const Json& item)
{
    measure::Annotation annotation;
    try {
        const std::string type = item.at("type");
        if (type != "length" && type != "ellipse") {
            return fail("measure.type", "Measurements of type \"" + type + "\" are not known; use length or ellipse.");
        }
        annotation.kind = type == "length" ? measure::Kind::Length : measure::Kind::Ellipse;
        annotation.object.sop = SopInstanceUid(item.at("sop").get<std::string>());
        annotation.frame.value = item.value("frame", 1);
        for (const auto& point : item.at("points")) {
            annotation.points.push_back({point.at("column"), point.at("row")});
        }
    } catch (const nlohmann::json::exception& error) {
        return fail("measure.json", "An annotation needs type, sop, frame and points of {column,row}.", error.what());
    }
    return annotation;
}

Json statisticsJson(const measure::Statistics& s, double factor)
{
    return {{"mean", s.mean * factor}, {"sd", s.standardDeviation * factor}, {"min", s.minimum * factor}, {"max", s.maximum * factor}};
}

// Statistics in standardised uptake values, for each that could be computed.
Json suvStatisticsJson(const measure::Statistics& statistics, const image::FrameAttributes& frame)
{
    Json json = Json::object();
    const Json factors = suvJson(frame);
    for (const auto& [name, factor] : factors.items()) {
        json[name] = statisticsJson(statistics, factor.get<double>());
    }
    return json;
}

Json measurementJson(const measure::Measurement& value, const image::FrameAttributes& frame)
{
    if (value.kind == measure::Kind::Length) {
        return {{"type", "length"}, {"value", value.length}, {"unit", value.unit}, {"text", value.text("en")}};
    }
    Json json{{"type", "ellipse"}, {"area", value.area}, {"areaUnit", value.areaUnit}, {"text", value.text("en")}};
    if (value.statistics) {
        json["mean"] = value.statistics->mean;
        json["sd"] = value.statistics->standardDeviation;
        json["min"] = value.statistics->minimum;
        json["max"] = value.statistics->maximum;
        json["pixels"] = value.statistics->pixels;
        json["unit"] = value.statistics->unit;
        if (frame.suv) {
            json["suv"] = suvStatisticsJson(*value.statistics, frame);
        }
    }
    return json;
}

int runMeasure(Context& context, const std::string& series, const std::string& path)
{
    const auto workspace = context.workspace(false);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto bytes = readWholeFile(path);
    if (!bytes) {
        return context.failed(bytes.error());
    }
    const Json input = Json::parse(asText(*bytes), nullptr, false);
    if (!input.is_object() || !input.contains("annotations")) {
        return context.failed({"measure.json", "The file is no JSON object with \"annotations\".", {}}, kUsage);
    }
    const auto store = storeOfSeries(**workspace, series);
    if (!store) {
        return context.failed(store.error(), exitOf(store.error()));
    }
    Json results = Json::array();
    std::string text;
    std::size_t failures = 0;
    for (const auto& item : input["annotations"]) {
        const auto measured = [&]() -> Result<Json> {
            const auto annotation = annotationFrom(item);
            if (!annotation) {
                return fail(annotation.error());
            }
            const auto place = (*store)->locate(annotation->object.sop, annotation->frame, SeriesInstanceUid(series));
            if (!place || (*store)->displaySet(place->displaySetId)->series.value != series) {
                return fail("measure.object", "This series has no image with that SOP Instance UID and frame.");
            }
            const auto slice = (*store)->load(place->displaySetId, place->index);
            if (!slice) {
                return fail(slice.error());
            }
            const auto value = measure::measure(*annotation, **slice);
            if (!value) {
                return fail(value.error());
            }
            return measurementJson(*value, (*slice)->attributes);
        }();
        if (measured) {
            results.push_back(*measured);
            text += measured->at("text").get<std::string>() + "\n";
        } else {
            ++failures;
            results.push_back({{"error", {{"code", measured.error().code}, {"message", measured.error().message}}}});
            text += measured.error().message + "\n";
        }
    }
    const int exit = failures == 0 ? kDone : failures == results.size() ? kNothingDone : kSomeFailed;
    return context.done({{"results", results}}, text, exit);
}

} // namespace

void addPixelCommands(CLI::App& app, Context& context, Run& run)
{
    auto* pixels = app.add_subcommand("pixels", "Raw pixels of an object, at a stage of the grey-scale chain");
    auto options = std::make_shared<PixelOptions>();
    pixels->add_option("--sop", options->sop, "SOP Instance UID in the cache");
    pixels->add_option("--file", options->file, "A DICOM file");
    pixels->add_option("--frame", options->frame, "1-based; all frames when absent")->check(CLI::PositiveNumber);
    pixels->add_option("--stage", options->stage)->check(CLI::IsMember({"stored", "modality", "display"}));
    pixels->add_option("--window", options->window, "CENTRE/WIDTH, for display");
    pixels->add_option("--voi", options->voi, "window:N or lut:N of the frame, 1-based, for display");
    pixels->add_option("--presentation-state", options->presentation, "SOP Instance UID of the same study, or a file; for display");
    pixels->add_flag("--icon", options->icon, "The icon image of --file instead");
    pixels->add_option("-o,--out", options->out, "File to write")->required();
    pixels->callback([&context, &run, options] { run = [&context, options] { return runPixels(context, *options); }; });

    auto* measureCommand = app.add_subcommand("measure", "Lengths and ellipses of given annotations");
    auto series = std::make_shared<std::string>();
    auto file = std::make_shared<std::string>();
    measureCommand->add_option("--series", *series, "SeriesInstanceUID")->required();
    measureCommand->add_option("FILE", *file, "JSON with annotations")->required();
    measureCommand->callback([&context, &run, series, file] { run = [&context, series, file] { return runMeasure(context, *series, *file); }; });
}

} // namespace akari::cli
