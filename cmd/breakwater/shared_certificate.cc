#include "cmd/breakwater/shared_certificate.h"

#include <utility>

#include "proxy/base/log.h"
#include "proxy/tls/server_certificate.h"

namespace breakwater::cmd {

SharedCertificate::SharedCertificate(kube::Access access, admission::KeyPlaces places)
    : credentials_(std::move(access)),
      keeper_(credentials_, std::move(places),
              [this](const admission::Keys& keys) { take(keys); }) {}

void SharedCertificate::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { keeper_.run(stop); });
}

void SharedCertificate::take(const admission::Keys& keys) {
    const auto loaded = tls::ServerCertificate::load(keys.own.chain_pem, keys.own.key_pem);
    if (!loaded) {  // somebody has put a certificate there that the keeper could read, and TLS cannot use
        log::error("webhook certificate not taken", {{"reason", loaded.error()}});
        return;
    }
    auto context = std::make_shared<const tls::SocketContext>(**loaded);
    const std::scoped_lock lock(mutex_);
    context_ = std::move(context);
}

SharedCertificate::Context SharedCertificate::current() const {
    const std::scoped_lock lock(mutex_);
    return context_;
}

}  // namespace breakwater::cmd
