#pragma once
// AdmissionReview, admission.k8s.io/v1: what the API server asks a webhook, and what it is told.
//
// Pure; no exception leaves. Any thread.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "controller/kube/objects.h"
#include "controller/kube/parse.h"

namespace breakwater::admission {

/// The object comes twice (before and after), each at most as large as etcd takes one (1.5 MiB), beside
/// the rest.
inline constexpr std::size_t kLargestReviewBytes = 4UL * 1024 * 1024;
/// Twice what two Ingresses of that size have in them: eight for a path, which takes a hundred bytes.
inline constexpr kube::JsonBounds kReviewBounds{.depth = 100, .values = 400'000};
/// The API server's has 36.
inline constexpr std::size_t kLongestUidBytes = 128;

/// "Webhook response", in the API's documentation: longer warnings, and more in all, may be cut.
inline constexpr std::size_t kLongestWarningBytes = 256;
inline constexpr std::size_t kMostWarnings = 15;

struct Review {
    std::string uid;  ///< goes back with the answer
    /// Null where there is nothing to judge: another kind, another operation than CREATE and UPDATE, a
    /// subresource; `why_not` is then a warning, or empty.
    std::shared_ptr<const kube::Ingress> ingress;
    std::string why_not;
};

struct Answer {
    bool allowed = true;
    std::string message;  ///< why not; for people
    std::vector<std::string>
        warnings;  ///< whole sentences; cut here where they are too long or many
};

/// @error one sentence: no AdmissionReview, or none of the version that is spoken here
[[nodiscard]] std::expected<Review, std::string> parse_review(std::string_view body);

[[nodiscard]] std::string to_json(const std::string& uid, const Answer& answer);

}  // namespace breakwater::admission
