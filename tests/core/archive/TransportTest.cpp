// Whom the transport trusts, and what it says when it does not: against real TLS servers and proxies on the loopback.
#include "core/archive/HttpTransport.h"

#include "core/archive/DicomWeb.h"
#include "core/archive/PeerSeen.h"
#include "core/archive/Url.h"
#include "tests/support/Catch.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/TempFolder.h"
#include "tests/support/TlsWire.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

namespace transport_test {

namespace {

template <class T> std::string codeOf(const Result<T>& result)
{
    return result ? "" : result.error().code;
}

// A certificate authority, and a server for "localhost" and 127.0.0.1 that it vouches for.
struct TlsBench {
    TempFolder folder;
    Certificate authority{{"Test authority", "", -3600, 86400, true}};
    Certificate certificate;
    TlsServer tls;
    FakeArchive fake;

    explicit TlsBench(const CertificateOptions& options = {}, const TlsOptions& tlsOptions = {})
        : certificate(options, &authority), tls(certificate, tlsOptions), fake(tls.wiring())
    {
        fake.addSeries(2);
    }
    std::string file(const char* name) const { return (folder.path() / name).string(); }
    records::ArchiveSettings settings(const std::string& host = "localhost") const
    {
        records::ArchiveSettings settings;
        settings.name = "Fake";
        settings.url = "https://" + host + ":" + std::to_string(fake.port()) + "/dicom-web";
        settings.user = "user";
        settings.password = "secret";
        settings.certificateAuthority = authority.writePem(folder.path() / "ca.pem", false);
        return settings;
    }
    static Result<std::string> probe(const records::ArchiveSettings& settings) { return DicomWebClient(settings).probe(); }
    std::string keyPin() const
    {
        unsigned char* data = nullptr;
        const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.x509()), &data);
        const Bytes bytes(data, data + size);
        OPENSSL_free(data);
        return "sha256//" + base64(sha256(bytes));
    }
};

} // namespace

TEST_CASE("an archive's own certificate authority is trusted, and any other is not", "[core][archive][tls]")
{
    TlsBench bench;
    CHECK(codeOf(TlsBench::probe(bench.settings())) == "");
    CHECK(codeOf(TlsBench::probe(bench.settings("127.0.0.1"))) == "");
    auto settings = bench.settings();
    settings.certificateAuthority =
        Certificate({"Another authority", "", -3600, 86400, true}).writePem(bench.folder.path() / "other.pem", false);
    bench.fake.log.clear();
    const auto refused = TlsBench::probe(settings);
    CHECK(codeOf(refused) == "archive.tls");
    settings.certificateAuthority.clear(); // the system's
    CHECK(codeOf(TlsBench::probe(settings)) == "archive.tls");
    settings.certificateAuthority = bench.file("absent.pem");
    CHECK(codeOf(TlsBench::probe(settings)) == "archive.tls");
    CHECK(bench.fake.log.empty()); // no login reached a server that is not trusted
    // What was shown is named, so that somebody at the hospital can compare it.
    CHECK(refused.error().detail.find("certificate SHA-256 ") != std::string::npos);
    CHECK(refused.error().detail.find(bench.keyPin()) != std::string::npos);
}

TEST_CASE("a certificate that has expired, is of another host or of nobody's making is refused", "[core][archive][tls]")
{
    SECTION("expired")
    {
        TlsBench bench({"localhost", "DNS:localhost", -7200, -3600});
        const auto answer = TlsBench::probe(bench.settings());
        CHECK(codeOf(answer) == "archive.tls");
        CHECK(answer.error().detail.find("expired") != std::string::npos);
        CHECK(bench.fake.log.empty());
    }
    SECTION("another host")
    {
        TlsBench bench({"pacs.example.org", "DNS:pacs.example.org"});
        const auto answer = TlsBench::probe(bench.settings());
        CHECK(codeOf(answer) == "archive.tls");
        CHECK(answer.error().detail.find("certificate SHA-256 ") != std::string::npos);
        CHECK(bench.fake.log.empty());
    }
}

