#include "proxy/table/dump_finding.h"

namespace breakwater::table {

nlohmann::ordered_json to_json_value(const Findings& findings) {
    auto out = nlohmann::ordered_json::array();
    for (const Finding& finding : findings) {
        out.push_back({{"object", finding.object.to_string()},
                       {"field", finding.field},
                       {"severity", finding.severity == Severity::error ? "error" : "warning"},
                       {"text", finding.text}});
    }
    return out;
}

}  // namespace breakwater::table
