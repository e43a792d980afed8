#include "controller/admission/reviewer.h"

#include <exception>
#include <utility>

#include "proxy/base/log.h"

namespace breakwater::admission {
namespace {

Answer let_through(std::string warning) {
    Answer answer;
    if (!warning.empty()) answer.warnings.push_back(std::move(warning));
    return answer;
}

}  // namespace

std::expected<std::string, std::string> Reviewer::answer(std::string_view body) {
    const Time began = clock_.now();
    const auto review = parse_review(body);
    if (!review) {
        note(&Counts::malformed);
        return std::unexpected(review.error());
    }
    std::string text = to_json(review->uid, judge_one(*review));
    const std::scoped_lock lock(mutex_);
    if (review->ingress) counts_.last_took = clock_.now() - began;
    return text;
}

Answer Reviewer::judge_one(const Review& review) {
    const std::optional<View> view = review.ingress ? look_() : std::nullopt;
    if (!view) {
        note(&Counts::unjudged);
        return let_through(review.ingress
                               ? "not judged: the objects of the cluster are not all read yet"
                               : review.why_not);
    }
    const Time began = clock_.now();
    try {
        Judgement judgement = judge(review.ingress, *view, law_, clock_.wall());
        if (!judgement.was_judged) {
            note(&Counts::unjudged);
            return std::move(judgement.answer);
        }
        note(judgement.answer.allowed ? &Counts::allowed : &Counts::refused);
        const std::scoped_lock lock(mutex_);
        counts_.last_judging = clock_.now() - began;
        counts_.last_ingresses = judgement.ingresses;
        return std::move(judgement.answer);
    } catch (const std::exception& error) {
        log::error("an Ingress could not be judged; it was let through",
                   {{"ingress", review.ingress->meta.key().to_string()}, {"reason", error.what()}});
        note(&Counts::unjudged);
        return let_through("not judged: an error of the controller, which its log names");
    }
}

void Reviewer::note(std::uint64_t Counts::* what) {
    const std::scoped_lock lock(mutex_);
    ++(counts_.*what);
}

Counts Reviewer::counts() const {
    const std::scoped_lock lock(mutex_);
    return counts_;
}

}  // namespace breakwater::admission
