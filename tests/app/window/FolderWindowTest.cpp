// What a reader does to the data folder as a whole: an archive removed, a draft thrown away, a new recovery code. In both languages, with
// a picture of each dialog; nothing may be cut off.
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QTest>
#include <QTimer>
#include <QTranslator>

#include "app/window/MainWindow.h"
#include "app/window/RecoveryCodeDialog.h"
#include "app/window/RemoveArchiveDialog.h"
#include "app/window/Style.h"
#include "app/workspace/Workspace.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/TempFolder.h"

using namespace akari;

namespace {

const StudyInstanceUid kStudy("1.2.840.99.1");

// A data folder with an archive that answers, and one study of it in the cache.
struct Place {
    test::TempFolder temp;
    test::FakeArchive fake;
    std::unique_ptr<workspace::Workspace> open;

    Place()
    {
        workspace::Options options;
        options.folder = temp.path() / "data";
        options.passphrase = "lamp light";
        open = std::move(*workspace::Workspace::open(options));
        fake.addSeries(4);
        for (const char* name : {"Fake", "Sakura-machi General Hospital"}) {
            auto settings = fake.settings();
            settings.name = name;
            settings.color = "#4ea1ff";
            const Status put = open->records().putArchive(settings);
            if (!put) {
                throw std::runtime_error(put.error().code);
            }
        }
        archive::SyncJob job;
        job.archive = "Fake";
        job.study = kStudy;
        if (!(*open->schedulers().of("Fake"))->fetch(job, {}, {})->complete) {
            throw std::runtime_error("not synced");
        }
    }
    std::size_t studies() { return open->cache().studies()->size(); }
};

template <class T> T* part(QWidget& dialog, const char* name)
{
    return dialog.findChild<T*>(QString::fromUtf8(name));
}

// Every label and button has the room that its words need.
bool nothingIsCut(QWidget& dialog)
{
    for (auto* label : dialog.findChildren<QLabel*>()) {
        const int needed = label->wordWrap() ? label->heightForWidth(label->width()) : label->sizeHint().height();
        if (label->isVisible() && label->pixmap().isNull() &&
            (label->height() < needed || (!label->wordWrap() && label->width() < label->sizeHint().width()))) {
            qWarning() << "cut off:" << label->text() << label->size() << label->sizeHint();
            return false;
        }
    }
    for (auto* button : dialog.findChildren<QAbstractButton*>()) {
        if (button->isVisible() && (button->width() < button->sizeHint().width() || button->height() < button->sizeHint().height())) {
            qWarning() << "cut off:" << button->text();
            return false;
        }
    }
    return true;
}

void shot(QWidget& widget, const QString& name)
{
    QDir folder(QStringLiteral(AKARI_BINARY_DIR "/screenshots"));
    folder.mkpath(QStringLiteral("."));
    QTest::qWait(100);
    QVERIFY(widget.grab().save(folder.filePath(name + QStringLiteral(".png"))));
}

} // namespace

class FolderWindowTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void removesAnArchive_data();
    void removesAnArchive();
    void refusesWhereWorkIsUnfinished();
    void discardsADraft_data();
    void discardsADraft();
    void makesANewRecoveryCode_data();
    void makesANewRecoveryCode();

private:
    static void languages();
    void speak(const QString& language);
    // Runs `look` on the next modal dialog; it has to close it.
    void onDialog(std::function<void(QWidget&)> look);
    QTranslator m_japanese;
    bool m_seen = false;
};

void FolderWindowTest::initTestCase()
{
    window::applyStyle(*qApp);
    QVERIFY(m_japanese.load(QLocale(QLocale::Japanese), QStringLiteral("akari"), QStringLiteral("_"), QStringLiteral(":/translations")));
}

void FolderWindowTest::languages()
{
    QTest::addColumn<QString>("language");
    QTest::newRow("en") << QStringLiteral("en");
    QTest::newRow("ja") << QStringLiteral("ja");
}

void FolderWindowTest::speak(const QString& language)
{
    QApplication::removeTranslator(&m_japanese);
    if (language == QStringLiteral("ja")) {
        QApplication::installTranslator(&m_japanese);
    }
}

void FolderWindowTest::onDialog(std::function<void(QWidget&)> look)
{
    m_seen = false;
    auto* wait = new QTimer(this);
    connect(wait, &QTimer::timeout, this, [this, wait, look = std::move(look)] {
        if (auto* dialog = QApplication::activeModalWidget()) {
            wait->deleteLater();
            wait->stop();
            m_seen = true;
            look(*dialog);
        }
    });
    wait->start(50);
}

void FolderWindowTest::removesAnArchive_data()
{
    languages();
}

void FolderWindowTest::removesAnArchive()
{
    QFETCH(QString, language);
    speak(language);
    Place place;
    window::RemoveArchiveDialog dialog(place.open->engine(), workspace::folderServices(*place.open).removeArchive);
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    part<QComboBox>(dialog, "remove.archive")->setCurrentText(QStringLiteral("Fake"));
    QVERIFY(part<QLabel>(dialog, "remove.lost")->text().contains(QStringLiteral("1")));
    auto* ok = part<QPushButton>(dialog, "remove.ok");
    QVERIFY(!ok->isEnabled());
    part<QLineEdit>(dialog, "remove.name")->setText(QStringLiteral("fake"));
    QVERIFY(!ok->isEnabled());
    part<QLineEdit>(dialog, "remove.name")->setText(QStringLiteral("Fake"));
    QVERIFY(ok->isEnabled());
    part<QCheckBox>(dialog, "remove.shred")->setChecked(true);
    QVERIFY(nothingIsCut(dialog));
    shot(dialog, QStringLiteral("remove-archive-") + language);

    {
        // What somebody reads does not vanish.
        const cache::Hold hold = place.open->cache().hold("Fake", kStudy);
        ok->click();
        QTRY_VERIFY_WITH_TIMEOUT(part<QComboBox>(dialog, "remove.archive")->isEnabled(), 10000);
        QVERIFY(dialog.isVisible());
        QVERIFY(part<QLabel>(dialog, "remove.problem")->isVisible());
        QCOMPARE(place.studies(), std::size_t{1});
    }
    ok->click();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog.isVisible(), 10000);
    QCOMPARE(dialog.result(), int(QDialog::Accepted));
    QVERIFY(dialog.removed().shredded);
    QCOMPARE(place.studies(), std::size_t{0});
    QVERIFY(!place.open->records().archive("Fake"));
    QVERIFY(!place.open->folder().keys().find(cache::dataKeyName("Fake")));
}

