#pragma once
// Single calls to the API server: read, create, replace or patch one object, or list a few.
//
// What is watched comes by reflectors; this is for what is written, and for the few objects that are
// only looked at. https://kubernetes.io/docs/reference/using-api/api-concepts/
//
// One thread at a time.

#include <chrono>
#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string_view>

#include "controller/kube/resource.h"
#include "controller/kube/session.h"

namespace breakwater::kube {

/// How a patch is written: RFC 7396, RFC 6902.
enum class PatchKind : std::uint8_t { merge, json };

class ApiClient {
public:
    /// The object as the server has it now. @error what is to be done about it, and in `reason` the
    /// API's own word: more than one thing is a 409.
    using Answer = std::expected<nlohmann::json, Trouble>;

    /// @param credentials  outlive this.
    /// @param time_limit   for one call, an answer to 401 included.
    explicit ApiClient(Credentials& credentials, Duration time_limit = std::chrono::seconds(10))
        : session_(credentials), time_limit_(time_limit) {}

    [[nodiscard]] Answer get(const Place& one, const std::stop_token& stop);
    /// At most `most` of them. @param labels  a selector, as in the API: `app=a,tier=b`; empty: all.
    [[nodiscard]] Answer list(const Place& all, std::string_view labels, std::size_t most,
                              const std::stop_token& stop);
    /// @param in  the collection.
    [[nodiscard]] Answer create(const Place& in, const nlohmann::json& object,
                                const std::stop_token& stop);
    /// A resourceVersion in `object` that is not the newest is a `Conflict`.
    [[nodiscard]] Answer replace(const Place& one, const nlohmann::json& object,
                                 const std::stop_token& stop);
    [[nodiscard]] Answer patch(const Place& one, PatchKind kind, const nlohmann::json& patch,
                               const std::stop_token& stop);

    static constexpr std::size_t kMaxAnswerBytes = 4 << 20;

private:
    Answer call(Request what, const Right& needed, const std::stop_token& stop);

    Session session_;
    const Duration time_limit_;
};

}  // namespace breakwater::kube
