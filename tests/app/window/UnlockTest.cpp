// The dialogs at start, in Japanese; a picture of each in build/<preset>/screenshots.
#include <QApplication>
#include <QCheckBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPdfWriter>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

#include "app/window/Dialogs.h"
#include "app/window/RecoveryCodeDialog.h"
#include "app/window/Style.h"
#include "app/window/Words.h"
#include "core/vault/DataFolder.h"
#include "core/vault/RecoveryCode.h"

using namespace akari;

class UnlockTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aRecoveryCodeThatIsMistypedOrShortPassphrasesAreNotAccepted();
    void theCodeIsShownUntilItIsKept();
    void aNewFolderIsOfferedARecoveryCodeThatOpensIt();

private:
    static void shot(QWidget& widget, const QString& name);
    static QLineEdit* field(QDialog& dialog, const char* name) { return dialog.findChild<QLineEdit*>(QString::fromUtf8(name)); }
    static void pressOk(QDialog& dialog)
    {
        QTest::mouseClick(dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok), Qt::LeftButton);
    }
};

void UnlockTest::shot(QWidget& widget, const QString& name)
{
    const QDir folder(QStringLiteral(AKARI_BINARY_DIR "/screenshots"));
    QVERIFY(folder.mkpath(QStringLiteral(".")));
    QVERIFY(widget.grab().save(folder.filePath(name + QStringLiteral(".png"))));
}

void UnlockTest::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::Japanese));
    static QTranslator translator;
    QVERIFY(translator.load(QLocale(), QStringLiteral("akari"), QStringLiteral("_"), QStringLiteral(":/translations")));
    QApplication::installTranslator(&translator);
    window::applyStyle(*qobject_cast<QApplication*>(QApplication::instance()));
}

void UnlockTest::aRecoveryCodeThatIsMistypedOrShortPassphrasesAreNotAccepted()
{
    window::PassphraseDialog dialog(false, {});
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    shot(dialog, QStringLiteral("unlock"));
    QVERIFY(!field(dialog, "passphrase.code")->isVisible());
    QTest::mouseClick(dialog.findChild<QPushButton*>(QStringLiteral("passphrase.recover")), Qt::LeftButton);
    QVERIFY(field(dialog, "passphrase.code")->isVisible());
    QVERIFY(field(dialog, "passphrase.second")->isVisible());
    const auto* problem = dialog.findChild<QLabel*>(QStringLiteral("passphrase.problem"));

    const QString code = window::text(vault::makeRecoveryCode());
    QString slip = code;
    slip[0] = code[0] == QLatin1Char('A') ? QLatin1Char('B') : QLatin1Char('A');
    field(dialog, "passphrase.code")->setText(slip);
    field(dialog, "passphrase.first")->setText(QStringLiteral("a new lamp"));
    field(dialog, "passphrase.second")->setText(QStringLiteral("a new lamp"));
    pressOk(dialog);
    QVERIFY(dialog.isVisible());
    QVERIFY(!problem->text().isEmpty());
    QTest::qWait(50);
    shot(dialog, QStringLiteral("unlock-recovery"));

    field(dialog, "passphrase.code")->setText(code.toLower());
    field(dialog, "passphrase.second")->setText(QStringLiteral("a new lump"));
    pressOk(dialog);
    QVERIFY(dialog.isVisible());
    field(dialog, "passphrase.first")->setText(QStringLiteral("short"));
    field(dialog, "passphrase.second")->setText(QStringLiteral("short"));
    pressOk(dialog);
    QVERIFY(dialog.isVisible());
    field(dialog, "passphrase.first")->setText(QStringLiteral("a new lamp"));
    field(dialog, "passphrase.second")->setText(QStringLiteral("a new lamp"));
    pressOk(dialog);
    QVERIFY(!dialog.isVisible());
    QCOMPARE(dialog.result(), static_cast<int>(QDialog::Accepted));
    QCOMPARE(dialog.recoveryCode(), code.toLower());
}

void UnlockTest::theCodeIsShownUntilItIsKept()
{
    const QString code = window::text(vault::makeRecoveryCode());
    window::RecoveryCodeDialog dialog(code);
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    shot(dialog, QStringLiteral("recovery-code"));
    QCOMPARE(dialog.findChild<QLabel*>(QStringLiteral("recovery.code"))->text().replace(QLatin1Char('\n'), QLatin1Char('-')), code);
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QVERIFY(dialog.isVisible());
    dialog.findChild<QCheckBox*>(QStringLiteral("recovery.kept"))->click();
    shot(dialog, QStringLiteral("recovery-code-kept"));
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QVERIFY(!dialog.isVisible());

    const QString file = QStringLiteral(AKARI_BINARY_DIR "/screenshots/recovery-code.pdf");
    QPdfWriter sheet(file);
    dialog.paintOn(sheet);
    QVERIFY(QFileInfo(file).size() > 1000);
}

void UnlockTest::aNewFolderIsOfferedARecoveryCodeThatOpensIt()
{
    QTemporaryDir temp;
    const std::filesystem::path at = temp.filePath(QStringLiteral("d")).toStdString();
    window::PassphraseDialog dialog(true, {});
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    QVERIFY(!dialog.findChild<QPushButton*>(QStringLiteral("passphrase.recover"))->isVisible());
    QVERIFY(field(dialog, "passphrase.second")->isVisible());
    QVERIFY(!field(dialog, "passphrase.code")->isVisible());
    field(dialog, "passphrase.first")->setText(QStringLiteral("a lamp at dusk"));
    field(dialog, "passphrase.second")->setText(QStringLiteral("a lamp at dusk"));
    shot(dialog, QStringLiteral("unlock-new"));
    pressOk(dialog);
    QCOMPARE(dialog.result(), static_cast<int>(QDialog::Accepted));
    std::string code;
    {
        const auto made = vault::DataFolder::open({at, window::utf8(dialog.passphrase()), nullptr, false});
        QVERIFY(made);
        code = (*made)->makeRecoveryCode().value();
    }
    vault::OpenOptions options;
    options.folder = at;
    options.recoveryCode = code;
    options.passphrase = "another lamp";
    QVERIFY(vault::DataFolder::open(options));
    QVERIFY(vault::DataFolder::open({at, "another lamp", nullptr, false}));
}

QTEST_MAIN(UnlockTest)
#include "UnlockTest.moc"
