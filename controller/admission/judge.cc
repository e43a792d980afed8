#include "controller/admission/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "controller/admission/neighbours.h"
#include "controller/translate/class.h"
#include "controller/translate/missing_secret.h"

namespace breakwater::admission {
namespace {

using table::Finding;
using table::Findings;

constexpr std::size_t kMostReasons = 10;  ///< in one message

/// Those of `after` that `before` has not. A finding that has only moved, because a rule was put in before
/// its own, is not new: of equal texts about one object as many are new as there are more than before.
Findings added(const Findings& before, const Findings& after) {
    std::map<std::pair<table::ObjectRef, std::string>, std::ptrdiff_t> more;
    for (const Finding& finding : after) ++more[{finding.object, finding.text}];
    for (const Finding& finding : before) --more[{finding.object, finding.text}];
    Findings fresh;
    std::ranges::set_difference(after, before, std::back_inserter(fresh));
    std::erase_if(
        fresh, [&](const Finding& finding) { return more[{finding.object, finding.text}]-- <= 0; });
    return fresh;
}

bool refuses(const Finding& finding) {
    return finding.severity == table::Severity::error && !finding.elsewhere &&
           finding.object.kind == "Ingress";
}

std::string sentence_of(const Finding& finding) {
    return fmt::format("{}{}{}: {}", finding.object.to_string(), finding.field.empty() ? "" : ", ",
                       finding.field, finding.text);
}

Answer answer_of(const Findings& fresh) {
    Answer answer;
    std::size_t reasons = 0;
    for (const Finding& finding : fresh) {
        if (!refuses(finding)) {
            answer.warnings.push_back(sentence_of(finding));
            continue;
        }
        answer.allowed = false;
        if (++reasons > kMostReasons) continue;
        answer.message += (answer.message.empty() ? "" : "; ") + sentence_of(finding);
    }
    if (reasons > kMostReasons) {
        answer.message += fmt::format("; and {} more", reasons - kMostReasons);
    }
    return answer;
}

Answer let_through(std::size_t neighbours) {
    Answer answer;
    answer.warnings.push_back(
        fmt::format("not judged: {} Ingresses share a host or a Service with it", neighbours));
    return answer;
}

/// Secrets that were looked for and are not in the objects.
class Missing {
public:
    /// @param known  what is named in the cluster already: if it were there it would be in the objects
    explicit Missing(const kube::Keys& known) : asked_for_(known) {}

    /// Puts those into the objects that are there all the same.
    /// @return whether there were any: with them, others may be looked for
    bool fetch(const kube::Keys& looked_for, const View& view, kube::Objects& objects) {
        std::vector<kube::Key> unknown;
        for_each_difference(asked_for_, looked_for, [&](const auto& was, const auto& is) {
            if (!was && !objects.secrets.contains(*is)) unknown.push_back(*is);
        });
        if (!view.fetch || unknown.empty()) return false;
        FetchedSecrets fetched = view.fetch(unknown);
        for (const kube::Key& key : unknown) asked_for_.put(key);
        for (const kube::Key& key : fetched.unread) {
            const std::string name = key.to_string();
            unread_.push_back(translate::missing_secret(name));
            unread_.push_back(translate::missing_secret(translate::in_quotes(name)));
        }
        for (const kube::Object& secret : fetched.found) {
            objects.secrets.put(std::get<std::shared_ptr<const kube::Secret>>(secret));
        }
        return !fetched.found.empty();
    }

    /// Says that a Secret is missing of which nobody knows that.
    [[nodiscard]] bool may_not_be(const Finding& finding) const {
        return std::ranges::any_of(
            unread_, [&](const std::string& sentence) { return finding.text.contains(sentence); });
    }

private:
    kube::Keys asked_for_;
    std::vector<std::string> unread_;  ///< as findings would say that they are missing
};

}  // namespace

Judgement judge(const std::shared_ptr<const kube::Ingress>& ingress, const View& view,
                const Law& law, WallTime now) {
    translate::Report why_not;
    const bool is_ours = translate::is_ours(*ingress, view.objects, law.options, why_not);
    if (!is_ours && why_not.take().empty()) return {};

    kube::Objects objects = neighbours_of(*ingress, view.objects, view.accepted);
    if (objects.ingresses.size() > kMostNeighbours) {
        return {.answer = let_through(objects.ingresses.size()), .was_judged = false};
    }
    translate::Translation before =
        translate::translate({objects, view.accepted, now}, nullptr, law.checks, law.options);
    // Of the one before each keeps what has not changed.
    const auto again = [&](translate::Translation& last) {
        return translate::translate({objects, last.accepted, now}, std::move(last.memory),
                                    law.checks, law.options);
    };
    objects.ingresses.put(ingress);
    translate::Translation after = again(before);
    Missing missing(before.secrets);
    while (missing.fetch(after.secrets, view, objects)) after = again(after);
    std::erase_if(after.findings,
                  [&](const Finding& finding) { return missing.may_not_be(finding); });
    return {.answer = answer_of(added(before.findings, after.findings)),
            .ingresses = objects.ingresses.size()};
}

}  // namespace breakwater::admission
