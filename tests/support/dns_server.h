#pragma once
// A name server on loopback, by UDP and TCP, that knows what the test tells it. RFC 1035.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "proxy/base/address.h"
#include "proxy/reactor/descriptor.h"

namespace breakwater::test {

class DnsServer {
public:
    struct Name {
        std::vector<std::string> addresses = {};  ///< IPv4 and IPv6
        std::uint32_t ttl_s = 300;
        std::string alias_of = {};        ///< a name whose addresses these are
        std::uint32_t alias_ttl_s = 300;  ///< of that record
        bool only_by_tcp = false;         ///< by UDP the answer is cut: section 4.2.1
        std::uint8_t refusal = 0;         ///< RCODE, section 4.1.1
        bool silent = false;              ///< never answered
    };

    /// @param names  lower case. All others do not exist.
    explicit DnsServer(std::map<std::string, Name> names);
    DnsServer(const DnsServer&) = delete;
    DnsServer& operator=(const DnsServer&) = delete;
    ~DnsServer();

    /// As Resolver takes it.
    [[nodiscard]] std::string address() const { return address_.to_string(); }
    /// From now on this is what is known of a name.
    void change(const std::string& name, Name to);
    /// Questions about it so far, of either family.
    [[nodiscard]] std::size_t times_asked(const std::string& name) const;
    /// Those of them whose answers have been sent.
    [[nodiscard]] std::size_t times_answered(const std::string& name) const;
    /// Whether a question has come that is never answered; waits for it.
    [[nodiscard]] bool was_asked_in_vain() const;

private:
    void serve_udp();
    void serve_tcp();
    Name look_up(const std::string& name);
    /// Empty: nothing is said.
    std::string answer(std::string_view question, bool by_tcp);
    /// Whoever has seen the answer sees it counted.
    void send_counted(std::string_view question, const std::function<void()>& send);

    mutable std::mutex mutex_;  ///< guards what is known, and how often it was said
    std::map<std::string, Name> names_;
    std::map<std::string, std::size_t> asked_;
    std::map<std::string, std::size_t> answered_;
    Descriptor udp_;
    Descriptor tcp_;
    SocketAddress address_;
    std::atomic<bool> asked_in_vain_{false};
    std::thread udp_thread_;
    std::thread tcp_thread_;
};

}  // namespace breakwater::test
