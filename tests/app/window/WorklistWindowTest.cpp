// The worklist page alone: many studies, several hospitals of which one is away, what the filter and the keyboard do.
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

#include "app/window/LinksDialog.h"
#include "app/window/Style.h"
#include "app/window/WorklistPage.h"
#include "app/window/Words.h"
#include "tests/support/HttpServer.h"

using namespace akari;

namespace {

constexpr int kMany = 100000;
constexpr int kLong = 60000;

struct Name {
    const char* dicom;
    const char* born;
    const char* sex;
};
const Name kNames[] = {{"Yamada^Taro=山田^太郎=やまだ^たろう", "19600304", "M"}, {"Sato^Hanako=佐藤^花子=さとう^はなこ", "19711120", "F"},
                       {"Suzuki^Ichiro=鈴木^一郎=すずき^いちろう", "19450812", "M"}, {"Yamamoto^Yoko=山本^洋子=やまもと^ようこ", "19880229", "F"}};

cache::StudyRecord study(int number, const std::string& archive)
{
    const auto& name = kNames[number % 4];
    cache::StudyRecord record;
    record.archive = archive;
    record.study = StudyInstanceUid("1.2.3." + std::to_string(number + 1));
    record.patientId = "P" + std::to_string(100000 + number % 50000);
    record.patientName = dicom::PersonName::parse(name.dicom);
    record.patientBirthDate = name.born;
    record.patientSex = name.sex;
    record.studyDate = std::to_string(10000 * (2025 - number % 9) + 100 * (1 + number % 12) + 1 + number % 28);
    record.studyTime = "101500";
    record.studyDescription = number % 3 == 0 ? "Chest and abdomen CT with contrast, follow-up" : "頭部MRI 造影";
    record.modalities = {number % 3 == 0 ? "CT" : "MR"};
    record.accessionNumber = "A" + std::to_string(number);
    record.referringPhysician = "Tanaka^Jiro=田中^次郎";
    record.expected = 300;
    return record;
}

// An archive that lists one study.
test::HttpResponse listing(const test::HttpRequest& request)
{
    const auto offset = request.query.find("offset");
    const bool first = offset == request.query.end() || offset->second == "0";
    test::HttpResponse response;
    response.fields["Content-Type"] = "application/dicom+json";
    response.body = first ? R"([{"0020000D":{"vr":"UI","Value":["1.9.1"]},"00100020":{"vr":"LO","Value":["R1"]},"00080020":{"vr":"DA","Value":["20260201"]},)"
                            R"("00100010":{"vr":"PN","Value":[{"Alphabetic":"Remote^Study"}]},"00201208":{"vr":"IS","Value":[12]}}])"
                          : "[]";
    return response;
}

struct Room {
    QTemporaryDir folder;
    SystemClock clock;
    archive::LineRates lines;
    std::unique_ptr<cache::Cache> cache = std::move(*cache::Cache::openInMemory());
    std::unique_ptr<records::Records> records = std::move(*records::Records::open(folder.filePath(QStringLiteral("records")).toStdString(), vault::Key::random(), false, clock));
    decode::DecodePool pool;
    load::MemoryBudget budget{std::uint64_t{64} << 20};
    std::unique_ptr<window::WorklistPage> page;

    session::Engine engine() { return {*cache, *records, pool, budget, clock, lines}; }
    void addArchive(const std::string& name, int port, const std::string& color, const std::string& prefix)
    {
        records::ArchiveSettings settings;
        settings.name = name;
        settings.url = "http://127.0.0.1:" + std::to_string(port) + "/dicom-web";
        settings.color = color;
        settings.prefix = prefix;
        static_cast<void>(records->putArchive(settings));
    }
    void show(const QSize& size)
    {
        page = std::make_unique<window::WorklistPage>(engine());
        page->resize(size);
        page->show();
    }
    template <class Widget> Widget* part(const char* name) { return page->findChild<Widget*>(QString::fromLatin1(name)); }
    QTableView* table() { return part<QTableView>("worklist.table"); }
    QLineEdit* filter() { return part<QLineEdit>("worklist.filter"); }
    int rows() { return table()->model()->rowCount(); }
};

double quantile(std::vector<double> values, double q)
{
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<std::size_t>(q * static_cast<double>(values.size())))];
}

} // namespace

class WorklistWindowTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { window::applyStyle(*qApp); }
    void hundredThousandStudies();
    void severalHospitals();
    void selectionStaysOnItsStudy();
    void patientsAreLinkedByAPerson();
    void picturesInBothLanguages();
};

