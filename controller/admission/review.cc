#include "controller/admission/review.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "controller/kube/json_member.h"
#include "controller/translate/report.h"
#include "proxy/base/utf8.h"

namespace breakwater::admission {
namespace {

using kube::member;
using kube::text_member;
using nlohmann::json;

constexpr const char* kApiVersion = "admission.k8s.io/v1";
constexpr int kBadRequest = 400;  ///< as ingress-nginx refuses

/// What is not judged. @return a warning, or nothing where nobody needs to hear of it
std::expected<void, std::string> is_to_be_judged(const json& request) {
    const std::string_view operation = text_member(request, "operation");
    if (operation != "CREATE" && operation != "UPDATE") return std::unexpected("");
    if (!text_member(request, "subResource").empty()) return std::unexpected("");
    const json& kind = member(request, "kind");
    if (text_member(kind, "group") == "networking.k8s.io" && text_member(kind, "version") == "v1" &&
        text_member(kind, "kind") == "Ingress") {
        return {};
    }
    return std::unexpected(fmt::format("a {} is not judged: only Ingresses of networking.k8s.io/v1",
                                       translate::in_quotes(text_member(kind, "kind"))));
}

std::string cut(const std::string& text) {
    constexpr std::string_view kDots = "...";
    if (text.size() <= kLongestWarningBytes) return text;
    return std::string(cut_at_character(text, kLongestWarningBytes - kDots.size())).append(kDots);
}

json warnings_of(const std::vector<std::string>& all) {
    json out = json::array();
    for (const std::string& warning : all) {
        if (out.size() + 1 == kMostWarnings && all.size() > kMostWarnings) {
            out.push_back(fmt::format("and {} warnings more", all.size() - out.size()));
            break;
        }
        out.push_back(cut(warning));
    }
    return out;
}

}  // namespace

std::expected<Review, std::string> parse_review(std::string_view body) {
    const auto document = kube::parse_json(body, kReviewBounds);
    if (!document || !document->is_object() ||
        text_member(*document, "kind") != "AdmissionReview") {
        return std::unexpected("this is no AdmissionReview");
    }
    if (const std::string_view version = text_member(*document, "apiVersion");
        version != kApiVersion) {
        return std::unexpected(fmt::format("AdmissionReview is spoken in {} here, not in {}",
                                           kApiVersion, translate::in_quotes(version)));
    }
    const json& request = member(*document, "request");
    Review review{
        .uid = std::string(text_member(request, "uid")), .ingress = nullptr, .why_not = {}};
    if (review.uid.empty() || review.uid.size() > kLongestUidBytes) {
        return std::unexpected("the AdmissionReview has no request with a uid");
    }
    if (const auto judged = is_to_be_judged(request); !judged) {
        review.why_not = judged.error();
        return review;
    }
    auto object = kube::parse_as(kube::Kind::ingress, member(request, "object"));
    if (object) {
        review.ingress = std::get<std::shared_ptr<const kube::Ingress>>(std::move(*object));
    } else {
        // The API server has found it to be an Ingress: that we cannot read it is no reason to refuse it.
        review.why_not = fmt::format("the Ingress cannot be read, and would not be served: {}: {}",
                                     object.error().field, object.error().text);
    }
    return review;
}

std::string to_json(const std::string& uid, const Answer& answer) {
    json response{{"uid", uid}, {"allowed", answer.allowed}};
    if (!answer.allowed) {
        response["status"] = {{"status", "Failure"},
                              {"code", kBadRequest},
                              {"reason", "BadRequest"},
                              {"message", answer.message}};
    }
    if (!answer.warnings.empty()) response["warnings"] = warnings_of(answer.warnings);
    const json review{{"apiVersion", kApiVersion},
                      {"kind", "AdmissionReview"},
                      {"response", std::move(response)}};
    return review.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace breakwater::admission
