#pragma once
// Whether an Ingress may come into the cluster: what it would add to what is wrong there.
//
// The same translate() as for traffic, on the Ingress and those that it can have to do with
// (neighbours.h), without it and with it. An error that only the second one has, on this Ingress or on
// another that loses something to it, refuses; so an Ingress that was broken before may still be edited.
// What lies in an object that it names and that may come later (Finding::elsewhere), and every warning,
// is told and refuses nothing. docs/decisions/admission.md.
//
// Pure; any thread.

#include <cstddef>
#include <memory>

#include "controller/admission/review.h"
#include "controller/kube/shelf.h"
#include "controller/translate/translate.h"
#include "proxy/base/clock.h"

namespace breakwater::admission {

/// The cluster as it is now.
struct View {
    kube::Objects objects;
    translate::Accepted accepted;  ///< of what is served
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
