// archive: which archives there are, how they are reached, who is signed in.
#include <chrono>
#include <filesystem>

#include "app/cli/ArchiveClient.h"
#include "app/platform/Browser.h"
#include "core/archive/OpenIdSignIn.h"
#include "core/archive/PeerSeen.h"

namespace akari::cli {

Result<archive::DicomWebClient*> clientOf(Context& context, const std::string& name, bool writes,
                                          std::unique_ptr<archive::DicomWebClient>& keep)
{
    auto workspace = context.workspace(writes);
    if (!workspace) {
        return fail(workspace.error());
    }
    auto settings = (*workspace)->records().archive(name);
    if (!settings) {
        return fail(settings.error());
    }
    if (!writes && !settings->openId.issuer.empty()) {
        context.close();
        workspace = context.workspace(true);
        if (!workspace) {
            workspace = context.workspace(false); // another program has the folder, and renews
        }
        if (!workspace) {
            return fail(workspace.error());
        }
    }
    keep = std::make_unique<archive::DicomWebClient>(*settings, &(*workspace)->known());
    return keep.get();
}

namespace {

// Names of environment variables: secrets stand on no command line.
struct SecretOptions {
    std::string password, token, keyPassword, proxyPassword, clientSecret;
};

Status takeSecret(Context& context, const std::string& variable, std::string& into)
{
    if (variable.empty()) {
        return {};
    }
    const auto value = context.environment(variable);
    if (!value) {
        return fail("usage.environment", "The environment variable " + variable + " is not set; put the secret into it.");
    }
    into = *value;
    return {};
}

// A file is named as seen from here; it is read from wherever the program is started later.
Status locate(const Context& context, std::string& path)
{
    if (path.empty()) {
        return {};
    }
    std::error_code error;
    const auto whole = std::filesystem::absolute(context.path(path), error);
    if (error || !std::filesystem::is_regular_file(whole, error)) {
        return fail("usage.file", "There is no file \"" + path + "\"; give the path of a certificate file.");
    }
    path = whole.string();
    return {};
}

Status check(const Context& context, records::ArchiveSettings& settings)
{
    while (settings.url.ends_with('/')) {
        settings.url.pop_back();
    }
    const auto isWeb = [](const std::string& url) { return url.starts_with("http://") || url.starts_with("https://"); };
    if (!isWeb(settings.url)) {
        return fail("archive.url", "\"" + settings.url +
                                       "\" is no web address; give the archive's DICOMweb root, for example "
                                       "https://pacs.example.org/dicom-web.");
    }
    if (!settings.proxy.empty() && settings.proxy != "none" && !isWeb(settings.proxy)) {
        return fail("archive.proxy", "A proxy is http://HOST:PORT or https://HOST:PORT, or \"none\".");
    }
    if (!settings.pin.empty() && !archive::isPin(settings.pin)) {
        return fail(
            "archive.pin",
            "A pin is sha256// and 44 characters of base64; archive test shows that of the server's key when it does not trust it.");
    }
    if (settings.openId.issuer.empty() != settings.openId.clientId.empty()) {
        return fail("usage.wrong", "--issuer and --client-id belong together.");
    }
    for (std::string* file : {&settings.clientCertificate, &settings.certificateAuthority}) {
        if (const Status located = locate(context, *file); !located) {
            return located;
        }
    }
    return {};
}

int runArchiveAdd(Context& context, records::ArchiveSettings settings, const SecretOptions& secrets)
{
    const std::pair<const std::string*, std::string*> all[] = {{&secrets.password, &settings.password},
                                                               {&secrets.token, &settings.token},
                                                               {&secrets.keyPassword, &settings.clientKeyPassword},
                                                               {&secrets.proxyPassword, &settings.proxyPassword},
                                                               {&secrets.clientSecret, &settings.openId.clientSecret}};
    for (const auto& [variable, into] : all) {
        if (const Status taken = takeSecret(context, *variable, *into); !taken) {
            return context.failed(taken.error(), kUsage);
        }
    }
    if (const Status checked = check(context, settings); !checked) {
        return context.failed(checked.error(), exitOf(checked.error()));
    }
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto known = (*workspace)->records().archive(settings.name);
    settings.color = known ? known->color : workspace::nextStripe((*workspace)->records());
    if (const auto put = (*workspace)->records().putArchive(settings); !put) {
        return context.failed(put.error());
    }
    return context.done({{"name", settings.name}, {"url", settings.url}},
                        "Archive " + settings.name + " added." +
                            (settings.openId.issuer.empty() ? "" : " Sign in with akarictl archive login."));
}

int runArchiveList(Context& context)
{
    const auto workspace = context.workspace(false);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto archives = (*workspace)->records().archives();
    if (!archives) {
        return context.failed(archives.error());
    }
    Json all = Json::array();
    std::string text;
    for (const auto& one : *archives) {
        const auto signIn = (*workspace)->known().signInOf(one);
        const bool signedIn = signIn && signIn->isSignedIn();
        all.push_back({{"name", one.name},
                       {"url", one.url},
                       {"user", one.user},
                       {"clientCertificate", one.clientCertificate},
                       {"certificateAuthority", one.certificateAuthority},
                       {"pin", one.pin},
                       {"proxy", one.proxy},
                       {"issuer", one.openId.issuer},
                       {"losslessFirst", one.losslessFirst},
                       {"signedIn", signedIn}});
        text += one.name + "  " + one.url + (signIn ? (signedIn ? "  signed in" : "  not signed in") : "") + "\n";
    }
    return context.done({{"archives", all}}, text.empty() ? "No archives; add one with akarictl archive add." : text);
}

int runArchiveTest(Context& context, const std::string& name)
{
    std::unique_ptr<archive::DicomWebClient> keep;
    const auto client = clientOf(context, name, false, keep);
    if (!client) {
        return context.failed(client.error());
    }
    const auto answer = (*client)->probe();
    if (!answer) {
        return context.failed(answer.error());
    }
    return context.done({{"name", name}, {"ok", true}, {"answer", *answer}}, *answer);
}

// The address is always said: the browser that opens may be none, or another user's.
class SpokenBrowser final : public BrowserLauncher {
public:
    SpokenBrowser(const Context& context, bool opens) : m_context(context), m_opens(opens) {}
    Status open(const std::string& address) override
    {
        m_context.output().err("Sign in at this address:\n" + address + "\n");
        if (m_opens) {
            const Status opened = platform::SystemBrowser().open(address);
            static_cast<void>(opened); // whoever reads this has the address
        }
        return {};
    }

private:
    const Context& m_context;
    bool m_opens;
};

Result<std::shared_ptr<archive::OpenIdSignIn>> signInOf(Context& context, const std::string& name)
{
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return fail(workspace.error());
    }
    const auto settings = (*workspace)->records().archive(name);
    if (!settings) {
        return fail(settings.error());
    }
    auto signIn = (*workspace)->known().signInOf(*settings);
    if (!signIn) {
        return fail("login.none", "Nobody signs in at this archive by a browser; it was added without --issuer.");
    }
    return signIn;
}

int runArchiveLogin(Context& context, const std::string& name, bool opensBrowser, int seconds)
{
    const auto signIn = signInOf(context, name);
    if (!signIn) {
        return context.failed(signIn.error());
    }
    SpokenBrowser browser(context, opensBrowser);
    if (const Status done = (*signIn)->signIn(browser, context.stop(), std::chrono::seconds(seconds)); !done) {
        return context.failed(done.error());
    }
    return context.done({{"name", name}, {"signedIn", true}}, "Signed in at " + name + ".");
}

int runArchiveLogout(Context& context, const std::string& name)
{
    const auto signIn = signInOf(context, name);
    if (!signIn) {
        return context.failed(signIn.error());
    }
    if (const Status done = (*signIn)->signOut(); !done) {
        return context.failed(done.error());
    }
    return context.done({{"name", name}, {"signedIn", false}}, "Signed out at " + name + ".");
}

void addAdd(CLI::App& group, Context& context, Run& run)
{
    auto* add = group.add_subcommand("add", "Configure an archive");
    auto settings = std::make_shared<records::ArchiveSettings>();
    auto secrets = std::make_shared<SecretOptions>();
    add->add_option("NAME", settings->name)->required();
    add->add_option("URL", settings->url)->required();
    add->add_option("--prefix", settings->prefix, "A short word before this hospital's patient IDs on screen");
    add->add_option("--user", settings->user);
    add->add_option("--password-env", secrets->password, "Environment variable that holds the password");
    add->add_option("--token-env", secrets->token, "Environment variable that holds a bearer token");
    add->add_option("--client-cert", settings->clientCertificate, "PEM or PKCS#12 file with certificate and key");
    add->add_option("--client-key-password-env", secrets->keyPassword, "Environment variable that holds its password");
    add->add_option("--ca", settings->certificateAuthority, "PEM file of the authority to trust in the place of the system's");
    add->add_option("--pin", settings->pin, "sha256//... of the server's public key; several joined by ;");
    add->add_option("--proxy", settings->proxy, "http(s)://HOST:PORT, or none; else as the system says");
    add->add_option("--proxy-user", settings->proxyUser);
    add->add_option("--proxy-password-env", secrets->proxyPassword, "Environment variable that holds the proxy's password");
    add->add_flag("--bulk-from-own-host", settings->bulkFromOwnHost, "Ask the archive itself for bulk data that it names at another host");
    add->add_flag("--lossless-first", settings->losslessFirst,
                  "On a slow line show a lossless transcode of uncompressed images first; the originals follow and are compared");
    add->add_option("--issuer", settings->openId.issuer, "OpenID provider to sign in at");
    add->add_option("--client-id", settings->openId.clientId, "This program's name there");
    add->add_option("--client-secret-env", secrets->clientSecret, "Environment variable that holds a client secret");
    add->add_option("--scopes", settings->openId.scopes, "In the place of \"openid offline_access\"");
    add->callback([&context, &run, settings, secrets] {
        for (const std::string* variable : {&secrets->password, &secrets->token, &secrets->keyPassword, &secrets->proxyPassword, &secrets->clientSecret}) {
            context.wants(*variable);
        }
        run = [&context, settings, secrets] { return runArchiveAdd(context, *settings, *secrets); };
    });
}

} // namespace

