// patients: which numbers of two hospitals are one patient, by rule and by a person's word.
#include "app/cli/Context.h"
#include "core/session/PatientLinks.h"

namespace akari::cli {

namespace {

using records::PatientNumber;

Json numberJson(const PatientNumber& number) { return {{"archive", number.archive}, {"issuer", number.issuer}, {"patientId", number.patientId}}; }

std::string words(const PatientNumber& number)
{
    return number.patientId + " of " + number.archive + (number.issuer.empty() ? "" : ", issued by " + number.issuer);
}

const char* text(session::LinkGround ground) { return ground == session::LinkGround::Issuer ? "issuer" : "confirmed"; }

// The index as it is known without asking an archive: what the cache holds.
Result<workspace::Workspace*> indexed(Context& context, bool writes)
{
    const auto workspace = context.workspace(writes);
    if (!workspace) {
        return workspace;
    }
    const auto engine = (*workspace)->engine();
    if (const auto read = engine.index->update(engine.cache, engine.records); !read) {
        return fail(read.error());
    }
    return workspace;
}

void add(const session::PatientLinks& links, const PatientNumber& number, Json& patients, std::string& lines)
{
    Json linked = Json::array();
    Json blocked = Json::array();
    Json suggested = Json::array();
    lines += words(number) + "\n";
    for (const auto& one : links.linked) {
        linked.push_back({{"patient", numberJson(one.number)}, {"ground", text(one.ground)}, {"by", one.by}, {"at", one.at}});
        lines += "  is " + words(one.number) + (one.by.empty() ? " (same issuer and number)" : " (confirmed by " + one.by + ", " + one.at + ")") + "\n";
    }
    for (const auto& one : links.blocked) {
        blocked.push_back({{"patient", numberJson(one.number)}, {"ground", text(one.ground)}, {"code", one.why.code}, {"message", one.why.message}});
        lines += "  not linked with " + words(one.number) + ": " + one.why.message + "\n";
    }
    for (const auto& one : links.suggested) {
        suggested.push_back(numberJson(one));
        lines += "  perhaps " + words(one) + " (same birth date, sex and name; not linked)\n";
    }
    patients.push_back({{"patient", numberJson(number)}, {"linked", linked}, {"blocked", blocked}, {"suggested", suggested}});
}

int runLinks(Context& context, const std::string& patientId)
{
    const auto workspace = indexed(context, false);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto engine = (*workspace)->engine();
    std::set<PatientNumber> numbers;
    for (const auto& study : engine.index->select([&](const auto& one) { return !one.patientId.empty() && (patientId.empty() || one.patientId == patientId); })) {
        numbers.insert(session::numberOf(study));
    }
    Json patients = Json::array();
    std::string lines;
    for (const auto& number : numbers) {
        const auto links = session::linksOf(number, *engine.index, engine.records);
        if (!patientId.empty() || !links.linked.empty() || !links.blocked.empty() || !links.suggested.empty()) {
            add(links, number, patients, lines);
        }
    }
    return context.done({{"patients", patients}}, lines.empty() ? "No links and no suggestions." : lines);
}

int runLink(Context& context, const PatientNumber& a, const PatientNumber& b, bool link)
{
    const auto workspace = indexed(context, true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto engine = (*workspace)->engine();
    const auto done = link ? session::confirmLink(a, b, *engine.index, engine.records) : engine.records.unlinkPatients(a, b);
    if (!done) {
        return context.failed(done.error());
    }
    return context.done({{"a", numberJson(a)}, {"b", numberJson(b)}, {"linked", link}}, words(a) + (link ? " is " : " is no longer ") + words(b) + ".");
}

void addPair(CLI::App& command, PatientNumber& a, PatientNumber& b)
{
    command.add_option("--a", a.archive, "The one archive")->required();
    command.add_option("--a-id", a.patientId, "PatientID there")->required();
    command.add_option("--a-issuer", a.issuer, "Its issuer, where the objects state one");
    command.add_option("--b", b.archive, "The other archive")->required();
    command.add_option("--b-id", b.patientId, "PatientID there")->required();
    command.add_option("--b-issuer", b.issuer, "Its issuer, where the objects state one");
}

} // namespace

void addPatientCommands(CLI::App& app, Context& context, Run& run)
{
    auto* group = app.add_subcommand("patients", "One patient with numbers at two hospitals");
    group->require_subcommand(1);
    auto* links = group->add_subcommand("links", "What is linked, what contradicts, what might be");
    auto id = std::make_shared<std::string>();
    links->add_option("--patient-id", *id, "Only numbers that are this one");
    links->callback([&context, &run, id] { run = [&context, id] { return runLinks(context, *id); }; });
    for (const bool link : {true, false}) {
        auto* command = group->add_subcommand(link ? "link" : "unlink", link ? "Confirm that two numbers are one patient" : "Take a confirmation back");
        auto pair = std::make_shared<std::pair<PatientNumber, PatientNumber>>();
        addPair(*command, pair->first, pair->second);
        command->callback([&context, &run, pair, link] { run = [&context, pair, link] { return runLink(context, pair->first, pair->second, link); }; });
    }
}

} // namespace akari::cli
