#pragma once
// Why a request goes where it goes: which Ingress and rule decide, what its filters say, and why the other
// rules that match do not count.
//
// The same matchers and filters as for traffic, on the table in force or on one that the same translation
// makes; what did not make it into the table is looked up among the objects. Any thread.

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "cmd/breakwater/options.h"
#include "controller/kube/shelf.h"
#include "proxy/admin/explanation.h"
#include "proxy/admin/http_server.h"
#include "proxy/exchange/routes.h"

namespace breakwater::cmd {

/// A request as curl is told of one.
struct Question {
    std::string url;  ///< without a scheme it is http
    std::string method = "GET";
    std::vector<std::string> headers =
        {};  ///< `Name: value`; a Host among them goes before the URL's
};

/// What is known beside the table.
struct Evidence {
    const kube::Objects& objects;
    const table::Findings& findings;
    const translate::Options& options;
};

/// @param routes  not null
/// @error one sentence: what in the question cannot be understood
[[nodiscard]] std::expected<admin::Explanation, std::string> explain(
    const Question& question, const std::shared_ptr<const exchange::Routes>& routes,
    const Evidence& evidence);

/// The page /debug/explain, asked with `url`, `method`, `header` and `output`.
[[nodiscard]] admin::Answer explain_page(const admin::Query& query,
                                         const std::shared_ptr<const exchange::Routes>& routes,
                                         const Evidence& evidence);

/// `breakwater explain`. Blocks. @return what it prints @error one sentence: why it cannot say
[[nodiscard]] std::expected<std::string, std::string> explain(const Options& options);

}  // namespace breakwater::cmd
