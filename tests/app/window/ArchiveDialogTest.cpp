// The archive's dialog: plain at first, everything behind "More", tried out in words against a real server on the loopback.
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QTranslator>

#include "app/window/ArchiveDialog.h"
#include "app/window/Style.h"
#include "tests/support/FakeArchive.h"

using namespace akari;

class ArchiveDialogTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void plainAtFirst();
    void triesTheArchive();
    void showsWhatSignInNeeds();
    void keepsWhatItDoesNotShow();

private:
    static QString answer(const window::ArchiveDialog& dialog) { return dialog.findChild<QLabel*>(QStringLiteral("archive.answer"))->text(); }
    static void type(window::ArchiveDialog& dialog, const char* field, const std::string& text)
    {
        dialog.findChild<QLineEdit*>(QString::fromUtf8(field))->setText(QString::fromStdString(text));
    }
    static QWidget* part(window::ArchiveDialog& dialog, const char* name) { return dialog.findChild<QWidget*>(QString::fromUtf8(name)); }
    static void shot(window::ArchiveDialog& dialog, const char* name)
    {
        QDir folder(QStringLiteral(AKARI_BINARY_DIR "/screenshots"));
        folder.mkpath(QStringLiteral("."));
        QTest::qWait(100);
        QVERIFY(dialog.grab().save(folder.filePath(QString::fromUtf8(name) + QStringLiteral(".png"))));
    }
    QTranslator m_japanese;
};

void ArchiveDialogTest::initTestCase() { window::applyStyle(*qApp); }

void ArchiveDialogTest::plainAtFirst()
{
    window::ArchiveDialog dialog(nullptr, std::nullopt);
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    QVERIFY(part(dialog, "archive.user")->isVisible());
    QVERIFY(!part(dialog, "archive.issuer")->isVisible());
    QVERIFY(!part(dialog, "archive.authority")->isVisible());
    shot(dialog, "archive-plain");
    dialog.findChild<QPushButton*>(QStringLiteral("archive.more"))->click();
    QVERIFY(part(dialog, "archive.authority")->isVisible());
    QVERIFY(!part(dialog, "archive.proxy")->isVisible());
    shot(dialog, "archive-more");
}

void ArchiveDialogTest::triesTheArchive()
{
    test::FakeArchive fake;
    window::ArchiveDialog dialog(nullptr, std::nullopt);
    dialog.show();
    type(dialog, "archive.name", "North");
    type(dialog, "archive.url", fake.url() + "/");
    auto* tryOut = dialog.findChild<QPushButton*>(QStringLiteral("archive.try"));
    tryOut->click();
    QTRY_VERIFY_WITH_TIMEOUT(tryOut->isEnabled() && answer(dialog).contains(QChar(0x2713)), 10000);
    QCOMPARE(dialog.settings().url, fake.url());
    fake.faults.status = 401;
    tryOut->click();
    QTRY_VERIFY_WITH_TIMEOUT(tryOut->isEnabled() && answer(dialog).contains(QStringLiteral("sign in again")), 10000);
    shot(dialog, "archive-refused");
}

void ArchiveDialogTest::showsWhatSignInNeeds()
{
    QVERIFY(m_japanese.load(QLocale(QLocale::Japanese), QStringLiteral("akari"), QStringLiteral("_"), QStringLiteral(":/translations")));
    QApplication::installTranslator(&m_japanese);
    archive::KnownArchives known;
    window::ArchiveDialog dialog(&known, std::nullopt);
    dialog.show();
    dialog.findChild<QComboBox*>(QStringLiteral("archive.signIn"))->setCurrentIndex(window::ArchiveDialog::Browser);
    dialog.findChild<QPushButton*>(QStringLiteral("archive.more"))->click();
    dialog.findChild<QComboBox*>(QStringLiteral("archive.proxyKind"))->setCurrentIndex(2);
    QVERIFY(part(dialog, "archive.issuer")->isVisible());
    QVERIFY(part(dialog, "archive.signInNow")->isVisible());
    QVERIFY(!part(dialog, "archive.user")->isVisible());
    QVERIFY(part(dialog, "archive.proxy")->isVisible());
    shot(dialog, "archive-sign-in-ja");
    QApplication::removeTranslator(&m_japanese);
}

void ArchiveDialogTest::keepsWhatItDoesNotShow()
{
    records::ArchiveSettings settings;
    settings.name = "North";
    settings.url = "https://pacs.example.org/dicom-web";
    settings.token = "fixed";
    settings.color = "#123456";
    settings.pin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    settings.proxy = "none";
    settings.openId = {"https://login.example.org", "akari", "secret", "openid"};
    const window::ArchiveDialog dialog(nullptr, settings);
    const auto kept = dialog.settings();
    QCOMPARE(kept.token, settings.token);
    QCOMPARE(kept.color, settings.color);
    QCOMPARE(kept.pin, settings.pin);
    QCOMPARE(kept.proxy, settings.proxy);
    QCOMPARE(kept.openId.clientSecret, settings.openId.clientSecret);
    QCOMPARE(kept.openId.issuer, settings.openId.issuer);
    QCOMPARE(kept.openId.scopes, settings.openId.scopes);
}

QTEST_MAIN(ArchiveDialogTest)
#include "ArchiveDialogTest.moc"
