// Certificates made on the spot for TLS servers and clients in tests. Whoever includes it links OpenSSL.
#pragma once

#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

namespace akari::test {

struct CertificateOptions {
    std::string name = "localhost"; // common name
    std::string alternatives = "DNS:localhost,IP:127.0.0.1";
    long beginsIn = -3600, endsIn = 86400; // seconds from now
    bool authority = false;
};

class Certificate {
public:
    // Signed by `by`, or by itself.
    explicit Certificate(const CertificateOptions& options = {}, const Certificate* by = nullptr)
        : m_key(EVP_EC_gen("P-256"), EVP_PKEY_free), m_x509(X509_new(), X509_free)
    {
        static long serial = 1000;
        X509* x = m_x509.get();
        X509_set_version(x, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
        X509_gmtime_adj(X509_getm_notBefore(x), options.beginsIn);
        X509_gmtime_adj(X509_getm_notAfter(x), options.endsIn);
        X509_set_pubkey(x, m_key.get());
        X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(options.name.c_str()), -1, -1, 0);
        X509_set_issuer_name(x, X509_get_subject_name(by ? by->m_x509.get() : x));
        extend(by, NID_basic_constraints, options.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
        if (!options.authority) {
            extend(by, NID_subject_alt_name, options.alternatives.c_str());
        }
        if (X509_sign(x, by ? by->m_key.get() : m_key.get(), EVP_sha256()) == 0) {
            throw std::runtime_error("certificate");
        }
    }

    // Certificate and key.
    std::string writePem(const std::filesystem::path& file, bool withKey = true, const std::string& password = {}) const
    {
        const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new_file(file.c_str(), "wb"), BIO_free_all);
        PEM_write_bio_X509(out.get(), m_x509.get());
        if (withKey) {
            PEM_write_bio_PrivateKey(out.get(), m_key.get(), password.empty() ? nullptr : EVP_aes_256_cbc(), nullptr, 0, nullptr,
                                     const_cast<char*>(password.empty() ? nullptr : password.c_str()));
        }
        return file.string();
    }
    std::string writePkcs12(const std::filesystem::path& file, const std::string& password) const
    {
        const std::unique_ptr<PKCS12, decltype(&PKCS12_free)> bag(
            PKCS12_create(password.c_str(), "client", m_key.get(), m_x509.get(), nullptr, 0, 0, 0, 0, 0), PKCS12_free);
        const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new_file(file.c_str(), "wb"), BIO_free_all);
        if (!bag || i2d_PKCS12_bio(out.get(), bag.get()) != 1) {
            throw std::runtime_error("PKCS#12");
        }
        return file.string();
    }
    X509* x509() const { return m_x509.get(); }
    EVP_PKEY* key() const { return m_key.get(); }

private:
    void extend(const Certificate* by, int kind, const char* value)
    {
        X509V3_CTX context;
        X509V3_set_ctx_nodb(&context);
        X509V3_set_ctx(&context, by ? by->m_x509.get() : m_x509.get(), m_x509.get(), nullptr, nullptr, 0);
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
        X509_add_ext(m_x509.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }

    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> m_key;
    std::unique_ptr<X509, decltype(&X509_free)> m_x509;
};

} // namespace akari::test
