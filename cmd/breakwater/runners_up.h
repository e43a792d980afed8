#pragma once
// The rules that a request matches beside the one that decides, and why they do not: they come later in
// the order of hosts and paths, or they are not in the table at all.

#include <string>
#include <string_view>

#include "cmd/breakwater/explain.h"
#include "proxy/admin/explanation.h"
#include "proxy/exchange/routes.h"

namespace breakwater::cmd {

/// A location of the table. Its field is empty: only the objects know where it is written.
[[nodiscard]] admin::ExplainedRule rule_of(const table::Host& host,
                                           const table::Location& location);

/// One question; what it is given outlives it.
class RunnersUp {
public:
    RunnersUp(const exchange::Routes& routes, const Evidence& evidence)
        : routes_(routes), evidence_(evidence) {}

    /// @param host, path  as matching reads them
    /// @param into  whose `rule` decides; gets its field, the findings about it, and the others
    void find(std::string_view host, std::string_view path, admin::Explanation& into) const;

private:
    void look_at(const kube::Ingress& ingress, std::string_view host, std::string_view path,
                 admin::Explanation& into) const;
    [[nodiscard]] std::string why_not(const kube::Ingress& ingress,
                                      const admin::ExplainedRule& rule,
                                      const admin::ExplainedRule& decides) const;
    [[nodiscard]] std::string why_left_out(const kube::Ingress& ingress,
                                           const admin::ExplainedRule& rule) const;
    [[nodiscard]] bool in_table(const admin::ExplainedRule& rule) const;
    [[nodiscard]] table::Findings findings_about(const admin::ExplainedRule& rule,
                                                 const std::string& service) const;

    const exchange::Routes& routes_;
    const Evidence& evidence_;
};

}  // namespace breakwater::cmd
