#include "controller/source/secret_fetcher.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "controller/kube/parse.h"
#include "controller/kube/target.h"

namespace breakwater::source {
namespace {

using kube::Key;
using kube::Kind;
using kube::Trouble;

constexpr const char* kWho = "Secrets by name";

}  // namespace

std::expected<Batch, Trouble> get_secret(kube::ApiClient& api, const Key& key,
                                         const std::stop_token& stop) {
    const auto answer = api.get({.resource = kube::resource_of(Kind::secret),
                                 .namespace_name = key.namespace_name,
                                 .name = key.name,
                                 .subresource = {}},
                                stop);
    if (!answer) {
        if (answer.error().reason == "NotFound") return Batch();
        return std::unexpected(answer.error());
    }
    if (kube::key_in(Kind::secret, *answer) != key) {
        return std::unexpected(
            Trouble{Trouble::Cause::garbled, "the answer is another object than was asked for"});
    }
    Batch batch;
    auto parsed = kube::parse_as(Kind::secret, *answer);
    if (parsed) {
        batch.put.push_back(*std::move(parsed));
    } else {
        batch.broken.push_back({{Kind::secret, key}, std::move(parsed.error())});
    }
    return batch;
}

SecretFetcher::SecretFetcher(KeptSecrets& secrets, kube::Credentials& credentials,
                             kube::Complaints& complaints, const kube::Pace& pace,
                             std::uint64_t seed)
    : secrets_(secrets), complaints_(complaints), backoff_(pace, seed), api_(credentials) {}

void SecretFetcher::run(const std::stop_token& stop) {
    while (const auto key = secrets_.next(stop)) fetch(*key, stop);
}

void SecretFetcher::fetch(const Key& key, const std::stop_token& stop) {
    auto batch = get_secret(api_, key, stop);
    if (stop.stop_requested()) return;
    if (!batch) {
        complaints_.wrong(kWho, batch.error());
        return secrets_.failed(key, backoff_.after(batch.error()));
    }
    backoff_.reset();
    complaints_.well(kWho);
    secrets_.fetched(key, *std::move(batch));
}

}  // namespace breakwater::source
