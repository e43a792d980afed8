#include "cmd/breakwater/webhook.h"

#include <optional>
#include <utility>

#include "proxy/base/log.h"

namespace breakwater::cmd {
namespace {

admission::Reviewer::Look look_at(const source::Source& source, const controller::Loop& loop) {
    return [&source, &loop]() -> std::optional<admission::View> {
        source::Snapshot now = source.snapshot();
        if (!now.synced) return std::nullopt;
        return admission::View{.objects = std::move(now.objects), .accepted = loop.accepted()};
    };
}

}  // namespace

Webhook::Webhook(const WebhookOptions& options, const source::Source& source,
                 const controller::Loop& loop, admission::Law law)
    : address_(options.address.value()),
      certificate_(options.certificate, options.key),
      reviewer_(look_at(source, loop), std::move(law)),
      server_("webhook", {},
              {.take = [this](const std::string& body) { return answer(body); },
               .largest_bytes = admission::kLargestReviewBytes},
              [this] { return certificate_.current(); }) {}

std::expected<void, std::string> Webhook::start() {
    if (const auto opened = certificate_.open(); !opened) {
        return std::unexpected(opened.error() + " (--validating-webhook-certificate and -key)");
    }
    auto started = server_.start(address_, kThreads);
    const bool is_any = address_.ip == *IpAddress::parse("::");
    if (!started && is_any) {
        // A machine without IPv6. Where the port itself is the trouble, this says so again.
        started = server_.start({IpAddress(), address_.port}, kThreads);
    }
    if (!started) return std::unexpected(started.error() + " (--validating-webhook)");
    log::info("admission webhook", {{"address", server_.address().to_string()}});
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
