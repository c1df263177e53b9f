// pixels, measure: numbers out of stored voxels.
#include <cstring>
#include <fstream>

#include "app/cli/Context.h"
#include "core/base/FileIo.h"
#include "core/dicom/Tags.h"
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
    const auto found = (*workspace)->cache().findObject(SopInstanceUid(sop));
    if (!found) {
        return fail(found.error());
    }
    if (found->empty()) {
        return fail("object.unknown", "The cache does not hold this object; sync its study first.");
    }
    if (found->size() > 1) {
        std::string places;
        for (const auto& object : *found) {
            places += (places.empty() ? "" : ", ") + object.identity.archive + " " + object.identity.study.value;
        }
        return fail("object.ambiguous", "Two objects have this UID: " + places + ".");
    }
    Opened opened;
    opened.identity = found->front().identity;
    opened.frames = found->front().numberOfFrames;
    opened.store = storeOf(**workspace, opened.identity.archive, opened.identity.study);
    return opened;
}

template <class T> void append(Bytes& out, const std::vector<T>& values)
{
    const auto at = out.size();
    out.resize(at + values.size() * sizeof(T));
    std::memcpy(out.data() + at, values.data(), values.size() * sizeof(T));
}

const char* typeOf(const image::Samples& samples)
{
    constexpr const char* names[] = {"uint8", "int16", "uint16", "int32", "float32"};
    return names[samples.index()];
}

struct PixelOptions {
    std::string sop, file, stage = "stored", out, window;
    int frame = 0;
};

int runPixels(Context& context, const PixelOptions& options)
{
    if (options.sop.empty() == options.file.empty()) {
        return context.failed({"usage.wrong", "Say which object: --sop UID or --file F.", {}}, kUsage);
    }
    auto opened = options.file.empty() ? openObject(context, options.sop) : openFile(options.file);
    if (!opened) {
        return context.failed(opened.error(), exitOf(opened.error()));
    }
    std::optional<image::Window> window;
    if (!options.window.empty()) {
        const auto parsed = windowOf(options.window);
        if (!parsed) {
            return context.failed(parsed.error(), kUsage);
        }
        window = *parsed;
    }
    const int first = options.frame > 0 ? options.frame : 1;
    const int last = options.frame > 0 ? options.frame : opened->frames;
    Bytes out;
    Json description;
    for (int number = first; number <= last; ++number) {
        const auto place = opened->store->locate(opened->identity.sop, FrameNumber{number});
        if (!place) {
            return context.failed({"pixels.absent", "This object has no such frame, or no pixels at all.", "frame " + std::to_string(number)});
        }
        const auto loaded = opened->store->load(place->displaySetId, place->index);
        if (!loaded) {
            return context.failed(loaded.error());
        }
        const image::Slice& slice = **loaded;
        std::string type = typeOf(slice.samples);
        if (options.stage == "stored" || slice.rgb) {
            std::visit([&](const auto& values) { append(out, values); }, slice.samples);
        } else if (options.stage == "modality") {
            type = "float32";
            std::vector<float> values;
            values.reserve(std::size_t{slice.attributes.rows} * slice.attributes.columns);
            for (std::uint32_t row = 0; row < slice.attributes.rows; ++row) {
                for (std::uint32_t column = 0; column < slice.attributes.columns; ++column) {
                    values.push_back(static_cast<float>(slice.modalityAt(column, row)));
                }
            }
            append(out, values);
        } else {
            type = "uint16";
            append(out, render::displayValues(slice, window, false));
        }
        description = {{"rows", slice.attributes.rows}, {"columns", slice.attributes.columns}, {"frames", last - first + 1},
                       {"samples", slice.rgb ? 3 : 1}, {"type", type}, {"stage", options.stage},
                       {"photometric", slice.rgb ? "RGB" : slice.attributes.monochrome1 ? "MONOCHROME1" : "MONOCHROME2"},
                       {"slope", slice.attributes.modalityTransform.slope}, {"intercept", slice.attributes.modalityTransform.intercept},
                       {"unit", slice.attributes.modalityTransform.unit}};
    }
    if (const auto written = writeAtomically(options.out, out); !written) {
        return context.failed(written.error());
    }
    const std::string text = description.dump(2) + "\n";
    if (const auto written = writeAtomically(options.out + ".json", asBytes(text)); !written) {
        return context.failed(written.error());
    }
    return context.done(description, "Wrote " + options.out + " and " + options.out + ".json.");
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

Json measurementJson(const measure::Measurement& value)
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
        const auto measured = [&]() -> Result<measure::Measurement> {
            const auto annotation = annotationFrom(item);
            if (!annotation) {
                return fail(annotation.error());
            }
            const auto place = (*store)->locate(annotation->object.sop, annotation->frame);
            if (!place || (*store)->displaySet(place->displaySetId)->series.value != series) {
                return fail("measure.object", "This series has no image with that SOP Instance UID and frame.");
            }
            const auto slice = (*store)->load(place->displaySetId, place->index);
            if (!slice) {
                return fail(slice.error());
            }
            return measure::measure(*annotation, **slice);
        }();
        if (measured) {
            results.push_back(measurementJson(*measured));
            text += measured->text("en") + "\n";
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
