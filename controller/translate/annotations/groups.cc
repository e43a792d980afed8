#include "controller/translate/annotations/groups.h"

#include <array>
#include <unordered_map>

namespace breakwater::translate {
namespace {

using Index = std::unordered_map<std::string_view, const Row*>;

template <class Each>
Index index_rows(const Each& names_of) {
    Index index;
    for (const Rows rows : all_rows()) {
        for (const Row& row : rows) names_of(row, index);
    }
    return index;
}

const Row* find(const Index& index, std::string_view name) {
    const auto found = index.find(name);
    return found == index.end() ? nullptr : found->second;
}

}  // namespace

std::span<const Rows> all_rows() {
    static const std::array kGroups{
        backend_protocol_rows(), body_size_rows(), ciphers_rows(), client_certificate_rows(),
        fastcgi_rows(),          grpc_web_rows(),  hsts_rows(),    passthrough_rows(),
        proxy_ssl_rows(),        redirect_rows(),  retry_rows(),   service_upstream_rows(),
        timeout_rows(),
    };
    return kGroups;
}

const Row* find_row(std::string_view annotation) {
    static const Index kIndex = index_rows([](const Row& row, Index& index) {
        if (!row.name.empty()) index.emplace(row.name, &row);
        if (!row.alias.empty()) index.emplace(row.alias, &row);
    });
    return find(kIndex, annotation);
}

const Row* find_default(std::string_view config_key) {
    static const Index kIndex = index_rows([](const Row& row, Index& index) {
        if (!row.config_key.empty()) index.emplace(row.config_key, &row);
    });
    return find(kIndex, config_key);
}

table::Policies settle(const Draft& draft, const Place& place) {
    table::Policies policies = draft.policies;
    settle_redirects(draft.redirect, place, policies);
    return policies;
}

}  // namespace breakwater::translate
