#include "controller/admission/neighbours.h"

#include <algorithm>
#include <set>
#include <string>

#include "proxy/base/ascii.h"

namespace breakwater::admission {
namespace {

/// Calls `visit` with everything that two Ingresses may meet at; a host and a Service never have one text.
template <class Visit>
void for_each_meeting(const kube::Ingress& ingress, const Visit& visit) {
    const auto at_service = [&](const kube::Ingress::Backend& backend) {
        visit("service " + ingress.meta.namespace_name + "/" + backend.service_name);
    };
    if (ingress.default_backend) {
        visit("host ");
        at_service(*ingress.default_backend);
    }
    for (const kube::Ingress::Rule& rule : ingress.rules) {
        visit("host " + lower_case(rule.host));
        for (const kube::Ingress::Path& path : rule.paths) at_service(path.backend);
    }
}

class Meetings {
public:
    void add(const kube::Ingress* ingress) {
        if (!ingress) return;
        for_each_meeting(*ingress, [&](std::string at) { all_.insert(std::move(at)); });
    }
    [[nodiscard]] bool has_any_of(const kube::Ingress& ingress) const {
        bool found = false;
        for_each_meeting(ingress, [&](const std::string& at) { found |= all_.contains(at); });
        return found;
    }

private:
    std::set<std::string> all_;
};

}  // namespace

kube::Objects neighbours_of(const kube::Ingress& ingress, const kube::Objects& all,
                            const translate::Accepted& accepted) {
    const kube::KeyView own = ingress.meta;
    Meetings meetings;
    meetings.add(&ingress);
    meetings.add(all.ingresses.find(own));
    meetings.add(accepted.find(own));

    kube::Objects near = all;
    near.ingresses = {};
    for (const auto& other : all.ingresses) {
        const kube::KeyView key = other->meta;
        const kube::Ingress* const version = accepted.find(key);
        const bool meets = key == own || meetings.has_any_of(*other) ||
                           (version && version != other.get() && meetings.has_any_of(*version));
        if (meets) near.ingresses.put(other);
    }
    return near;
}

}  // namespace breakwater::admission
