#pragma once
// 421 (RFC 9110 section 15.5.20) for a request on a connection whose certificate is not for its host,
// where the host has one: docs/decisions/client_certificates.md.

#include <memory>

#include "proxy/exchange/filter.h"
#include "proxy/table/certificate.h"

namespace breakwater::filters {

class MisdirectedFilter final : public exchange::Filter {
public:
    /// @param own  the host's certificate, not null
    explicit MisdirectedFilter(std::shared_ptr<const table::Certificate> own)
        : own_(std::move(own)) {}
    [[nodiscard]] std::string_view name() const override { return "misdirected"; }
    exchange::Verdict on_request(exchange::Exchange& ex) const override;

private:
    std::shared_ptr<const table::Certificate> own_;
};

}  // namespace breakwater::filters
