#pragma once
// The webhook's own authority and certificate, where nobody has given it any: what they are, how they lie
// in the Secret that all replicas share, and what the ValidatingWebhookConfiguration has to say of them.
//
// Pure but for the making of keys. Nothing of a key goes anywhere but into that Secret. Any thread.

#include <chrono>
#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/clock.h"
#include "proxy/base/crypto/self_signed.h"

namespace breakwater::admission {

struct Keys {
    crypto::PemPair authority;  ///< trusted by the API server
    crypto::PemPair own;        ///< shown to it
    std::string names;          ///< of `own`, as they were asked for
    /// The authority's certificate before this one: replicas show what it has signed until they look again.
    /// Empty: there was none.
    std::string authority_before = {};
};

inline constexpr std::chrono::days kAuthorityLifetime{3650};
inline constexpr std::chrono::days kOwnLifetime{365};
/// Before its end: another one takes its place. A tenth of a lifetime.
inline constexpr std::chrono::days kAuthorityRenewal{365};
inline constexpr std::chrono::days kOwnRenewal{36};

/// The names under which a ValidatingWebhookConfiguration has the API server ask: `web.ingress.svc`, or
/// `IP:10.0.0.1` of a URL. Each once; empty where it names nobody.
[[nodiscard]] std::vector<std::string> names_in(const nlohmann::json& configuration);

/// @return nothing where the Secret has none, or none that can be used
[[nodiscard]] std::optional<Keys> keys_in(const nlohmann::json& secret);

/// Whether they are made for these names, one by the other, and good for a while yet.
[[nodiscard]] bool are_good(const Keys& keys, const std::vector<std::string>& names, WallTime now);

/// New ones for these names, of the authority before where that can sign and is good for a while yet.
/// @error one sentence: a name that cannot be in a certificate
[[nodiscard]] std::expected<Keys, std::string> make_keys(const std::optional<Keys>& before,
                                                         const std::vector<std::string>& names,
                                                         WallTime now);

/// In the place of what is there; other data of the Secret stays.
void put_keys(const Keys& keys, nlohmann::json& secret);

/// The JSON patch (RFC 6902) that has each webhook of a configuration trust the authority, and the one before;
/// empty where each does.
[[nodiscard]] nlohmann::json trust_patch(const nlohmann::json& configuration, const Keys& keys);

}  // namespace breakwater::admission