// Prints; a timing fails nothing. What it finds must be right all the same.
void WorklistWindowTest::hundredThousandStudies()
{
    Room room;
    std::vector<cache::StudyRecord> studies;
    for (int i = 0; i < kMany; ++i) {
        studies.push_back(study(i, i % 2 == 0 ? "Kita General Hospital" : "Minami Clinic"));
    }
    QVERIFY(room.cache->putStudies(studies));
    QElapsedTimer clock;
    clock.start();
    room.show({1280, 800});
    QVERIFY(QTest::qWaitForWindowExposed(room.page.get()));
    const qint64 exposed = clock.elapsed();
    QTRY_COMPARE_WITH_TIMEOUT(room.rows(), kMany, kLong);
    room.table()->viewport()->repaint();
    qInfo("window exposed after %lld ms, %d rows painted after %lld ms", static_cast<long long>(exposed), kMany, static_cast<long long>(clock.elapsed()));
    std::vector<double> times;
    for (const char* search : {"yamada taro", "やまもと", "スズキ", "P1234", "2025-12", "contrast ct"}) {
        const QString typed = QString::fromUtf8(search);
        for (qsizetype i = 1; i <= typed.size(); ++i) {
            QElapsedTimer stroke;
            stroke.start();
            room.filter()->setText(typed.left(i));
            room.table()->viewport()->repaint(); // painted now, not at the next turn of the event loop
            times.push_back(static_cast<double>(stroke.nsecsElapsed()) / 1e6);
        }
    }
    qInfo("keystroke to painted rows: p50 %.1f ms, p95 %.1f ms, max %.1f ms over %zu", quantile(times, 0.5), quantile(times, 0.95), quantile(times, 1), times.size());
    room.filter()->setText(QStringLiteral("yamada"));
    QCOMPARE(room.rows(), kMany / 4);
    room.filter()->setText(QStringLiteral("ヤマダ P100000"));
    QCOMPARE(room.rows(), 2);
    room.filter()->clear();
    QCOMPARE(room.rows(), kMany);
}

void WorklistWindowTest::severalHospitals()
{
    Room room;
    test::HttpServer server(listing);
    room.addArchive("North", server.port(), "#4ea1ff", "N");
    room.addArchive("South", 9, "#4fbf7a", "S"); // nobody listens there
    for (int i = 0; i < 40; ++i) {
        QVERIFY(room.cache->putStudy(study(i, i % 2 == 0 ? "North" : "South")));
    }
    room.show({1280, 800});
    QTRY_COMPARE(room.rows(), 40);
    QSignalSpy done(room.page.get(), &window::WorklistPage::archivesAnswered);
    room.page->refreshFromArchives();
    QTRY_COMPARE_WITH_TIMEOUT(room.rows(), 41, kLong); // the hospital that answers is there, whatever the other does
    QTRY_COMPARE_WITH_TIMEOUT(done.size(), 1, kLong);
    QCOMPARE(done.front().at(1).toBool(), false);
    const QString answers = room.part<QLabel>("worklist.answers")->text();
    QVERIFY(answers.contains(QStringLiteral("North")) && answers.contains(QStringLiteral("South")));
    QVERIFY(answers.contains(window::Words::error({"archive.unreachable", {}, {}}).toHtmlEscaped()));
    // Colour, name and prefix tell the hospitals apart in every row.
    const auto* model = room.table()->model();
    const auto cell = [&](int row, int column, int role = Qt::DisplayRole) { return model->index(row, column).data(role); };
    QCOMPARE(cell(0, window::WorklistModel::Id).toString(), QStringLiteral("N R1"));
    QCOMPARE(cell(0, window::WorklistModel::Patient, window::WorklistModel::StripeRole).value<QColor>(), QColor(QStringLiteral("#4ea1ff")));
    auto* hospital = room.part<QComboBox>("worklist.hospital");
    QVERIFY(hospital->isVisible());
    hospital->setCurrentIndex(hospital->findData(QStringLiteral("South")));
    QCOMPARE(room.rows(), 20);
    for (int row = 0; row < room.rows(); ++row) {
        QCOMPARE(cell(row, window::WorklistModel::Archive).toString(), QStringLiteral("South"));
    }
    room.filter()->setText(QStringLiteral("sato"));
    QCOMPARE(room.rows(), 10);
    hospital->setCurrentIndex(0);
    QCOMPARE(room.rows(), 10);
}