void addArchiveSettingsCommands(CLI::App& app, Context& context, Run& run)
{
    auto* group = app.add_subcommand("archive", "Archives: add, list, test, login, logout");
    group->require_subcommand(1);
    addAdd(*group, context, run);
    group->add_subcommand("list", "What is configured")->callback([&context, &run] {
        run = [&context] { return runArchiveList(context); };
    });

    auto name = std::make_shared<std::string>();
    auto* test = group->add_subcommand("test", "Reachable, authorised, DICOMweb?");
    test->add_option("NAME", *name)->required();
    test->callback([&context, &run, name] { run = [&context, name] { return runArchiveTest(context, *name); }; });

    auto* login = group->add_subcommand("login", "Sign in by a browser");
    auto noBrowser = std::make_shared<bool>(false);
    auto seconds = std::make_shared<int>(300);
    login->add_option("NAME", *name)->required();
    login->add_flag("--no-browser", *noBrowser, "Only say the address");
    login->add_option("--timeout", *seconds, "Seconds to wait")->check(CLI::Range(1, 3600));
    login->callback([&context, &run, name, noBrowser, seconds] {
        run = [&context, name, noBrowser, seconds] { return runArchiveLogin(context, *name, !*noBrowser, *seconds); };
    });

    auto* logout = group->add_subcommand("logout", "Forget the sign-in");
    logout->add_option("NAME", *name)->required();
    logout->callback([&context, &run, name] { run = [&context, name] { return runArchiveLogout(context, *name); }; });
}

} // namespace akari::cli
