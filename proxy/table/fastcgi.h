#pragma once
// What pods of FastCGI are told beside the request: `fastcgi-index`, `fastcgi-params-configmap`.
//
// `each_member()` is policy.h's. Values; any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace breakwater::table {

/// What a value may name: nginx's variables, of which each tells what a parameter of the same meaning does.
enum class CgiVariable : std::uint8_t {
    none,
    content_length,
    content_type,
    document_root,
    document_uri,  ///< the path, normalised, without the index
    https,         ///< `on`, or nothing
    query_string,
    remote_addr,
    remote_port,
    request_method,
    request_uri,  ///< as it was received, with its query
    scheme,
    script_name,  ///< the path, normalised, with the index where it ends in a slash
    server_addr,
    server_name,
    server_port,
    server_protocol,
    last_ = server_protocol,
};
inline constexpr std::size_t kCgiVariables = static_cast<std::size_t>(CgiVariable::last_) + 1;

struct FastCgiPart {
    std::string text;  ///< where it is no variable
    CgiVariable variable = CgiVariable::none;
    bool operator==(const FastCgiPart&) const = default;
};

struct FastCgiParam {
    std::string name;
    std::vector<FastCgiPart> value;
    bool operator==(const FastCgiParam&) const = default;
};

struct FastCgiPolicy {
    std::string index;  ///< appended to a path that ends in a slash; empty: none
    /// Where scripts are in the pod. Images of PHP have them there; ours cannot know.
    std::string document_root = "/var/www/html";
    /// By name, none twice. They go before whatever else has that name.
    std::vector<FastCgiParam> params;
    bool operator==(const FastCgiPolicy&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("index", of.index...);
        each("document_root", of.document_root...);
        each("params", of.params...);
    }
};

}  // namespace breakwater::table
