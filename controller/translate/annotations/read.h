#pragma once
// Reads annotations and the ConfigMap's defaults through the rows. Pure; any thread.

#include <span>
#include <string>
#include <vector>

#include "controller/kube/objects.h"
#include "controller/translate/annotations/draft.h"
#include "controller/translate/annotations/row.h"
#include "controller/translate/report.h"

namespace breakwater::translate {

/// A value that its row has accepted, and that other Ingresses may have a say in, too.
struct SharedSetting {
    const Row* row;
    std::string annotation;  ///< as it is spelled, with its prefix
    std::string value;
    bool operator==(const SharedSetting&) const = default;
};
using SharedSettings = std::vector<SharedSetting>;

/// What the annotations of one Ingress say.
struct Reading {
    Draft draft;
    SharedSettings server;   ///< Scope::server, for merge_server_scope(); `draft` has it, too
    SharedSettings backend;  ///< Scope::backend; `draft` has it, too
    bool left_out = false;   ///< a value refused under OnBad::leave_out
    bool denied = false;     ///< a value refused under OnBad::deny
};

/// Finds the row of an annotation, by name or alias without prefix: find_row(), or a test's own.
using FindRow = const Row* (*)(std::string_view annotation);

/// @param defaults  what holds where an annotation is not set, or refused.
/// @param prefix    without the slash, of the rows that ingress-nginx has; ours have kOwnPrefix.
/// @param checks    those that rows name.
/// @param instead   what the findings say is done where the Ingress is left out.
[[nodiscard]] Reading read_annotations(const kube::Ingress& ingress, const Draft& defaults,
                                       std::string_view prefix, std::string_view instead,
                                       FindRow find_row, const Checks& checks, Report& report);

/// The annotation by which an Ingress says a row, with its prefix: the name proper, unless it is not set and the alias is.
/// @param prefix  of ingress-nginx's names, without the slash; ours have kOwnPrefix
[[nodiscard]] std::string annotation_of(const Row& row, const kube::Ingress& ingress,
                                        std::string_view prefix);

/// Where a finding says that an annotation stands.
/// @param annotation  with its prefix.
[[nodiscard]] std::string annotation_field(std::string_view annotation);
/// @param prefix  of ingress-nginx's names, without the slash. @param name  one of them
[[nodiscard]] std::string annotation_field(std::string_view prefix, std::string_view name);

/// The first annotation, with its prefix, whose name begins so; empty where there is none.
/// @param prefix  of ingress-nginx's names, without the slash
[[nodiscard]] std::string_view first_annotation(const kube::Ingress& ingress,
                                                std::string_view prefix, std::string_view start);

/// What holds for a host: of each row with Scope::server, what the oldest of its Ingresses says that
/// sets it, else the default (ingress-nginx decides by the same order).
///
/// @param said  of the Ingresses with a rule for the host, the oldest first
[[nodiscard]] Draft merge_server_scope(const Draft& defaults,
                                       std::span<const SharedSettings* const> said);

/// @return whether a row has `key` for its default; `draft` then holds it, unless it was refused.
bool read_default(const table::ObjectRef& config_map, std::string_view key, std::string_view value,
                  const Checks& checks, Draft& draft, Report& report);

/// The finding for a value of the ConfigMap that a setter refused.
void report_default(const table::ObjectRef& config_map, std::string_view key,
                    std::string_view value, const Refusal& refusal, Report& report);

}  // namespace breakwater::translate
