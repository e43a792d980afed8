#pragma once
// What can be wrong between us and an API server, sorted by what is to be done about it.
//
// Pure. Any thread.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "controller/kube/http_client.h"
#include "proxy/base/clock.h"

namespace breakwater::kube {

struct Trouble {
    enum class Cause : std::uint8_t {
        credentials,  ///< we have none to show: a file, a plugin
        unreachable,  ///< no answer, or half of one
        refused,      ///< 401: read the credentials again
        forbidden,    ///< 403: a role lacks a right
        server,       ///< it answered, but not with what was asked
        garbled,      ///< it answered nonsense: begin again with a list
        expired,      ///< 410: begin again with a list; the ordinary way of things
        cut,          ///< a watch ended early, after it had worked: go on where it was
    };
    Cause cause = Cause::server;
    std::string text;  ///< for the log
    std::optional<Duration> retry_after = std::nullopt;
    /// The API's own word: `Conflict`, `NotFound`; empty where it says none.
    std::string reason = {};
    /// The right that is missing, wherever it is: `list ingresses.networking.k8s.io`; empty unless `forbidden`.
    std::string missing_right = {};

    /// It concerns the object of the request alone: that has gone or changed, or is not to the API's liking.
    [[nodiscard]] bool concerns_one_object() const {
        return reason == "NotFound" || reason == "Invalid" || reason == "Conflict";
    }
};

/// What a role has to allow for a request.
struct Right {
    std::string_view verb;       ///< `list`
    std::string resource;        ///< `ingresses.networking.k8s.io/status`
    std::string namespace_name;  ///< empty: it is asked for everywhere, or has no namespace
};

/// For a response that did not bring what was asked.
/// A watch from 200 on never comes here.
[[nodiscard]] Trouble trouble_of(const Response& response, const Right& needed);

/// For the Status object that an ERROR event of a watch carries.
[[nodiscard]] Trouble trouble_of_status(const nlohmann::json& status);

}  // namespace breakwater::kube