void WorklistWindowTest::selectionStaysOnItsStudy()
{
    Room room;
    for (int i = 0; i < 40; ++i) {
        QVERIFY(room.cache->putStudy(study(i, "North")));
    }
    room.show({1280, 800});
    QTRY_COMPARE(room.rows(), 40);
    room.filter()->setText(QStringLiteral("yamada"));
    room.table()->selectRow(3);
    const auto chosen = room.page->selected();
    QVERIFY(chosen.has_value());
    room.filter()->setText(QStringLiteral("山"));
    QCOMPARE(room.page->selected()->study.value, chosen->study.value);
    auto newer = study(400, "North"); // comes to the top and moves every row
    newer.studyDate = "20270101";
    QVERIFY(room.cache->putStudy(newer));
    room.page->refreshRows();
    QCOMPARE(room.page->selected()->study.value, chosen->study.value);
    room.filter()->setText(QStringLiteral("sato"));
    QVERIFY(!room.page->selected().has_value()); // never another patient's row instead
    QVERIFY(!room.part<QPushButton>("worklist.open")->isEnabled());
}

void WorklistWindowTest::patientsAreLinkedByAPerson()
{
    Room room;
    records::Reader reader;
    reader.name = dicom::PersonName::parse("Reader^R");
    reader.login = "reader1";
    QVERIFY(room.records->setReader(reader, "secret"));
    auto here = study(0, "North");
    auto there = study(4, "South"); // the same name, birth date and sex under another number
    auto other = study(8, "South");
    other.patientBirthDate = "19600305";
    QVERIFY(room.cache->putStudy(here) && room.cache->putStudy(there) && room.cache->putStudy(other));
    room.show({1280, 800});
    QTRY_COMPARE(room.rows(), 3);
    room.filter()->setText(window::text(here.patientId));
    QTest::mouseClick(room.part<QPushButton>("worklist.links"), Qt::LeftButton);
    auto* dialog = room.page->findChild<window::LinksDialog*>();
    QVERIFY(dialog != nullptr);
    QCOMPARE(dialog->findChildren<QPushButton*>(QStringLiteral("links.confirm")).size(), 1); // another birth date is not even offered
    QVERIFY(room.records->patientLinks()->empty());
    QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("links.confirm")), Qt::LeftButton);
    QTRY_VERIFY(dialog->findChild<QPushButton*>(QStringLiteral("links.takeBack")) != nullptr);
    QCOMPARE(room.records->patientLinks()->size(), std::size_t{1});
    QCOMPARE(room.records->patientLinks()->front().by, std::string("reader1"));
    QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("links.takeBack")), Qt::LeftButton);
    QTRY_VERIFY(dialog->findChild<QPushButton*>(QStringLiteral("links.confirm")) != nullptr);
    QVERIFY(room.records->patientLinks()->empty());
    dialog->close();
}

void WorklistWindowTest::picturesInBothLanguages()
{
    for (const char* language : {"en", "ja"}) {
        QTranslator translator;
        QLocale::setDefault(QLocale(QString::fromLatin1(language)));
        QVERIFY(translator.load(QStringLiteral(":/translations/akari_%1.qm").arg(QString::fromLatin1(language))));
        QApplication::installTranslator(&translator);
        Room room;
        test::HttpServer server(listing);
        room.addArchive("北総合病院", server.port(), "#4ea1ff", "KITA");
        room.addArchive("Minami Clinic", 9, "#4fbf7a", "");
        for (int i = 0; i < 300; ++i) {
            QVERIFY(room.cache->putStudy(study(i, i % 2 == 0 ? "北総合病院" : "Minami Clinic")));
        }
        room.show({1280, 800});
        QTRY_COMPARE(room.rows(), 300);
        QSignalSpy done(room.page.get(), &window::WorklistPage::archivesAnswered);
        room.page->refreshFromArchives();
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 1, kLong);
        QDir folder(QStringLiteral(AKARI_BINARY_DIR "/screenshots"));
        folder.mkpath(QStringLiteral("."));
        QTest::qWait(50);
        const QString scale = room.page->devicePixelRatioF() > 1 ? QStringLiteral("-150") : QString();
        QVERIFY(room.page->grab().save(folder.filePath(QStringLiteral("30-worklist-hospitals-%1%2.png").arg(QString::fromLatin1(language), scale))));
        room.page.reset();
        QApplication::removeTranslator(&translator);
    }
    QLocale::setDefault(QLocale(QLocale::English));
}

QTEST_MAIN(WorklistWindowTest)
#include "WorklistWindowTest.moc"
