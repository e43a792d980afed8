#include "cmd/breakwater/writers.h"

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "controller/translate/class.h"
#include "proxy/base/log.h"

namespace breakwater::cmd {
namespace {

/// Where our Lease lies: with us.
std::string own_namespace(const admin::Identity& self, const kube::Access& access) {
    if (!self.controller_namespace.empty()) return self.controller_namespace;
    return access.namespace_name.empty() ? "default" : access.namespace_name;
}

void write_log(const kube::Complaints::Line& line) {
    if (line.wrong) {
        log::warn("cluster cannot be written", {{"what", line.what}, {"reason", line.reason}});
    } else {
        log::info("cluster is written again", {{"what", line.what}});
    }
}

report::StatusOptions status_options(const WriterOptions& options, const admin::Identity& self) {
    return {.addresses = {.publish_service = options.publish_service,
                          .publish_status_address = options.publish_status_address,
                          .node_internal_ip = options.report_node_internal_ip_address,
                          .own_pod = {self.controller_namespace, self.controller_pod}},
            .interval = options.status_update_interval,
            .clear_on_shutdown = options.update_status_on_shutdown};
}

report::OurIngresses ours_in(const source::Source& source, const translate::Options& options) {
    using All = std::vector<std::shared_ptr<const kube::Ingress>>;
    return [&source, options]() -> std::optional<All> {
        const source::Snapshot snapshot = source.snapshot();
        if (!snapshot.synced()) return {};
        translate::Report ignored;  // translation has said it
        All ours;
        for (const auto& ingress : snapshot.objects.ingresses) {
            if (translate::is_ours(*ingress, snapshot.objects, options, ignored)) {
                ours.push_back(ingress);
            }
        }
        return ours;
    };
}

}  // namespace

Writers::Writers(const kube::Access& access, const Options& options, const admin::Identity& self,
                 const source::Source& source)
    : election_id_(options.writers.election_id),
      credentials_(access),
      complaints_("API server " + access.cluster.url, write_log),
      events_(
          {.instance = election::own_identity(self.controller_pod),
           .sync_events = !options.writers.disable_sync_events,
           .translation = options.translation},
          source, [this] { return leads(); }, credentials_, complaints_) {
    const WriterOptions& writers = options.writers;
    if (!writers.disable_leader_election) {
        elector_ = std::make_unique<election::Elector>(
            election::ElectorOptions{.namespace_name = own_namespace(self, access),
                                     .name = writers.election_id,
                                     .identity = election::own_identity(self.controller_pod),
                                     .rhythm = {writers.election_ttl}},
            credentials_, complaints_, [this](bool) { wake(); });
    }
    if (writers.update_status) {
        status_ = std::make_unique<report::StatusWriter>(
            status_options(writers, self), ours_in(source, options.translation),
            [this] { return leads(); }, credentials_, complaints_);
    }
}

Writers::~Writers() {
    std::stop_source at_once;
    at_once.request_stop();
    stop(at_once.get_token());
}

void Writers::start() {
    if (elector_) elector_->start();
    if (status_) status_->start();
    events_.start();
}

void Writers::stop(const std::stop_token& at_once) {
    events_.stop();
    if (status_) status_->stop(at_once);
    if (elector_) elector_->stop(at_once);
}

void Writers::note(std::shared_ptr<const table::Findings> findings) {
    events_.note(std::move(findings));
}

void Writers::wake() {
    if (status_) status_->wake();
    events_.wake();
}

std::optional<admin::ElectionFacts> Writers::election() const {
    if (!elector_) return {};
    return admin::ElectionFacts{.name = election_id_, .leads = elector_->leads()};
}

}  // namespace breakwater::cmd
