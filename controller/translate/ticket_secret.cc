#include "controller/translate/ticket_secret.h"

#include <expected>
#include <string>
#include <utility>

namespace breakwater::translate {
namespace {

constexpr const char* kSeed = "seed";
/// As much as the hash that is made of it holds.
constexpr std::size_t kLeastSeedBytes = 32;

std::expected<std::string, std::string> seed_of(const kube::Secret* secret) {
    if (!secret) return std::unexpected("the Secret does not exist");
    const auto seed = secret->data.find(kSeed);
    if (seed == secret->data.end()) return std::unexpected("the Secret has no key \"seed\"");
    if (seed->second.size() < kLeastSeedBytes) {
        return std::unexpected("the seed has fewer than " + std::to_string(kLeastSeedBytes) +
                               " bytes");
    }
    return seed->second;
}

}  // namespace

std::shared_ptr<const table::TicketSecret> find_ticket_secret(Lookup& lookup,
                                                              const Options& options,
                                                              Report& report) {
    if (!options.session_ticket_secret) return nullptr;
    const kube::Key& key = *options.session_ticket_secret;
    std::expected<std::string, std::string> seed = seed_of(lookup.secret(key).get());
    if (seed) {
        return std::make_shared<const table::TicketSecret>(
            table::TicketSecret{.name = key.to_string(), .seed = std::move(*seed)});
    }
    report.error(ref(kube::Kind::secret, key), std::string("data[") + kSeed + "]",
                 seed.error() +
                     " (--session-ticket-secret); sessions are not resumed by other "
                     "replicas");
    return nullptr;
}

}  // namespace breakwater::translate
