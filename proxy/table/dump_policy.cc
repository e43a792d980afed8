#include "proxy/table/dump_policy.h"

#include <chrono>
#include <concepts>

namespace breakwater::table {
namespace {

// What is not shown as it is.

std::string_view text_of(BackendProtocol protocol) {
    switch (protocol) {
        case BackendProtocol::http: return "http";
        case BackendProtocol::https: return "https";
        case BackendProtocol::auto_http: return "auto_http";
        case BackendProtocol::grpc: return "grpc";
        case BackendProtocol::grpcs: return "grpcs";
        case BackendProtocol::fcgi: return "fcgi";
    }
    return {};
}

/// Neither PEM texts nor the key: the Secret's name stands for them.
Json json(const BackendTls& tls) {
    return {{"secret", tls.secret},
            {"trusts", !tls.ca_pem.empty()},
            {"shows", !tls.key_pem.empty()},
            {"verify", tls.verify},
            {"verify_depth", tls.verify_depth},
            {"name", tls.name},
            {"send_name", tls.send_name},
            {"ciphers", tls.ciphers},
            {"tls12", tls.tls12},
            {"tls13", tls.tls13}};
}

Json json(const BackendProtocolPolicy& p) {
    Json out = {{"protocol", text_of(p.protocol)}};
    if (p.tls) out["tls"] = json(*p.tls);
    return out;
}

/// By its name: its value is the user's, and may be of no interest to who reads a dump.
Json json(const FastCgiParam& param) { return param.name; }

Json json(const TlsSettings& s) {
    Json protocols = Json::array();
    if (s.tls12) protocols.push_back("TLSv1.2");
    if (s.tls13) protocols.push_back("TLSv1.3");
    return {{"protocols", std::move(protocols)},
            {"ciphers", s.ciphers},
            {"groups", s.groups},
            {"session_tickets", s.session_tickets},
            {"session_timeout", s.session_timeout.count()},
            {"reject_unknown_names", s.reject_unknown_names},
            {"ocsp", s.ocsp}};
}

const char* text_of(ClientVerification verification) {
    switch (verification) {
        case ClientVerification::off: return "off";
        case ClientVerification::required: return "on";
        case ClientVerification::optional: return "optional";
        case ClientVerification::optional_no_ca: return "optional_no_ca";
    }
    return "";
}

Json json(const ClientCertificatePolicy& p) {
    if (p.unusable) return {{"unusable", true}};
    return {{"authorities", p.authorities ? p.authorities->name : ""},
            {"fingerprint", p.authorities ? p.authorities->fingerprint : ""},
            {"verification", text_of(p.verification)},
            {"depth", p.depth},
            {"error_page", p.error_page},
            {"pass_to_upstream", p.pass_to_upstream},
            {"subject", p.subject}};
}

Json json(Balance balance) { return kBalanceNames[static_cast<std::size_t>(balance)]; }

// All others.

Json json(std::chrono::seconds value) { return value.count(); }
Json json(const AddressRange& range) { return range.to_string(); }
Json json(const std::string& text) { return text; }
template <class Number>
    requires std::integral<Number>
Json json(Number number) {
    return number;
}

template <class Item>
Json json(const std::vector<Item>& items) {
    Json out = Json::array();
    for (const Item& item : items) out.push_back(json(item));
    return out;
}

template <class Struct>
    requires requires(const Struct& of) {
        Struct::each_member([](const char*, const auto&) {}, of);
    }
Json json(const Struct& of) {
    Json out = Json::object();
    const auto put = [&out](const char* name, const auto& member) { out[name] = json(member); };
    Struct::each_member(put, of);
    return out;
}

template <class Struct>
Json differences(const Struct& of) {
    Json out = Json::object();
    const auto put = [&out](const char* name, const auto& is, const auto& standard) {
        if (is != standard) out[name] = json(is);
    };
    Struct::each_member(put, of, Struct());
    return out;
}

}  // namespace

Json to_json_value(const Policies& policies) { return differences(policies); }
Json to_json_value(const HostPolicies& policies) { return differences(policies); }
Json to_json_value(const BackendPolicies& policies) { return differences(policies); }
Json to_json_value(const Settings& settings) { return differences(settings); }

}  // namespace breakwater::table
