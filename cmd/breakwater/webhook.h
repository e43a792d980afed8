#pragma once
// The admission webhook as a part of the process: its server, its certificate, its view of the cluster.
// docs/admission.md.

#include <expected>
#include <string>

#include "cmd/breakwater/certificate_files.h"
#include "cmd/breakwater/options.h"
#include "controller/admission/reviewer.h"
#include "controller/loop.h"
#include "controller/source/source.h"
#include "proxy/admin/http_server.h"
#include "proxy/admin/metrics.h"

namespace breakwater::cmd {

class Webhook {
public:
    /// Judging is work of a few milliseconds: what comes beyond that many at once waits in the kernel.
    static constexpr std::size_t kThreads = 2;

    /// @param source, loop  whose objects and versions an Ingress is judged by; they outlive this.
    Webhook(const WebhookOptions& options, const source::Source& source,
            const controller::Loop& loop, admission::Law law);

    /// Answers from here on, until its end. Once.
    /// @error one sentence that names the flag
    [[nodiscard]] std::expected<void, std::string> start();

    /// Any thread.
    [[nodiscard]] admin::AdmissionFacts facts() const;

private:
    [[nodiscard]] admin::Answer answer(const std::string& body);

    const SocketAddress address_;
    CertificateFiles certificate_;
    admission::Reviewer reviewer_;
    admin::HttpServer server_;  // last: its threads use the others
};

}  // namespace breakwater::cmd
