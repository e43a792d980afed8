#include "controller/kube/api_client.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "controller/kube/parse.h"

namespace breakwater::kube {
namespace {

using nlohmann::json;
using Cause = Trouble::Cause;

constexpr std::string_view kJson = "application/json";

std::string_view content_type_of(PatchKind kind) {
    return kind == PatchKind::merge ? "application/merge-patch+json"
                                    : "application/json-patch+json";
}

/// A text that is not UTF-8, which no API server has sent, must not end the process.
std::string text_of(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

ApiClient::Answer ApiClient::get(const Place& one, const std::stop_token& stop) {
    return call({.method = Method::get, .target = one.path(), .content_type = {}, .body = {}},
                one.right_to("get"), stop);
}

ApiClient::Answer ApiClient::list(const Place& all, std::string_view labels, std::size_t most,
                                  const std::stop_token& stop) {
    std::string target = fmt::format("{}?limit={}", all.path(), most);
    if (!labels.empty()) target += "&labelSelector=" + percent_encode(labels);
    return call(
        {.method = Method::get, .target = std::move(target), .content_type = {}, .body = {}},
        all.right_to("list"), stop);
}

ApiClient::Answer ApiClient::create(const Place& in, const json& object,
                                    const std::stop_token& stop) {
    return call({.method = Method::post,
                 .target = in.path(),
                 .content_type = kJson,
                 .body = text_of(object)},
                in.right_to("create"), stop);
}

ApiClient::Answer ApiClient::replace(const Place& one, const json& object,
                                     const std::stop_token& stop) {
    return call({.method = Method::put,
                 .target = one.path(),
                 .content_type = kJson,
                 .body = text_of(object)},
                one.right_to("update"), stop);
}

ApiClient::Answer ApiClient::patch(const Place& one, PatchKind kind, const json& patch,
                                   const std::stop_token& stop) {
    return call({.method = Method::patch,
                 .target = one.path(),
                 .content_type = content_type_of(kind),
                 .body = text_of(patch)},
                one.right_to("patch"), stop);
}

ApiClient::Answer ApiClient::call(Request what, const Right& needed, const std::stop_token& stop) {
    what.time_limit = time_limit_;
    for (bool again = false;; again = true) {
        BoundedBody body(kMaxAnswerBytes);
        const auto response = session_.ask(what, body, stop);
        if (!response) return std::unexpected(response.error());
        // What a plugin had issued has ended: it is asked for another.
        if (response->status == 401 && !again) continue;
        if (response->end == Response::End::enough) {
            return std::unexpected(Trouble{Cause::garbled, "the answer is too large"});
        }
        if (!response->succeeded()) return std::unexpected(trouble_of(*response, needed));
        auto answer = parse_json(body.text());
        if (!answer) return std::unexpected(Trouble{Cause::garbled, "the answer is no JSON"});
        return *std::move(answer);
    }
}

}  // namespace breakwater::kube
