#pragma once
// Why a request goes where it goes, for people: `breakwater explain` and /debug/explain print it.
//
// Values; any thread.

#include <string>
#include <vector>

#include "proxy/table/finding.h"

namespace breakwater::admin {

/// A path of an Ingress, as it is in force or was meant.
struct ExplainedRule {
    std::string ingress;  ///< `namespace/name`; empty: no Ingress says it
    std::string field;    ///< `spec.rules[0].http.paths[1]`; empty where it is no path of a rule
    std::string host;     ///< `*.example.com`; empty: all hosts
    std::string path_type;
    std::string path;

    bool operator==(const ExplainedRule&) const = default;
};

/// A rule that matches the request, too, and does not decide.
struct RunnerUp {
    ExplainedRule rule;
    std::string why;  ///< a clause: `a longer path goes first`
};

struct Explanation {
    std::string request;               ///< `GET http://a.example/b`
    std::string answer;                ///< one line: where it goes, or who answers it with what
    bool routed = false;               ///< else it is refused before anybody looks for what follows
    ExplainedRule rule;                ///< what decides
    std::string certificate;           ///< `namespace/secret` of the host; empty: none of its own
    std::string service;               ///< `namespace/name:port`; empty: none
    std::vector<std::string> filters;  ///< in chain order
    std::vector<std::string> endpoints;  ///< those that can be asked now
    table::Findings findings;            ///< about what decides
    std::vector<RunnerUp> others;
};

[[nodiscard]] std::string to_text(const Explanation& explanation);
[[nodiscard]] std::string to_json(const Explanation& explanation);

}  // namespace breakwater::admin
