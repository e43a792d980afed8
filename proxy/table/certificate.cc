#include "proxy/table/certificate.h"

#include <algorithm>

namespace breakwater::table {

bool covers(const std::vector<std::string>& dns_names, std::string_view host) {
    const std::size_t dot = host.find('.');
    const std::string_view parent =
        dot == host.npos || dot == 0 ? std::string_view() : host.substr(dot);
    return std::any_of(dns_names.begin(), dns_names.end(), [&](std::string_view name) {
        if (name == host) return true;
        return name.starts_with("*.") && !parent.empty() && name.substr(1) == parent;
    });
}

}  // namespace breakwater::table
