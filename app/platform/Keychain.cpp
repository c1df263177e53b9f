#include "app/platform/Keychain.h"

#include <QEventLoop>
#include <qt6keychain/keychain.h>

namespace akari::platform {

namespace {

const QString kService = QStringLiteral("Akari");

void finish(QKeychain::Job& job)
{
    QEventLoop loop;
    job.setAutoDelete(false);
    job.setInsecureFallback(false);
    QObject::connect(&job, &QKeychain::Job::finished, &loop, &QEventLoop::quit);
    job.start();
    loop.exec();
}

tl::unexpected<Error> unavailable(const QKeychain::Job& job)
{
    return fail("keychain.unavailable",
                "This computer's keychain can't be used; set a passphrase for the data folder instead (AKARI_PASSPHRASE, or the dialog at "
                "start).",
                "keychain error " + std::to_string(static_cast<int>(job.error())));
}

} // namespace

Result<std::optional<Bytes>> Keychain::read(const std::string& name)
{
    QKeychain::ReadPasswordJob job(kService);
    job.setKey(QString::fromStdString(name));
    finish(job);
    if (job.error() == QKeychain::EntryNotFound) {
        return std::optional<Bytes>();
    }
    if (job.error() != QKeychain::NoError) {
        return unavailable(job);
    }
    const QByteArray data = job.binaryData();
    return std::optional<Bytes>(Bytes(data.begin(), data.end()));
}

Status Keychain::write(const std::string& name, BytesView secret)
{
    QKeychain::WritePasswordJob job(kService);
    job.setKey(QString::fromStdString(name));
    job.setBinaryData(QByteArray(reinterpret_cast<const char*>(secret.data()), static_cast<qsizetype>(secret.size())));
    finish(job);
    if (job.error() != QKeychain::NoError) {
        return unavailable(job);
    }
    return {};
}

Status Keychain::remove(const std::string& name)
{
    QKeychain::DeletePasswordJob job(kService);
    job.setKey(QString::fromStdString(name));
    finish(job);
    if (job.error() != QKeychain::NoError && job.error() != QKeychain::EntryNotFound) {
        return unavailable(job);
    }
    return {};
}

} // namespace akari::platform
