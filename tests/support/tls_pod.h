#pragma once
// A pod that speaks TLS by OpenSSL's own socket code, on threads of its own, and answers each request of
// HTTP/1.1 with a 200.

#include <openssl/types.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/certificate_maker.h"
#include "tests/support/pod.h"

namespace breakwater::test {

struct TlsPodOptions {
    PemPair certificate = make_certificate_for({"pod.test"});
    bool asks = false;      ///< for a certificate, of whomever
    std::string alpn = {};  ///< what it chooses; with one it only keeps what it is sent
};

class TlsPod {
public:
    /// @param pod  whose connections it takes; outlives this
    TlsPod(Pod& pod, const TlsPodOptions& options);
    ~TlsPod();
    TlsPod(const TlsPod&) = delete;
    TlsPod& operator=(const TlsPod&) = delete;

    // Of the last handshake that has come to its end.

    /// The name asked for; empty: none.
    [[nodiscard]] std::string server_name() const;
    /// The common name of the certificate that was shown; empty: none was.
    [[nodiscard]] std::string client_name() const;
    /// `TLSv1.2 ECDHE-…`
    [[nodiscard]] std::string session() const;
    [[nodiscard]] int handshakes() const { return handshakes_; }
    /// The first bytes that it was sent; waits for as many.
    std::string next_bytes(std::size_t bytes);

private:
    void accept_all();
    void serve(int fd);
    void note(SSL* ssl);

    Pod& pod_;
    TlsPodOptions options_;
    SSL_CTX* context_;
    mutable std::mutex lock_;
    std::condition_variable arrived_;
    std::string server_name_;
    std::string client_name_;
    std::string session_;
    std::string received_;
    std::vector<int> connections_;
    std::vector<std::thread> threads_;
    std::atomic<int> handshakes_{0};
    std::atomic<bool> ending_{false};
    std::thread accepting_;
};

}  // namespace breakwater::test
