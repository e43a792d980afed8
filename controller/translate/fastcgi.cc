#include "controller/translate/fastcgi.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "controller/translate/annotations/read.h"
#include "proxy/base/ascii.h"

namespace breakwater::translate {
namespace {

using table::CgiVariable;
using table::FastCgiPart;
using table::FastCgiPolicy;

constexpr std::string_view kDocumentRoot = "DOCUMENT_ROOT";

/// nginx's names.
constexpr std::array kVariables{
    std::pair{"args", CgiVariable::query_string},
    std::pair{"content_length", CgiVariable::content_length},
    std::pair{"content_type", CgiVariable::content_type},
    std::pair{"document_root", CgiVariable::document_root},
    std::pair{"document_uri", CgiVariable::document_uri},
    std::pair{"fastcgi_script_name", CgiVariable::script_name},
    std::pair{"host", CgiVariable::server_name},
    std::pair{"https", CgiVariable::https},
    std::pair{"query_string", CgiVariable::query_string},
    std::pair{"remote_addr", CgiVariable::remote_addr},
    std::pair{"remote_port", CgiVariable::remote_port},
    std::pair{"request_method", CgiVariable::request_method},
    std::pair{"request_uri", CgiVariable::request_uri},
    std::pair{"scheme", CgiVariable::scheme},
    std::pair{"server_addr", CgiVariable::server_addr},
    std::pair{"server_name", CgiVariable::server_name},
    std::pair{"server_port", CgiVariable::server_port},
    std::pair{"server_protocol", CgiVariable::server_protocol},
    std::pair{"uri", CgiVariable::document_uri},
};

CgiVariable variable_named(std::string_view name) {
    const auto found = std::ranges::find(
        kVariables, name, [](const auto& one) { return std::string_view(one.first); });
    return found == kVariables.end() ? CgiVariable::none : found->second;
}

std::size_t name_length(std::string_view text) {
    const auto end = std::ranges::find_if_not(
        text, [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; });
    return static_cast<std::size_t>(end - text.begin());
}

/// The variable's name behind a `$`, taken from `text` with its braces; empty: none is there.
std::string_view take_name(std::string_view& text) {
    const bool braces = text.starts_with('{');
    if (braces) text.remove_prefix(1);
    const std::string_view name = text.substr(0, name_length(text));
    text.remove_prefix(name.size());
    if (braces && !text.starts_with('}')) return {};
    if (braces) text.remove_prefix(1);
    return name;
}

/// One entry of the ConfigMap. @return why it is not sent
std::optional<Refusal> add(const std::string& name, const std::string& text,
                           FastCgiPolicy& policy) {
    auto value = parse_cgi_value(text);
    if (!value) return std::move(value.error());
    if (name != kDocumentRoot) {
        policy.params.push_back({name, std::move(*value)});
        return {};
    }
    const auto is_text = [](const FastCgiPart& part) { return part.variable == CgiVariable::none; };
    if (!std::ranges::all_of(*value, is_text)) return Refusal{.text = "has variables"};
    policy.document_root = text;
    return {};
}

}  // namespace

Value<std::vector<FastCgiPart>> parse_cgi_value(std::string_view text) {
    std::vector<FastCgiPart> parts;
    while (!text.empty()) {
        const std::string_view plain = text.substr(0, text.find('$'));
        if (!plain.empty()) parts.push_back({std::string(plain), CgiVariable::none});
        text.remove_prefix(plain.size());
        if (text.empty()) break;
        text.remove_prefix(1);
        const CgiVariable variable = variable_named(take_name(text));
        if (variable == CgiVariable::none) return refuse("has a variable that is not known here");
        parts.push_back({{}, variable});
    }
    return parts;
}

void read_fastcgi_params(Lookup& lookup, const Options& options, Chosen& chosen, Report& report) {
    const std::string& name = chosen.says.fastcgi_params;
    if (name.empty() || chosen.denied) return;
    const auto field = annotation_field(options.annotations_prefix, "fastcgi-params-configmap");
    const auto deny = [&](const std::string& why) {
        report.error(ref(*chosen.object), field, why + "; its paths answer 503");
        chosen.denied = true;
    };
    if (chosen.says.backend_protocol != table::BackendProtocol::fcgi) {
        return report.warn(ref(*chosen.object), field,
                           "says nothing without backend-protocol: FCGI");
    }
    const std::string& own = chosen.object->meta.namespace_name;
    const kube::Key key = kube::Key::from(name).value_or(kube::Key{own, name});
    const std::string which = "the ConfigMap " + in_quotes(key.to_string());
    if (key.namespace_name != own) return deny(which + " is in another namespace");
    const kube::ConfigMap* const config_map = lookup.config_map(key);
    if (!config_map) return deny(which + " does not exist");
    for (const auto& [param, value] : config_map->data) {  // sorted, as the policy wants it
        const auto refused = add(param, value, chosen.says.policies.fastcgi);
        if (!refused) continue;
        report.error(ref(kube::Kind::config_map, key), "data[" + param + "]",
                     in_quotes(value) + " " + refused->text + "; the parameter is not sent");
    }
}

}  // namespace breakwater::translate
