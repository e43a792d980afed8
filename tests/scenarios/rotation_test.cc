// Certificates are renewed again and again while clients make handshakes: none of them fails, and the
// last one is the one that is shown.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "proxy/base/crypto/hash.h"
#include "tests/support/proxy.h"
#include "tests/support/table_certificate.h"
#include "tests/support/tls_client.h"

namespace breakwater::test {
namespace {

constexpr int kRotations = 1'000;
constexpr int kRotationClients = 3;
constexpr const char* kRotatedName = "shop.example";

class Rotation : public testing::Test {
protected:
    /// The same host with one certificate after the other; of both kinds where `rsa` is set.
    /// Not by Proxy::publish(), which lets every loop come to rest: under load that takes long.
    void show(const std::shared_ptr<const table::Certificate>& certificate,
              const std::shared_ptr<const table::Certificate>& rsa) {
        auto table = table_to({pod.address()});
        auto host = std::make_shared<table::Host>(*table->catch_all);
        host->name = kRotatedName;
        host->certificate = certificate;
        host->rsa_certificate = rsa;
        table->hosts.push_back(std::move(host));
        ASSERT_TRUE(proxy.server().publish(table));
    }
    TlsClient client() {
        return {proxy.connect_tls_port().release(), {.server_name = kRotatedName}};
    }
    void shake_until(const std::atomic<bool>& over) {
        while (!over) {
            TlsClient each = client();
            EXPECT_TRUE(each.handshake()) << each.error();
            EXPECT_EQ(each.certificate_name(), kRotatedName);
            ++made;
            made.notify_one();
        }
    }

    Pod pod;
    Proxy proxy{table_to({pod.address()}), 2};
    std::atomic<std::size_t> made = 0;
};

std::string fingerprint(TlsClient& client) {
    const crypto::X509Ptr shown(SSL_get1_peer_certificate(client.ssl()));
    crypto::Sha256 digest{};
    X509_digest(shown.get(), EVP_sha256(), digest.data(), nullptr);
    return crypto::to_hex(digest);
}

TEST_F(Rotation, AThousandTimesAndNoHandshakeFails) {
    const auto one = certificate_for(kRotatedName);
    const auto other = certificate_for(kRotatedName);
    const auto rsa = certificate_for(kRotatedName, "RSA-2048");
    show(one, nullptr);
    std::atomic<bool> over = false;
    std::vector<std::thread> clients;
    for (int i = 0; i < kRotationClients; ++i) {
        clients.emplace_back([this, &over] { shake_until(over); });
    }
    for (int n = 1; n <= kRotations; ++n) {
        const std::size_t known = made;
        show(n % 2 == 0 ? one : other, n % 3 == 0 ? rsa : nullptr);
        made.wait(known);  // each comes in the middle of handshakes, however slow the machine
    }
    show(other, nullptr);
    over = true;
    for (std::thread& each : clients) each.join();
    proxy.server().settle();

    for (int i = 0; i < 4; ++i) {  // both workers
        TlsClient last = client();
        ASSERT_TRUE(last.handshake()) << last.error();
        EXPECT_EQ(fingerprint(last), other->fingerprint);
    }
}

}  // namespace
}  // namespace breakwater::test
