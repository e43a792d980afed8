#include "proxy/base/crypto/authorities.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "proxy/base/crypto/pem.h"

namespace breakwater::crypto {
namespace {

/// @param thing  what a block holds, for the sentence
template <class Ptr, auto kRead>
std::expected<std::vector<Ptr>, std::string> read_all(const std::string& pem, std::size_t most,
                                                      std::string_view thing) {
    auto [blocks, end] = read_blocks<Ptr, kRead>(pem, most);
    switch (end) {
        case PemBlocks<Ptr>::End::too_many:
            return std::unexpected(fmt::format("there are more than {} {}s", most, thing));
        case PemBlocks<Ptr>::End::broken:
            return std::unexpected(fmt::format("{} {} cannot be read", thing, blocks.size() + 1));
        case PemBlocks<Ptr>::End::all: break;
    }
    if (blocks.empty()) return std::unexpected(fmt::format("there is no {} in PEM form", thing));
    return std::move(blocks);
}

}  // namespace

std::expected<Authorities, std::string> read_authorities(const std::string& ca_pem,
                                                         const std::string& crl_pem) {
    Authorities read;
    auto certificates =
        read_all<X509Ptr, PEM_read_bio_X509>(ca_pem, kMostAuthorities, "certificate");
    if (!certificates) return std::unexpected(certificates.error());
    read.certificates = std::move(*certificates);
    if (crl_pem.empty()) return read;
    auto lists =
        read_all<CrlPtr, PEM_read_bio_X509_CRL>(crl_pem, kMostRevocationLists, "revocation list");
    if (!lists) return std::unexpected(lists.error());
    read.revocations = std::move(*lists);
    return read;
}

}  // namespace breakwater::crypto
