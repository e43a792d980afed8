#pragma once
// From the objects of a cluster to the routing table and what is wrong with them.
//
// A pure function: no clock, no I/O, nothing kept between two calls. The cluster's controller, the
// manifest directory, the admission webhook, `breakwater check` and the tests all call this one.
//
// One bad object costs only itself: it becomes a Finding and the rest is built. Any thread.

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
using Accepted = kube::Shelf<kube::Ingress>;

struct Input {
    const kube::Objects& objects;
    const Accepted& accepted;  ///< what the translation before returned; empty at first
    WallTime now;              ///< decides only whether a certificate is about to expire
};

/// What a translation leaves for the next one, so that this costs what has changed (memory.h).
struct Memory;

struct Translation {
    std::shared_ptr<const table::RoutingTable> table;
    table::Findings findings;  ///< sorted, none twice
    Accepted accepted;
    /// Those that were looked for, there or not: with the same ones it is the same Shelf as before. Where all of
    /// them are, no other Secret can change the result.
    kube::Keys secrets;
    std::shared_ptr<Memory> memory;
};

/// @param before  of the translation before, with the same checks and options, which nobody uses any
///                more; or null. It only saves work: what did not change is its nodes, by pointer. The
///                result is equal without it.
[[nodiscard]] Translation translate(const Input& input, std::shared_ptr<Memory> before,
                                    const Checks& checks, const Options& options);

}  // namespace breakwater::translate
