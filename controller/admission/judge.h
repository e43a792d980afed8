#pragma once
// Whether an Ingress may come into the cluster: what it would add to what is wrong there.
//
// The same translate() as for traffic, on the Ingress and those that it can have to do with
// (neighbours.h), without it and with it. An error that only the second one has, on this Ingress or on
// another that loses something to it, refuses; so an Ingress that was broken before may still be edited.
// What lies in an object that it names and that may come later (Finding::elsewhere), and every warning,
// is told and refuses nothing. docs/decisions/admission.md.
//
// A Secret that is not known and could not be asked for in time is taken for one that may be there.
//
// Pure but for View::fetch; any thread.

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "controller/admission/review.h"
#include "controller/kube/shelf.h"
#include "controller/translate/translate.h"
#include "proxy/base/clock.h"

namespace breakwater::admission {

/// What asking for Secrets by name has brought. Of those that are in neither it is known that they are not there.
struct FetchedSecrets {
    std::vector<kube::Object> found;
    std::vector<kube::Key> unread;  ///< nobody could say so in time
};

/// The cluster as it is now.
struct View {
    kube::Objects objects;
    translate::Accepted accepted;  ///< of what is served
    /// Asks for Secrets that nothing in the cluster names yet, which a source need not have (Source::keep()). Empty:
    /// the objects have all that there are.
    std::function<FetchedSecrets(const std::vector<kube::Key>&)> fetch = {};
};

/// How it is read.
struct Law {
    translate::Options options;
    translate::Checks checks;
};

/// Those that an Ingress shares a host or a Service with, itself as it was among them. Beyond, it is let
/// through: two translations of so many take some 200 ms.
inline constexpr std::size_t kMostNeighbours = 2000;

struct Judgement {
    Answer answer;
    bool was_judged = true;
    std::size_t ingresses = 0;  ///< that were looked at
};

[[nodiscard]] Judgement judge(const std::shared_ptr<const kube::Ingress>& ingress, const View& view,
                              const Law& law, WallTime now);

}  // namespace breakwater::admission
