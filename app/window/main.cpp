// akari: the window.
#include <QApplication>
#include <QCommandLineParser>
#include <QEvent>
#include <QLibraryInfo>
#include <QLocale>
#include <QMessageBox>
#include <QTimer>
#include <QTranslator>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "app/cli/HandedOver.h"
#include "app/paint/Painter.h"
#include "app/platform/Keychain.h"
#include "app/platform/KeychainThread.h"
#include "app/window/Dialogs.h"
#include "app/window/MainWindow.h"
#include "app/window/RecoveryCodeDialog.h"
#include "app/window/Style.h"
#include "app/window/ToGui.h"
#include "app/window/Words.h"
#include "app/workspace/Workspace.h"
#include "core/session/Background.h"

namespace {

using akari::workspace::Workspace;

// Passphrase from the environment, else the keychain, else the dialog until it opens or the person gives up.
akari::Result<std::unique_ptr<Workspace>> openWorkspace(const std::string& folder, akari::vault::SecretStore& signIns)
{
    akari::platform::Keychain keychain;
    akari::workspace::Options options;
    options.folder = akari::workspace::dataFolder(folder);
    options.passphrase = akari::workspace::takePassphrase();
    options.keychain = options.passphrase ? nullptr : &keychain;
    options.signIns = &signIns;
    const bool fromEnvironment = options.passphrase.has_value();
    const std::filesystem::path vault = options.folder / "vault.json";
    bool isNew = !std::filesystem::exists(vault);
    auto opened = Workspace::open(options);
    while (!opened) {
        const std::string code = opened.error().code;
        if (code != "key.needed" && code != "key.wrong" && code != "keychain.unavailable") {
            return opened;
        }
        isNew = !std::filesystem::exists(vault);
        const bool recovering = options.recoveryCode.has_value();
        akari::window::PassphraseDialog dialog(isNew, code != "key.wrong" ? QString()
                                                       : recovering       ? akari::window::PassphraseDialog::tr("This recovery code does not open the data folder.")
                                                                          : akari::window::Words::error(opened.error()));
        if (dialog.exec() != QDialog::Accepted) {
            return opened;
        }
        options.passphrase = akari::window::utf8(dialog.passphrase());
        options.recoveryCode.reset();
        if (!dialog.recoveryCode().isEmpty()) {
            options.recoveryCode = akari::window::utf8(dialog.recoveryCode());
        }
        options.keychain = nullptr;
        opened = Workspace::open(options);
    }
    if (isNew && !fromEnvironment) { // a person sits here, and nothing else would open what is lost
        if (const auto code = (*opened)->folder().makeRecoveryCode()) {
            akari::window::RecoveryCodeDialog(akari::window::text(*code)).exec();
        }
    }
    return opened;
}

// Whatever the reader does holds transfers in the background back for a moment.
class Doings : public QObject {
public:
    explicit Doings(akari::session::Background& background) : m_background(background) {}
    bool eventFilter(QObject* receiver, QEvent* event) override
    {
        const auto type = event->type();
        if (type == QEvent::Wheel || type == QEvent::KeyPress || type == QEvent::MouseButtonPress || (type == QEvent::MouseMove && QGuiApplication::mouseButtons())) {
            m_background.interacted();
        }
        return QObject::eventFilter(receiver, event);
    }

private:
    akari::session::Background& m_background;
};

// One window a data folder: what this one was asked to open goes to the one that is there, which comes to the front.
akari::Status handToRunning(const std::string& folder, const akari::workspace::OpenRequest& request)
{
    constexpr int kTries = 50; // five seconds: a window that is just starting
    akari::Status handed;
    for (int i = 0; i < kTries; ++i) {
        const auto client = akari::workspace::HandOverClient::connect(akari::workspace::dataFolder(folder));
        handed = client ? (*client)->open(request) : akari::Status(akari::fail(client.error()));
        if (handed || handed.error().code != "handover.none") {
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return handed;
}

// Carries out what other programs hand over, while the window lives.
std::unique_ptr<akari::workspace::HandOverServer> listen(Workspace& workspace, akari::window::MainWindow& window)
{
    akari::workspace::HandOverServices services;
    services.run = [&](const akari::workspace::HandedCommand& command, const akari::workspace::CommandOutput& output, const akari::StopToken& stop) {
        const int exit = akari::cli::runFor(workspace, command, output, stop);
        akari::window::postToGui(&window, [&window] { window.dataChanged(); });
        return exit;
    };
    services.open = [&](const akari::workspace::OpenRequest& asked) -> akari::Status {
        auto request = akari::workspace::resolveOpen(asked, workspace.records(), workspace.cache());
        if (!request) {
            return akari::fail(request.error());
        }
        akari::window::postToGui(&window, [&window, request = *request] { window.receive(request); });
        return {};
    };
    auto server = akari::workspace::HandOverServer::start(workspace.folder(), std::move(services));
    return server ? std::move(*server) : nullptr;
}

// The link, or --open with a study's UID, its archive before it where several may have it; empty where neither is given.
akari::Result<akari::workspace::OpenRequest> wantedStudy(const QStringList& links, const QString& open)
{
    if (!links.isEmpty()) {
        return links.size() == 1 && open.isEmpty() ? akari::workspace::parseOpenUrl(links.first().toStdString()) : akari::workspace::parseOpenUrl({});
    }
    const auto slash = open.lastIndexOf(QLatin1Char('/'));
    const akari::workspace::OpenRequest request{akari::window::utf8(open.left(std::max<qsizetype>(slash, 0))),
                                                akari::StudyInstanceUid(akari::window::utf8(open.mid(slash + 1)))};
    if (const akari::Status right = akari::workspace::checkOpen(request); !right) {
        return akari::fail(right.error());
    }
    return request;
}

} // namespace

int main(int argc, char** argv)
{
    akari::workspace::fullFilesAreErrors();
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("Akari"));
    QApplication::setApplicationVersion(QStringLiteral(AKARI_VERSION));
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Akari, a workstation for reading medical images away from the hospital."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption data(QStringLiteral("data"), QStringLiteral("The data folder (else AKARI_DATA)."), QStringLiteral("DIR"));
    const QCommandLineOption language(QStringLiteral("language"), QStringLiteral("ja or en, else the system's."), QStringLiteral("LANGUAGE"));
    const QCommandLineOption study(QStringLiteral("open"), QStringLiteral("Open this study at start."), QStringLiteral("[ARCHIVE/]STUDYUID"));
    const QCommandLineOption screenshot(QStringLiteral("screenshot"), QStringLiteral("With --open: save a picture of the window when the study is there, and end."),
                                        QStringLiteral("FILE"));
    parser.addOptions({data, language, study, screenshot});
    parser.addPositionalArgument(QStringLiteral("link"), QStringLiteral("akari://open?study=UID[&archive=NAME]"), QStringLiteral("[LINK]"));
    parser.process(application);

    if (parser.isSet(language)) {
        QLocale::setDefault(QLocale(parser.value(language)));
    }
    QTranslator translator;
    if (translator.load(QLocale(), QStringLiteral("akari"), QStringLiteral("_"), QStringLiteral(":/translations"))) {
        QApplication::installTranslator(&translator);
    }
    akari::window::applyStyle(application);

    const auto wanted = wantedStudy(parser.positionalArguments(), parser.value(study));
    if (!wanted) {
        // No dialog: a link may come in the middle of somebody's reading.
        std::fprintf(stderr, "akari: %s\n", wanted.error().message.c_str());
        return 2;
    }
    akari::platform::KeychainThread signIns;
    auto workspace = openWorkspace(parser.value(data).toStdString(), signIns);
    if (!workspace && workspace.error().code == "data.busy") {
        const akari::Status handed = handToRunning(parser.value(data).toStdString(), *wanted);
        if (handed) {
            return 0;
        }
        std::fprintf(stderr, "akari: %s\n", handed.error().message.c_str());
        if (handed.error().code.starts_with("open.") || handed.error().code.starts_with("study.")) {
            return 3;
        }
    }
    if (!workspace) {
        if (workspace.error().code != "key.needed" && workspace.error().code != "keychain.unavailable") {
            QMessageBox::critical(nullptr, QStringLiteral("Akari"), akari::window::Words::error(workspace.error()));
        }
        return 3;
    }
    akari::window::MainWindow window((*workspace)->engine(), akari::workspace::folderServices(**workspace));
    const akari::window::Coalesced arrived(&window, [&window] { window.worklist().refreshRows(); });
    akari::session::Background background((*workspace)->engine(), (*workspace)->prefetchRules(), {}, [arrived] { arrived(); });
    Doings doings(background);
    application.installEventFilter(&doings);
    if (!akari::paint::hasJapaneseFont()) {
        QMessageBox::warning(nullptr, QStringLiteral("Akari"),
                             QCoreApplication::translate("main", "No Japanese font is installed: names would show as boxes. Install Noto Sans CJK."));
    }
    window.show();
    QTimer::singleShot(0, &window, [&] {
        (*workspace)->pool().warmUp();
        window.worklist().refreshFromArchives();
        const auto request = akari::workspace::resolveOpen(*wanted, (*workspace)->records(), (*workspace)->cache());
        if (!request) {
            window.news(akari::window::Words::error(request.error()));
        } else if (!request->study.empty()) {
            window.receive(*request);
        }
    });
    const auto server = listen(**workspace, window);
    QTimer watch;
    if (parser.isSet(screenshot)) {
        QObject::connect(&watch, &QTimer::timeout, &window, [&, waited = 0]() mutable {
            auto* session = window.reading().session();
            const auto table = window.reading().grid().pane(0).view().table();
            const bool there = session != nullptr && !session->syncState().running && table && table->complete();
            if (there || ++waited > 600) {
                const bool saved = window.grab().save(parser.value(screenshot));
                QApplication::exit(there && saved ? 0 : 1);
            }
        });
        watch.start(100);
    }
    return QApplication::exec();
}
