#pragma once
// The admission webhook as a part of the process: its server, its certificate, its view of the cluster.
// docs/admission.md.

#include <expected>
#include <string>

#include "cmd/breakwater/options.h"
#include "controller/admission/reviewer.h"
#include "controller/kube/access.h"
#include "controller/loop.h"
#include "controller/source/source.h"
#include "proxy/admin/http_server.h"
#include "proxy/admin/metrics.h"

namespace breakwater::cmd {

class Webhook {
public:
    /// Judging is work of milliseconds, and what one review costs is what all of them cost at a time.
    static constexpr std::size_t kThreads = 1;

    /// @param shown   what the API server is shown, as HttpServer has it
    /// @param source, loop  whose objects and versions an Ingress is judged by; they outlive this.
    /// @param access  to the cluster that the source reads; nothing: it reads files
    Webhook(SocketAddress address, admin::Shown shown, const source::Source& source,
            const std::optional<kube::Access>& access, const controller::Loop& loop,
            admission::Law law);

    /// Answers from here on, until its end. Once.
    /// @error one sentence that names the flag
    [[nodiscard]] std::expected<void, std::string> start();

    /// Any thread.
    [[nodiscard]] admin::AdmissionFacts facts() const;

private:
    [[nodiscard]] admin::Answer answer(const std::string& body);

    const SocketAddress address_;
    admission::Reviewer reviewer_;
    admin::HttpServer server_;  // last: its threads use the others
};

/// Where the certificate comes from that it is shown, by files or by a Secret.
/// @param access  to the cluster that has the Secret; nothing: there is none
/// @return a function that owns all it needs @error one sentence that names the flag
[[nodiscard]] std::expected<admin::Shown, std::string> open_certificate(
    const WebhookOptions& options, const std::optional<kube::Access>& access);

}  // namespace breakwater::cmd
