#include "cmd/breakwater/webhook.h"

#include <memory>
#include <optional>
#include <utility>

#include "cmd/breakwater/certificate_files.h"
#include "cmd/breakwater/shared_certificate.h"
#include "controller/admission/secret_reader.h"
#include "proxy/base/log.h"

namespace breakwater::cmd {
namespace {

/// @param secrets  null where the source has all that there are
admission::Reviewer::Look look_at(const source::Source& source, const controller::Loop& loop,
                                  std::shared_ptr<admission::SecretReader> secrets) {
    return [&source, &loop, secrets = std::move(secrets)]() -> std::optional<admission::View> {
        source::Snapshot now = source.snapshot();
        if (!now.synced()) return std::nullopt;
        admission::View view{.objects = std::move(now.objects), .accepted = loop.accepted()};
        if (secrets) {
            view.fetch = [secrets](const std::vector<kube::Key>& keys) {
                return secrets->read(keys);
            };
        }
        return view;
    };
}

std::shared_ptr<admission::SecretReader> secrets_of(const std::optional<kube::Access>& access) {
    return access ? std::make_shared<admission::SecretReader>(*access) : nullptr;
}

std::expected<admin::Shown, std::string> open_files(const WebhookOptions& options) {
    auto files = std::make_shared<CertificateFiles>(options.certificate, options.key);
    if (const auto opened = files->open(); !opened) {
        return std::unexpected(opened.error() + " (--validating-webhook-certificate and -key)");
    }
    return [files] { return files->current(); };
}

std::expected<admin::Shown, std::string> open_secret(const WebhookOptions& options,
                                                     const std::optional<kube::Access>& access) {
    if (!access)
        return std::unexpected("--validating-webhook-secret is for a cluster, not for --manifests");
    auto shared = std::make_shared<SharedCertificate>(
        *access, admission::KeyPlaces{*options.secret, options.configuration});
    shared->start();
    return [shared] { return shared->current(); };
}

}  // namespace

std::expected<admin::Shown, std::string> open_certificate(
    const WebhookOptions& options, const std::optional<kube::Access>& access) {
    return options.secret ? open_secret(options, access) : open_files(options);
}

Webhook::Webhook(SocketAddress address, admin::Shown shown, const source::Source& source,
                 const std::optional<kube::Access>& access, const controller::Loop& loop,
                 admission::Law law)
    : address_(address),
      reviewer_(look_at(source, loop, secrets_of(access)), std::move(law)),
      server_("webhook", {},
              {.take = [this](const std::string& body) { return answer(body); },
               .largest_bytes = admission::kLargestReviewBytes},
              std::move(shown)) {}

std::expected<void, std::string> Webhook::start() {
    auto started = server_.start(address_, kThreads);
    const bool is_any = address_.ip == *IpAddress::parse("::");
    if (!started && is_any) {
        // A machine without IPv6. Where the port itself is the trouble, this says so again.
        started = server_.start({IpAddress(), address_.port}, kThreads);
    }
    if (!started) return std::unexpected(started.error() + " (--validating-webhook)");
    log::info("admission webhook listening", {{"address", server_.address().to_string()}});
    return {};
}

admin::Answer Webhook::answer(const std::string& body) {
    auto said = reviewer_.answer(body);
    if (!said) return {.status = 400, .body = said.error() + "\n"};
    return {.content_type = "application/json", .body = std::move(*said)};
}

admin::AdmissionFacts Webhook::facts() const {
    const admission::Counts counts = reviewer_.counts();
    return {.allowed = counts.allowed,
            .refused = counts.refused,
            .unjudged = counts.unjudged,
            .malformed = counts.malformed,
            .roundtrip = counts.last_took,
            .judging = counts.last_judging,
            .ingresses = counts.last_ingresses};
}

}  // namespace breakwater::cmd
