#pragma once
// Paths that no request ever comes to, because another one of the host takes all of theirs. Pure; any thread.

#include "controller/translate/plan.h"
#include "controller/translate/report.h"

namespace breakwater::translate {

/// A default backend is for what no path matches: one that answers only for hosts with a Prefix `/` is never
/// asked.
/// @param answers  for unknown hosts, find_catch_all(); may be null
void report_shadowed_default_backends(const Plan& plan, const Chosen* answers, Report& report);

/// Ingress v1, pathType Prefix, compares segments: `/foo` and `/foo/` match the same requests, and the longer goes first.
/// Where they do not lead to the same, whoever wrote the shorter is told.
void report_shadowed(const PlannedHost& host, Report& report);

}  // namespace breakwater::translate
