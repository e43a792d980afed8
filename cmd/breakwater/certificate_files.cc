#include "cmd/breakwater/certificate_files.h"

#include <utility>

#include "controller/source/manifest_text.h"
#include "proxy/base/log.h"
#include "proxy/tls/server_certificate.h"

namespace breakwater::cmd {
namespace {

std::expected<std::string, std::string> read(const std::filesystem::path& path) {
    auto text = source::read_text(path.string());
    if (text) return text;
    return std::unexpected(path.string() + ": " + text.error());
}

}  // namespace

std::expected<void, std::string> CertificateFiles::reload() {
    auto chain = read(certificate_);
    if (!chain) return std::unexpected(chain.error());
    auto key = read(key_);
    if (!key) return std::unexpected(key.error());
    Texts texts{std::move(*chain), std::move(*key)};
    if (texts == tried_) return verdict_;
    tried_ = std::move(texts);
    verdict_ = {};
    const auto loaded = tls::ServerCertificate::load(tried_.chain_pem, tried_.key_pem);
    if (loaded) {
        context_ = std::make_shared<const tls::SocketContext>(**loaded);
    } else {
        verdict_ = std::unexpected(certificate_.string() + ": " + loaded.error());
    }
    return verdict_;
}

std::expected<void, std::string> CertificateFiles::open() {
    const std::scoped_lock lock(mutex_);
    stale_ = Deadline::after(clock_.now(), kFresh);
    return reload();
}

CertificateFiles::Context CertificateFiles::current() {
    const std::scoped_lock lock(mutex_);
    if (!stale_.passed(clock_.now())) return context_;
    stale_ = Deadline::after(clock_.now(), kFresh);
    const Context before = context_;
    if (const auto loaded = reload(); !loaded) {
        if (said_ != loaded.error()) {
            log::error("webhook certificate not taken; the one before is shown",
                       {{"reason", loaded.error()}});
        }
        said_ = loaded.error();
    } else {
        if (context_ != before)
            log::info("webhook certificate taken", {{"file", certificate_.string()}});
        said_.clear();
    }
    return context_;
}

}  // namespace breakwater::cmd