TEST_CASE("a line that breaks while the secure connection is made says nothing of a certificate", "[core][archive][tls]")
{
    const bool resets = GENERATE(false, true);
    struct HangsUp final : Wire {
        HangsUp(int connection, bool resets) : Wire(connection), m_resets(resets) {}
        bool open() override
        {
            char hello[16];
            ::recv(m_connection, hello, sizeof hello, 0); // unread bytes make the end a reset
            if (!m_resets) {
                char rest[4096];
                ::recv(m_connection, rest, sizeof rest, 0);
            }
            return false;
        }
        bool m_resets;
    };
    FakeArchive fake([&](int connection) { return std::make_unique<HangsUp>(connection, resets); });
    records::ArchiveSettings settings = fake.settings();
    settings.url.insert(4, "s");
    const auto answer = TlsBench::probe(settings);
    CHECK(codeOf(answer) == "archive.unreachable");
    CHECK(answer.error().detail.find("certificate") == std::string::npos);
}

TEST_CASE("TLS older than 1.2 is refused", "[core][archive][tls]")
{
    TlsBench old({}, {nullptr, TLS1_1_VERSION});
    CHECK(codeOf(TlsBench::probe(old.settings())) == "archive.tls");
    CHECK(old.fake.log.empty());
    TlsBench enough({}, {nullptr, TLS1_2_VERSION});
    CHECK(codeOf(TlsBench::probe(enough.settings())) == "");
}

TEST_CASE("a client certificate is shown where the archive wants one, as PEM or PKCS#12, with its password", "[core][archive][tls]")
{
    Certificate clients({"Clients' authority", "", -3600, 86400, true});
    Certificate own({"reader", "DNS:reader"}, &clients);
    TlsBench bench({}, {&clients, GENERATE(0, TLS1_2_VERSION)});
    auto settings = bench.settings();
    CHECK(codeOf(TlsBench::probe(settings)).rfind("archive.", 0) == 0);
    CHECK(codeOf(TlsBench::probe(settings)) == "archive.certificate");
    settings.clientCertificate = own.writePem(bench.folder.path() / "own.pem");
    CHECK(codeOf(TlsBench::probe(settings)) == "");
    settings.clientCertificate = own.writePem(bench.folder.path() / "locked.pem", true, "secret word");
    CHECK(codeOf(TlsBench::probe(settings)) == "archive.certificate");
    settings.clientKeyPassword = "secret word";
    CHECK(codeOf(TlsBench::probe(settings)) == "");
    settings.clientCertificate = own.writePkcs12(bench.folder.path() / "own.p12", "secret word");
    CHECK(codeOf(TlsBench::probe(settings)) == "");
    settings.clientKeyPassword = "wrong word";
    CHECK(codeOf(TlsBench::probe(settings)) == "archive.certificate");
    settings.clientCertificate = bench.file("absent.p12");
    CHECK(codeOf(TlsBench::probe(settings)) == "archive.certificate");
    // One that the archive's authority did not give.
    settings.clientCertificate = Certificate({"stranger", "DNS:stranger"}).writePem(bench.folder.path() / "stranger.pem");
    CHECK(codeOf(TlsBench::probe(settings)) == "archive.certificate");
}

TEST_CASE("a pinned key is the only one taken", "[core][archive][tls]")
{
    TlsBench bench;
    auto settings = bench.settings();
    settings.pin = bench.keyPin();
    CHECK(codeOf(TlsBench::probe(settings)) == "");
    const std::string other = "sha256//" + base64(sha256(asBytes("another key")));
    settings.pin = other + ";" + bench.keyPin();
    CHECK(codeOf(TlsBench::probe(settings)) == "");
    settings.pin = other;
    bench.fake.log.clear();
    const auto answer = TlsBench::probe(settings);
    CHECK(codeOf(answer) == "archive.tls");
    CHECK(answer.error().detail.find(bench.keyPin()) != std::string::npos);
    CHECK(bench.fake.log.empty());
    settings.pin = "sha256//short";
    CHECK(codeOf(TlsBench::probe(settings)) == "archive.pin");
    CHECK_FALSE(isPin(""));
    CHECK_FALSE(isPin(other + ";"));
    CHECK_FALSE(isPin("/etc/key.pem"));
    CHECK(isPin(other));
}

