#pragma once
// Asks for the addresses that status shall say, each time anew: a load balancer is given its address
// late, and pods move.

#include <expected>
#include <optional>
#include <stop_token>
#include <string>

#include "controller/kube/api_client.h"
#include "controller/report/addresses.h"

namespace breakwater::report {

struct AddressOptions {
    std::optional<kube::Key> publish_service;
    std::string publish_status_address;
    bool node_internal_ip = false;
    kube::Key own_pod;  ///< empty texts: not known
};

class AddressFinder {
public:
    explicit AddressFinder(AddressOptions options) : options_(std::move(options)) {}

    /// @return none where there are none (yet).
    /// @error of the API server, or that it is not known which pod we are.
    [[nodiscard]] std::expected<Addresses, kube::Trouble> find(kube::ApiClient& client,
                                                               const std::stop_token& stop) const;

private:
    std::expected<Addresses, kube::Trouble> of_nodes(kube::ApiClient& client,
                                                     const std::stop_token& stop) const;

    const AddressOptions options_;
};

}  // namespace breakwater::report
