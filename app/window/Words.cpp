#include "app/window/Words.h"

#include <cmath>

#include <QDateTime>
#include <QLocale>
#include <QStringList>

#include <map>
#include "core/session/ImportJob.h"

namespace akari::window {

QString Words::language() { return QLocale().language() == QLocale::Japanese ? QStringLiteral("ja") : QStringLiteral("en"); }

QString Words::error(const Error& error)
{
    struct Entry {
        const char* code;
        const char* sentence;
    };
    static const Entry kEntries[] = {
        {"archive.unreachable",
         QT_TR_NOOP("The archive does not answer. Check the network and the address; what is cached stays readable.")},
        {"archive.login", QT_TR_NOOP("The archive refuses the sign-in, or it is over. Check it in the archive's settings or sign in again; "
                                     "what is cached stays readable.")},
        {"archive.tls", QT_TR_NOOP("The connection to the archive is not secure: its certificate can't be verified. Ask the hospital for "
                                   "its certificate authority.")},
        {"archive.notdicom", QT_TR_NOOP("This address answers, but not as a DICOMweb archive. Check the path, often /dicom-web.")},
        {"archive.notfound", QT_TR_NOOP("The archive does not have this study any more.")},
        {"archive.url",
         QT_TR_NOOP("This is no web address. Give the archive's DICOMweb root, for example https://pacs.example.org/dicom-web.")},
        {"archive.broken", QT_TR_NOOP("The archive broke off its answer. What arrived is kept; the rest is fetched at the next try.")},
        {"archive.refused", QT_TR_NOOP("The archive refused the request.")},
        {"archive.mismatch", QT_TR_NOOP("The archive sent objects that do not belong to this study. They were dropped.")},
        {"archive.certificate",
         QT_TR_NOOP("The archive wants a client certificate, or can't use the one it is given. Check the file and its password.")},
        {"archive.pin", QT_TR_NOOP("A pin begins with sha256// and has 44 more characters.")},
        {"archive.proxy", QT_TR_NOOP("The proxy can't be used. Check its address, user and password.")},
        {"archive.oversized", QT_TR_NOOP("The archive's answer is larger than anything it can be. It was not taken.")},
        {"archive.resting", QT_TR_NOOP("The archive asks to be left alone for some minutes.")},
        {"login.provider", QT_TR_NOOP("The sign-in service does not answer as it should. Check its address and the client id.")},
        {"login.refused", QT_TR_NOOP("The sign-in service did not let you in.")},
        {"login.timeout", QT_TR_NOOP("Nobody signed in in time. Try again.")},
        {"login.listener", QT_TR_NOOP("The browser can send nothing back. Check this computer's firewall.")},
        {"browser.unavailable", QT_TR_NOOP("No browser could be started.")},
        {"archive.changed", QT_TR_NOOP("Objects of this study have other content than before. The new content is shown, the old is kept.")},
        {"archive.withdrawn",
         QT_TR_NOOP("The archive lists fewer objects of this study than are kept here. Ask the hospital whether some were withdrawn.")},
        {"archive.gone", QT_TR_NOOP("The archive no longer has this study. What is here is what it had; ask the hospital why.")},
        {"archive.differs", QT_TR_NOOP("The archive has other objects of this study than were fetched before. Look at what is new.")},
        {"archive.cut",
         QT_TR_NOOP(
             "The archive cut its lists short, so nobody can say that this study is complete. Ask the hospital for a higher limit.")},
        {"archive.exists", QT_TR_NOOP("There is an archive of this name already. Choose another name.")},
        {"archive.inuse",
         QT_TR_NOOP("There is unfinished work for this archive: finish, discard or send its open drafts and reports first.")},
        {"archive.open", QT_TR_NOOP("A study of this archive is open or just being fetched. Close it first.")},
        {"report.discarded", QT_TR_NOOP("This draft was discarded. Start a new report.")},
        {"cache.damaged", QT_TR_NOOP("An object in the cache is damaged and is not shown. Sync the study to fetch it again.")},
        {"document.undisplayable", QT_TR_NOOP("This version lists documents but does not show PDF yet.")},
        {"disk.full", QT_TR_NOOP("The disk is full. Nothing was lost; make room and try again.")},
        {"data.busy", QT_TR_NOOP("Another Akari is using this data folder. Close it first.")},
        {"open.url", QT_TR_NOOP("This link is none that Akari opens.")},
        {"open.archive", QT_TR_NOOP("The link names an archive that is not configured here.")},
        {"study.ambiguous", QT_TR_NOOP("More than one archive may have this study; the link must name it.")},
        {"data.unwritable", QT_TR_NOOP("The data folder can't be written. Check its permissions.")},
        {"key.wrong", QT_TR_NOOP("This passphrase does not open the data folder.")},
        {"key.needed", QT_TR_NOOP("The data folder is locked. Enter its passphrase.")},
        {"key.code", QT_TR_NOOP("This recovery code was mistyped. It has eight groups of four letters and digits.")},
        {"keys.damaged", QT_TR_NOOP("The file of the archives' keys is damaged. Delete keys.json and the cache folder: studies are fetched "
                                    "again, reports are not touched.")},
        {"keychain.unavailable", QT_TR_NOOP("This computer's keychain can't be used. Set a passphrase instead.")},
        {"reader.none", QT_TR_NOOP("No reader is enrolled. Enrol yourself first (menu Akari, The reader …).")},
        {"reader.secret", QT_TR_NOOP("The signing passphrase is not right. Nothing was signed.")},
        {"report.signed", QT_TR_NOOP("This report is signed already.")},
        {"report.final", QT_TR_NOOP("This report is signed and can't be changed.")},
        {"session.subject", QT_TR_NOOP("This text belongs to another study than the one on screen; it was not saved here.")},
        {"sign.clock", QT_TR_NOOP("This computer's clock and the archive's differ by more than two minutes. Set the clock, then sign.")},
        {"sign.patient", QT_TR_NOOP("The report's patient is not the patient of the study on screen. Nothing was signed.")},
        {"measure.absent", QT_TR_NOOP("The image under this measurement is not loaded, so nothing is measured.")},
        {"measure.outside", QT_TR_NOOP("The measurement reaches beyond the image.")},
        {"memory.budget", QT_TR_NOOP("The studies opened need more memory than this computer has. Close another study.")},
        {"program.missing", QT_TR_NOOP("A part of Akari is missing beside the program. Install it again.")},
        {"dicom.unreadable", QT_TR_NOOP("The file is no DICOM object, or it is damaged.")},
        {"dicom.identity", QT_TR_NOOP("The object does not say which study, series and instance it is.")},
        {"file.unreadable", QT_TR_NOOP("This can't be read. Check that it exists and that you may read it.")},
        {"import.archive", QT_TR_NOOP("The archive is damaged or of a kind that can't be read; what came before the damage was imported.")},
        {"import.bomb", QT_TR_NOOP("The archive unpacks to far more than a medium holds; it was left out from here on.")},
        {"import.changed", QT_TR_NOOP("The file changed while it was read. Import it again when whoever writes it has finished.")},
        {"import.empty", QT_TR_NOOP("The file is empty.")},
        {"import.encrypted", QT_TR_NOOP("Encrypted. Unpack the archive with its password and import the folder.")},
        {"import.jpeg",
         QT_TR_NOOP("The JPEG is damaged or not of the baseline kind. Save it as baseline JPEG or PNG and import it again.")},
        {"import.member", QT_TR_NOOP("This member of the archive is damaged or stored in a way that can't be read.")},
        {"import.nested", QT_TR_NOOP("An archive inside an archive. Unpack it and import the folder.")},
        {"import.notdicom", QT_TR_NOOP("No DICOM object, archive, picture or document that can be imported.")},
        {"import.patient", QT_TR_NOOP("The study belongs to another patient. Nothing was imported.")},
        {"import.patientless", QT_TR_NOOP("A picture, document or video does not say whose it is. Select a study and attach it there.")},
        {"import.pdf", QT_TR_NOOP("The PDF document is cut short.")},
        {"import.png", QT_TR_NOOP("The PNG is damaged or larger than a picture in DICOM can be.")},
        {"import.rotated", QT_TR_NOOP("Stored turned or mirrored, with a note to show it upright. Save it upright and import it again.")},
        {"import.special", QT_TR_NOOP("A link, device, pipe or socket, no file.")},
        {"import.tooLarge", QT_TR_NOOP("Larger than an object that can be kept.")},
        {"import.truncated", QT_TR_NOOP("The object is cut short. Copy it again from its source.")},
        {"import.unpacker", QT_TR_NOOP("The unpacking program gave up on this file. It may be damaged.")},
        {"import.video", QT_TR_NOOP("The video is damaged or not H.264 of High profile up to level 4.2. Convert it and import it again.")},
        {"link.archive", QT_TR_NOOP("Both numbers belong to one hospital. Whether they are one patient is for that hospital to say.")},
        {"link.birthDate",
         QT_TR_NOOP("The two hospitals give different birth dates. Not shown as one patient; ask the hospitals which is right.")},
        {"link.none", QT_TR_NOOP("These two are not linked by a person. There is nothing to take back.")},
        {"link.sex", QT_TR_NOOP("The two hospitals give different sexes. Not shown as one patient; ask the hospitals which is right.")},
        {"link.unknown", QT_TR_NOOP("No study of this patient is known here yet. Ask the archives first.")},
        {"study.unknown", QT_TR_NOOP("The cache holds no readable object of this study yet.")},
    };
    for (const Entry& entry : kEntries) {
        if (error.code == entry.code) {
            return tr(entry.sentence);
        }
    }
    return text(error.message);
}

QString Words::check(const session::PreSignCheck& check)
{
    const auto argument = [&](std::size_t i) { return i < check.arguments.size() ? text(check.arguments[i]) : QString(); };
    if (check.code == "check.syncing") {
        return tr("The study is still arriving: %1 of %2 objects.").arg(argument(0), argument(1));
    }
    if (check.code == "check.offline") {
        return tr("The archive could not be asked whether the study is complete.");
    }
    if (check.code == "check.incomplete") {
        return tr("The study is incomplete: %1 of %2 objects are here.").arg(argument(0), argument(1));
    }
    if (check.code == "check.undecodable") {
        return tr("%1: %2 images could not be decoded.").arg(argument(0), argument(1));
    }
    if (check.code == "check.notLoaded") {
        return tr("%1: %2 images are not loaded.").arg(argument(0), argument(1));
    }
    if (check.code == "check.unreadable") {
        return tr("%1 objects of the study can't be read.").arg(argument(0));
    }
    if (check.code == "check.problem") {
        return argument(0);
    }
    if (check.code == "check.neverShown") {
        return tr("%1 (%2 images) was never on screen.").arg(argument(0), argument(1));
    }
    return text(check.code);
}

QString Words::splitKey(const std::string& key)
{
    const std::map<std::string, QString> words{
        {"imageKind", tr("kind of image")}, {"originality", tr("original or derived")}, {"frameOfReference", tr("frame of reference")},
        {"orientation", tr("orientation")}, {"stack", tr("stack")}, {"echo", tr("echo")}, {"bValue", tr("b-value")},
        {"diffusionDirection", tr("diffusion direction")}, {"kernel", tr("kernel")}, {"contrast", tr("contrast agent")},
        {"imageType", tr("image type")}, {"dimension", tr("dimension")}, {"temporalPosition", tr("temporal position")},
        {"triggerTime", tr("trigger time")}, {"cardiacPhase", tr("cardiac phase")}, {"acquisition", tr("acquisition")},
        {"acquisitionTime", tr("acquisition time")}};
    const auto found = words.find(key);
    return found == words.end() ? text(key) : found->second;
}

QString Words::date(const std::string& dicomDate)
{
    if (dicomDate.size() != 8) {
        return text(dicomDate);
    }
    return text(dicomDate.substr(0, 4) + "-" + dicomDate.substr(4, 2) + "-" + dicomDate.substr(6, 2));
}

QString Words::age(const std::string& birthDate, const std::string& studyDate)
{
    if (birthDate.size() != 8 || studyDate.size() != 8) {
        return {};
    }
    const int born = std::atoi(birthDate.c_str());
    const int seen = std::atoi(studyDate.c_str());
    const int years = (seen - born) / 10000;
    return years < 0 ? QString() : tr("%n y", nullptr, years);
}

QString Words::sex(const std::string& code)
{
    return code == "M" ? tr("male") : code == "F" ? tr("female") : code == "O" ? tr("other") : QString();
}

QString Words::name(const dicom::PersonName& name)
{
    QStringList groups;
    for (const auto* group : {&name.ideographic, &name.phonetic, &name.alphabetic}) {
        const QString words = text(dicom::PersonName::displayGroup(*group));
        if (!words.isEmpty()) {
            groups << words;
        }
    }
    return groups.isEmpty() ? tr("(no name)") : groups.join(QStringLiteral(" · "));
}

QString Words::archive(const std::string& archive)
{
    return importing::isMedia(archive) ? tr("Media") : text(archive);
}

QString Words::studyState(const session::WorklistRow& row)
{
    if (row.study.server.withdrawn) {
        return tr("! withdrawn");
    }
    if (row.study.server.changed) {
        return tr("! changed there");
    }
    switch (row.state) {
    case session::StudyState::Remote: return tr("in archive");
    case session::StudyState::Partial: return tr("%1/%2 here").arg(row.study.stored).arg(row.study.expected < 0 ? row.study.stored : row.study.expected);
    case session::StudyState::Cached: {
        // What a hospital's archive was asked about is said of originals only; a medium has nobody to ask.
        const QDateTime asked = QDateTime::fromString(text(row.study.lastSync), Qt::ISODate).toLocalTime();
        if (!asked.isValid() || importing::isMedia(row.study.archive)) {
            return tr("✓ here");
        }
        const bool today = asked.date() == QDate::currentDate();
        return tr("✓ verified %1").arg(asked.toString(today ? QStringLiteral("HH:mm") : QStringLiteral("yyyy-MM-dd")));
    }
    }
    return {};
}

QString Words::studyStateInFull(const session::WorklistRow& row)
{
    const auto& study = row.study;
    if (study.server.withdrawn) {
        return tr("The archive no longer has this study. %1 objects of it are here; ask the hospital why.").arg(study.stored);
    }
    if (study.server.changed) {
        return tr("The archive has other objects of this study than the %1 that are here. Open it to fetch them.").arg(study.stored);
    }
    switch (row.state) {
    case session::StudyState::Remote: return tr("In the archive; nothing of it is on this computer.");
    case session::StudyState::Partial:
        return study.expected > study.stored ? tr("%1 of %2 objects are here.").arg(study.stored).arg(study.expected)
                                             : tr("%1 objects are here; whether that is all has not been verified.").arg(study.stored);
    case session::StudyState::Cached: {
        const QDateTime asked = QDateTime::fromString(text(study.lastSync), Qt::ISODate).toLocalTime();
        return !asked.isValid() || importing::isMedia(study.archive)
                   ? tr("All %1 objects are here.").arg(study.stored)
                   : tr("All %1 objects are here, verified with the archive at %2.").arg(study.stored).arg(asked.toString(QStringLiteral("yyyy-MM-dd HH:mm")));
    }
    }
    return {};
}

QString Words::reportState(session::ReportState state)
{
    switch (state) {
    case session::ReportState::None: return {};
    case session::ReportState::Draft: return tr("draft");
    case session::ReportState::Queued: return tr("→ waiting to send");
    case session::ReportState::Delivered: return tr("✓ in archive");
    case session::ReportState::Failed: return tr("✗ not sent");
    }
    return {};
}

QString shortNumber(double value)
{
    return std::abs(value) >= 10 || value == std::round(value) ? QString::number(std::lround(value)) : QString::number(value, 'g', 3);
}

} // namespace akari::window
