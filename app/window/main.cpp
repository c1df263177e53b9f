// akari: the window.
#include <QApplication>
#include <QCommandLineParser>
#include <QEvent>
#include <QLibraryInfo>
#include <QLocale>
#include <QMessageBox>
#include <QTimer>
#include <QTranslator>

#include "app/paint/Painter.h"
#include "app/platform/Keychain.h"
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
akari::Result<std::unique_ptr<Workspace>> openWorkspace(const std::string& folder)
{
    akari::platform::Keychain keychain;
    akari::workspace::Options options;
    options.folder = akari::workspace::dataFolder(folder);
    options.passphrase = akari::workspace::takePassphrase();
    options.keychain = options.passphrase ? nullptr : &keychain;
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
    const QCommandLineOption study(QStringLiteral("open"), QStringLiteral("Open this study at start."), QStringLiteral("ARCHIVE/STUDYUID"));
    const QCommandLineOption screenshot(QStringLiteral("screenshot"), QStringLiteral("With --open: save a picture of the window when the study is there, and end."),
                                        QStringLiteral("FILE"));
    parser.addOptions({data, language, study, screenshot});
    parser.process(application);

    if (parser.isSet(language)) {
        QLocale::setDefault(QLocale(parser.value(language)));
    }
    QTranslator translator;
    if (translator.load(QLocale(), QStringLiteral("akari"), QStringLiteral("_"), QStringLiteral(":/translations"))) {
        QApplication::installTranslator(&translator);
    }
    akari::window::applyStyle(application);

    auto workspace = openWorkspace(parser.value(data).toStdString());
    if (!workspace) {
        if (workspace.error().code != "key.needed" && workspace.error().code != "keychain.unavailable") {
            QMessageBox::critical(nullptr, QStringLiteral("Akari"), akari::window::Words::error(workspace.error()));
        }
        return 3;
    }
    akari::window::MainWindow window((*workspace)->engine());
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
        window.worklist().refreshFromArchives();
        const QString wanted = parser.value(study);
        if (const auto slash = wanted.indexOf(QLatin1Char('/')); slash > 0) {
            window.openStudy(wanted.left(slash), wanted.mid(slash + 1));
        }
    });
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
