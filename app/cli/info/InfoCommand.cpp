// info: what one object says of itself, from a file or from the cache.
#include <filesystem>

#include "app/cli/Context.h"
#include "app/cli/info/AttributeJson.h"
#include "app/cli/info/ObjectJson.h"
#include "core/base/FileIo.h"
#include "core/dicom/Tags.h"
#include "core/objects/ObjectSummary.h"

namespace akari::cli {
namespace {

namespace tags = dicom::tags;

// A file's path is believed before a UID: no UID is the name of a file by chance.
Result<SharedBytes> bytesOf(Context& context, const std::string& what)
{
    std::error_code ignored;
    if (std::filesystem::is_regular_file(what, ignored)) {
        auto bytes = readWholeFile(what);
        return bytes ? Result<SharedBytes>(std::make_shared<const Bytes>(std::move(*bytes))) : Result<SharedBytes>(fail(bytes.error()));
    }
    if (!isValidUid(what)) {
        return fail("usage.object", "There is no such file, and this is no SOP Instance UID either.");
    }
    const auto workspace = context.workspace(false);
    if (!workspace) {
        return fail(workspace.error());
    }
    const auto found = oneObject((*workspace)->cache(), what);
    return found ? (*workspace)->cache().read(found->identity) : Result<SharedBytes>(fail(found.error()));
}

Json warningsJson(const dicom::Part10& file)
{
    Json out = Json::array();
    for (const auto& warning : file.warnings) {
        out.push_back({{"code", warning.code}, {"message", warning.message}, {"offset", warning.offset}});
    }
    for (const std::string& way : unfitTexts(file.dataSet)) {
        out.push_back({{"code", "charset.mismatch"}, {"message", "A text has bytes that its declared character set has no meaning for; it may be shown wrongly."}, {"tag", way}});
    }
    return out;
}

std::string textOf(const dicom::Part10& file, const Json& result)
{
    std::string out = result["title"].get<std::string>() + (result["sopClass"].get<std::string>().empty() ? "" : " (" + result["sopClass"].get<std::string>() + ")") + "\n";
    if (!result["summary"].get<std::string>().empty()) {
        out += result["summary"].get<std::string>() + "\n";
    }
    if (result.contains("objectError")) {
        out += "Its content can't be used: " + result["objectError"]["message"].get<std::string>() + "\n";
    }
    for (const Json& warning : result["warnings"]) {
        out += "Warning: " + warning["message"].get<std::string>() + (warning.contains("tag") ? " [" + warning["tag"].get<std::string>() + "]" : "") + "\n";
    }
    return out + "\n" + attributesText(file.meta) + "\n" + attributesText(file.dataSet);
}

int runInfo(Context& context, const std::string& what)
{
    const auto bytes = bytesOf(context, what);
    if (!bytes) {
        return context.failed(bytes.error(), exitOf(bytes.error()));
    }
    const auto file = dicom::readPart10(*bytes);
    if (!file) {
        return context.failed(file.error());
    }
    const objects::ObjectClass kind = objects::objectKind(*file);
    Json result{{"sopInstanceUid", file->dataSet.textOr(tags::SOPInstanceUID)}, {"sopClassUid", file->dataSet.textOr(tags::SOPClassUID)},
                {"sopClass", kind.name}, {"kind", objects::kindName(kind.kind)}, {"title", objects::titleOf(*file)}, {"summary", ""},
                {"transferSyntaxUid", file->transferSyntaxUid}, {"characterSets", file->dataSet.texts(tags::SpecificCharacterSet)}};
    const auto object = objectJson(*file);
    const auto summary = objects::summaryOf(*file);
    if (summary) {
        result["summary"] = summary->line;
    }
    result["object"] = object ? *object : Json();
    if (!object) {
        result["objectError"] = {{"code", object.error().code}, {"message", object.error().message}, {"detail", object.error().detail}};
    }
    result["warnings"] = warningsJson(*file);
    result["meta"] = attributesJson(file->meta);
    result["attributes"] = attributesJson(file->dataSet);
    return context.done(result, context.json ? std::string{} : textOf(*file, result), object ? kDone : kSomeFailed);
}

} // namespace

void addInfoCommand(CLI::App& app, Context& context, Run& run)
{
    auto* info = app.add_subcommand("info", "All attributes of one object, decoded, and what it holds");
    auto what = std::make_shared<std::string>();
    info->add_option("OBJECT", *what, "A DICOM file, or the SOP Instance UID of an object in the cache")->required();
    info->callback([&context, &run, what] { run = [&context, what] { return runInfo(context, *what); }; });
}

} // namespace akari::cli
