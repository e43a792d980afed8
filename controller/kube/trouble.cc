#include "controller/kube/trouble.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "controller/kube/field.h"
#include "controller/kube/parse.h"

namespace breakwater::kube {
namespace {

using nlohmann::json;

/// A `Status`, as far as the body is one.
struct Status {
    int code = 0;
    std::string reason;
    std::string message;
    bool version_too_large = false;
};

Status read_status(const json& body) {
    std::optional<Mistake> ignored;  // what is not as expected stays empty
    const Field root(body, ignored);
    Status status;
    status.code = static_cast<int>(root["code"].port());
    status.reason = root["reason"].text();
    status.message = root["message"].text();
    for (const std::string& reason : root["details"]["causes"].list(
             [](const Field& cause) { return cause["reason"].text(); })) {
        if (reason == "ResourceVersionTooLarge") status.version_too_large = true;
    }
    return status;
}

/// For the log: one line, no longer than a line should be.
std::string clipped(std::string_view text) {
    constexpr std::size_t kMost = 300;
    return std::string(text.substr(0, kMost));
}

bool is_expired(const Status& status) {
    return status.code == 410 || status.reason == "Expired" || status.reason == "Gone" ||
           status.version_too_large;
}

std::string describe(const Status& status) {
    if (status.message.empty()) return fmt::format("the answer was {}", status.code);
    return clipped(fmt::format("{} {}: {}", status.code, status.reason, status.message));
}

}  // namespace

Trouble trouble_of(const Response& response, const Right& needed) {
    using Cause = Trouble::Cause;
    if (response.status == 0 || response.status / 100 == 2) {
        return {Cause::unreachable, response.text};
    }
    Status status;
    if (const auto body = parse_json(response.error_body)) status = read_status(*body);
    status.code = response.status;
    Trouble trouble{Cause::server, describe(status), response.retry_after, status.reason};
    if (is_expired(status)) {
        trouble.cause = Cause::expired;
    } else if (status.code == 401) {
        trouble.cause = Cause::refused;
    } else if (status.code == 403) {
        trouble.cause = Cause::forbidden;
        trouble.missing_right = fmt::format("{} {}", needed.verb, needed.resource);
        trouble.text = fmt::format("missing right: {}{}{}: {}", trouble.missing_right,
                                   needed.namespace_name.empty() ? "" : " in namespace ",
                                   needed.namespace_name, clipped(status.message));
    }
    return trouble;
}

Trouble trouble_of_status(const json& body) {
    const Status status = read_status(body);
    Trouble trouble{Trouble::Cause::server, describe(status), std::nullopt, status.reason};
    if (is_expired(status)) trouble.cause = Trouble::Cause::expired;
    return trouble;
}

}  // namespace breakwater::kube