TEST_CASE("a study comes over TLS byte for byte", "[core][archive][tls]")
{
    TlsBench bench;
    DicomWebClient client(bench.settings());
    std::vector<Bytes> parts;
    const auto report = client.retrieveSeries(StudyInstanceUid("1.2.840.99.1"), SeriesInstanceUid("1.2.840.99.1.1"),
                                              [&](const SharedBytes& part) { parts.push_back(*part); });
    REQUIRE(report);
    CHECK(report->closed);
    CHECK(parts == std::vector<Bytes>{makeSlice(1), makeSlice(2)});
}

TEST_CASE("a proxy is used where one is set, with its login, and said to be at fault when it is", "[core][archive][proxy]")
{
    std::vector<std::string> targets, logins;
    HttpServer proxy([&](const HttpRequest& request) -> HttpResponse {
        targets.push_back(request.path);
        logins.push_back(request.fields.contains("proxy-authorization") ? request.fields.at("proxy-authorization") : "");
        if (logins.back().empty()) {
            return {407, {{"Proxy-Authenticate", "Basic realm=\"proxy\""}}, ""};
        }
        return {200, {{"Content-Type", "application/dicom+json"}}, "[]"};
    });
    records::ArchiveSettings settings;
    settings.url = "http://pacs.example.invalid/dicom-web"; // known to the proxy alone
    settings.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
    CHECK(codeOf(DicomWebClient(settings).probe()) == "archive.proxy");
    settings.proxyUser = "out";
    settings.proxyPassword = "word";
    CHECK(codeOf(DicomWebClient(settings).probe()) == "");
    CHECK(std::count(targets.begin(), targets.end(), "http://pacs.example.invalid/dicom-web/studies") >= 2);
    CHECK(targets.back() == "http://pacs.example.invalid/system"); // whether it is an Orthanc
    CHECK(logins.back() == "Basic b3V0OndvcmQ=");
    // Through a tunnel: the proxy's refusal is no fault of the archive's.
    settings.url = "https://pacs.example.invalid/dicom-web";
    settings.proxyUser.clear();
    CHECK(codeOf(DicomWebClient(settings).probe()) == "archive.proxy");
    settings.proxy = "http://127.0.0.1:1";
    CHECK(codeOf(DicomWebClient(settings).probe()).rfind("archive.", 0) == 0);
    settings.proxy = "http://user:word@127.0.0.1:1"; // a login does not stand in an address
    CHECK(codeOf(DicomWebClient(settings).probe()) == "archive.proxy");
    settings.proxy = "none";
    CHECK(codeOf(DicomWebClient(settings).probe()) == "archive.unreachable");
}

TEST_CASE("addresses are taken apart and resolved by the rules, and a login within one makes it useless", "[core][archive]")
{
    const Url base("https://Pacs.Example.org/a/dicom-web/studies/1/series/2/metadata");
    CHECK(base.origin() == "https://pacs.example.org:443");
    CHECK(base.resolved("instances/3/bulk/4").text() == "https://Pacs.Example.org/a/dicom-web/studies/1/series/2/instances/3/bulk/4");
    CHECK(base.resolved("../../bulk/4?x=1").path() == "/a/dicom-web/studies/1/bulk/4");
    CHECK(base.resolved("../../bulk/4?x=1").query() == "x=1");
    CHECK(base.resolved("/b").path() == "/b");
    CHECK(base.resolved("//other.example.org/b").origin() == "https://other.example.org:443");
    CHECK(base.resolved("http://pacs.example.org/b").origin() == "http://pacs.example.org:80");
    CHECK(base.resolved("HTTPS://PACS.example.ORG:443/b").origin() == base.origin());
    CHECK_FALSE(base.resolved("file:///etc/passwd").usable());
    CHECK_FALSE(base.resolved("https://user:word@pacs.example.org/b").usable());
    CHECK_FALSE(base.resolved("ftp://pacs.example.org/b").usable());
    CHECK_FALSE(Url("https://pacs.example.org/a b").usable());
    CHECK_FALSE(Url("https://pacs.example.org/\r\nX: y").usable());
    CHECK_FALSE(Url("").usable());
    CHECK(Url("http://[::1]:8042/x").isLoopback());
    CHECK_FALSE(Url("http://localhost.example.org/x").isLoopback());
}

} // namespace transport_test
