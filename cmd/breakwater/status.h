#pragma once
// What the ports show of the process: written by the control half's loop and by main, read by the
// admin servers' threads.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "cmd/breakwater/webhook.h"
#include "cmd/breakwater/writers.h"
#include "controller/loop.h"
#include "proxy/admin/metrics.h"
#include "proxy/serve/server.h"
#include "proxy/table/finding.h"

namespace breakwater::cmd {

class Status {
public:
    /// @param server   outlives this.
    /// @param writers  outlive this; null where there is no cluster.
    Status(const serve::Server& server, const Writers* writers, admin::Identity identity)
        : server_(server), writers_(writers), identity_(std::move(identity)) {}

    void note(const controller::Outcome& outcome);
    void note(std::shared_ptr<const table::Findings> findings);
    /// @param webhook  asked whenever metrics are; outlives this. Before the ports are opened.
    void watch(const Webhook& webhook) { webhook_ = &webhook; }
    /// Traffic should no longer come here.
    void stopping() { stopping_ = true; }

    // Any thread.

    [[nodiscard]] std::string why_unhealthy() const;
    [[nodiscard]] std::string why_not_ready() const;
    [[nodiscard]] std::string metrics() const;
    [[nodiscard]] std::string routes() const;
    [[nodiscard]] std::string match(const std::string& host, const std::string& path) const;
    [[nodiscard]] std::string findings() const;
    /// Not null.
    [[nodiscard]] std::shared_ptr<const table::Findings> findings_in_force() const;

private:
    const serve::Server& server_;
    const Writers* const writers_;
    const admin::Identity identity_;
    const Webhook* webhook_ = nullptr;
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;  ///< guards what follows
    admin::ControllerFacts controller_;
    std::shared_ptr<const table::Findings> findings_ = std::make_shared<table::Findings>();
};

}  // namespace breakwater::cmd