void FolderWindowTest::refusesWhereWorkIsUnfinished()
{
    speak(QStringLiteral("en"));
    Place place;
    records::Draft draft;
    draft.archive = "Fake";
    draft.study = kStudy;
    draft.json = "{}";
    QVERIFY(place.open->records().saveDraft(draft).has_value());
    window::RemoveArchiveDialog dialog(place.open->engine(), workspace::folderServices(*place.open).removeArchive);
    dialog.show();
    part<QComboBox>(dialog, "remove.archive")->setCurrentText(QStringLiteral("Fake"));
    QVERIFY(!part<QLineEdit>(dialog, "remove.name")->isEnabled());
    QVERIFY(part<QLabel>(dialog, "remove.problem")->text().contains(QStringLiteral("unfinished")));
    QVERIFY(nothingIsCut(dialog));
    part<QComboBox>(dialog, "remove.archive")->setCurrentText(QStringLiteral("Sakura-machi General Hospital"));
    QVERIFY(part<QLineEdit>(dialog, "remove.name")->isEnabled());
}

void FolderWindowTest::discardsADraft_data()
{
    languages();
}

void FolderWindowTest::discardsADraft()
{
    QFETCH(QString, language);
    speak(language);
    Place place;
    records::Records& records = place.open->records();
    window::MainWindow window(place.open->engine(), workspace::folderServices(*place.open));
    window.show();
    window.openStudy(QStringLiteral("Fake"), QString::fromStdString(kStudy.value));
    QTRY_VERIFY_WITH_TIMEOUT(window.reading().report().hasDocument(), 20000);
    QVERIFY(!window.reading().report().hasDraft());
    auto* session = window.reading().session();
    QVERIFY(session->saveReport("{\"not\":\"read here\"}", kStudy).has_value());
    const std::string id = session->draftId();
    QVERIFY(window.reading().report().hasDraft());
    QCOMPARE(records.drafts()->size(), std::size_t{1});

    // No by default; then yes.
    onDialog([&](QWidget& dialog) {
        QVERIFY(nothingIsCut(dialog));
        shot(dialog, QStringLiteral("discard-draft-") + language);
        QTest::keyClick(&dialog, Qt::Key_Return);
    });
    window.discardDraft();
    QVERIFY(m_seen);
    QCOMPARE(records.drafts()->size(), std::size_t{1});
    onDialog([](QWidget& dialog) {
        for (auto* button : dialog.findChildren<QPushButton*>()) {
            if (qobject_cast<QMessageBox*>(&dialog)->buttonRole(button) == QMessageBox::DestructiveRole) {
                button->click();
            }
        }
    });
    window.discardDraft();
    QVERIFY(m_seen);
    QCOMPARE(records.drafts()->size(), std::size_t{0});
    QCOMPARE(records.draft(id)->state, std::string("discarded"));
    QVERIFY(session->draftId().empty());
    QVERIFY(!window.reading().report().hasDraft());
    // Nobody saves it again on the way out.
    window.close();
    QCOMPARE(records.drafts()->size(), std::size_t{0});
}

void FolderWindowTest::makesANewRecoveryCode_data()
{
    languages();
}

void FolderWindowTest::makesANewRecoveryCode()
{
    QFETCH(QString, language);
    speak(language);
    Place place;
    window::MainWindow window(place.open->engine(), workspace::folderServices(*place.open));
    window.show();
    onDialog([](QWidget& dialog) { QTest::keyClick(&dialog, Qt::Key_Escape); });
    window.makeRecoveryCode();
    QVERIFY(m_seen);
    QVERIFY(!place.open->folder().hasRecoveryCode());

    QString code;
    onDialog([&](QWidget& question) {
        QVERIFY(nothingIsCut(question));
        shot(question, QStringLiteral("new-recovery-code-") + language);
        onDialog([&](QWidget& shown) {
            code = part<QLabel>(shown, "recovery.code")->text();
            shown.findChild<QCheckBox*>()->setChecked(true);
            qobject_cast<QDialog*>(&shown)->accept();
        });
        for (auto* button : question.findChildren<QPushButton*>()) {
            if (qobject_cast<QMessageBox*>(&question)->buttonRole(button) == QMessageBox::AcceptRole) {
                button->click();
            }
        }
    });
    window.makeRecoveryCode();
    QVERIFY(!code.isEmpty());
    QVERIFY(place.open->folder().hasRecoveryCode());
    window.close();
    place.open.reset();
    workspace::Options options;
    options.folder = place.temp.path() / "data";
    options.recoveryCode = code.replace(QLatin1Char('\n'), QLatin1Char('-')).toStdString();
    options.passphrase = "another lamp";
    const auto opened = workspace::Workspace::open(options);
    QVERIFY2(opened.has_value(), opened ? "" : opened.error().code.c_str());
}

QTEST_MAIN(FolderWindowTest)
#include "FolderWindowTest.moc"
