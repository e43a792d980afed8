#pragma once
// From the objects of a cluster to the routing table and what is wrong with them.
//
// A pure function: no clock, no I/O, nothing kept between two calls. The cluster's controller, the
// manifest directory, the admission webhook, `breakwater check` and the tests all call this one.
//
// One bad object costs only itself: it becomes a Finding and the rest is built. Any thread.

#include <map>
#include <memory>

#include "controller/kube/shelf.h"
#include "controller/translate/checks.h"
#include "controller/translate/options.h"
#include "proxy/base/clock.h"
#include "proxy/table/finding.h"
#include "proxy/table/routing_table.h"

namespace breakwater::translate {

/// The version of each Ingress of ours that is served: the newest one whose annotations could be
/// accepted (annotations/row.h, OnBad::leave_out). An Ingress without one has no entry.
using Accepted = std::map<kube::Key, std::shared_ptr<const kube::Ingress>>;

struct Input {
    const kube::Objects& objects;
    const Accepted& accepted;  ///< what the translation before returned; empty at first
    WallTime now;              ///< decides only whether a certificate is about to expire
};

struct Translation {
    std::shared_ptr<const table::RoutingTable> table;
    table::Findings findings;  ///< sorted, none twice
    Accepted accepted;
};

/// @param before  the table before, or null. It only saves work: hosts, backends and certificates
///                that did not change are its nodes, by pointer. The result is equal without it.
[[nodiscard]] Translation translate(const Input& input, const table::RoutingTable* before,
                                    const Checks& checks, const Options& options);

}  // namespace breakwater::translate
