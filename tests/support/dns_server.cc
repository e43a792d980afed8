#include "tests/support/dns_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <utility>

#include "tests/support/peer.h"

namespace breakwater::test {
namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::uint16_t kA = 1;
constexpr std::uint16_t kCname = 5;
constexpr std::uint16_t kAaaa = 28;
constexpr std::uint8_t kNoSuchName = 3;

template <class Number>
void put(std::string& to, Number number) {
    for (int shift = 8 * (sizeof number - 1); shift >= 0; shift -= 8) {
        to += static_cast<char>(number >> shift & 0xff);
    }
}

std::string labels(const std::string& name) {
    std::string out;
    for (std::size_t begin = 0; begin < name.size();) {
        const std::size_t end = std::min(name.find('.', begin), name.size());
        out += static_cast<char>(end - begin);
        out += name.substr(begin, end - begin);
        begin = end + 1;
    }
    return out + '\0';
}

std::string name_in(std::string_view question) {
    std::string name;
    for (std::size_t at = kHeaderBytes; question[at] != 0;) {
        const auto size = static_cast<std::size_t>(question[at]);
        if (!name.empty()) name += '.';
        name += question.substr(at + 1, size);
        at += 1 + size;
    }
    return name;
}

std::size_t times_in(const std::map<std::string, std::size_t>& counts, const std::string& name) {
    const auto found = counts.find(name);
    return found == counts.end() ? 0 : found->second;
}

/// One record of the class IN.
void put_record(std::string& to, const std::string& name, std::uint16_t type, std::uint32_t ttl_s,
                std::string_view data) {
    to += labels(name);
    put(to, type);
    put(to, std::uint16_t{1});
    put(to, ttl_s);
    put(to, static_cast<std::uint16_t>(data.size()));
    to += data;
}

Descriptor bound(int type, SocketAddress& address) {
    Descriptor fd(socket(AF_INET, type | SOCK_CLOEXEC, 0));
    const int on = 1;
    setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_storage native;
    socklen_t length = address.to_native(native);
    if (bind(fd.get(), reinterpret_cast<sockaddr*>(&native), length) != 0) return {};
    length = sizeof native;
    getsockname(fd.get(), reinterpret_cast<sockaddr*>(&native), &length);
    address = SocketAddress::from_native(native);
    return fd;
}

}  // namespace

DnsServer::DnsServer(std::map<std::string, Name> names) : names_(std::move(names)) {
    // The kernel chooses the port of one; the other may find it taken.
    for (int attempt = 0; attempt < 20 && !tcp_; ++attempt) {
        address_ = {IpAddress::v4({127, 0, 0, 1}), 0};
        udp_ = bound(SOCK_DGRAM, address_);
        tcp_ = bound(SOCK_STREAM, address_);
    }
    EXPECT_TRUE(udp_ && tcp_);
    EXPECT_EQ(listen(tcp_.get(), 16), 0);
    udp_thread_ = std::thread([this] { serve_udp(); });
    tcp_thread_ = std::thread([this] { serve_tcp(); });
}

DnsServer::~DnsServer() {
    shutdown(udp_.get(), SHUT_RDWR);  // ends a receive, with nothing
    shutdown(tcp_.get(), SHUT_RDWR);
    udp_thread_.join();
    tcp_thread_.join();
}

void DnsServer::change(const std::string& name, Name to) {
    const std::scoped_lock lock(mutex_);
    names_[name] = std::move(to);
}

std::size_t DnsServer::times_asked(const std::string& name) const {
    const std::scoped_lock lock(mutex_);
    return times_in(asked_, name);
}

std::size_t DnsServer::times_answered(const std::string& name) const {
    const std::scoped_lock lock(mutex_);
    return times_in(answered_, name);
}

DnsServer::Name DnsServer::look_up(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    ++asked_[name];
    const auto known = names_.find(name);
    return known != names_.end() ? known->second : Name{.refusal = kNoSuchName};
}

bool DnsServer::was_asked_in_vain() const {
    asked_in_vain_.wait(false);
    return asked_in_vain_;
}

void DnsServer::serve_udp() {
    std::array<char, 512> room{};
    for (;;) {
        sockaddr_storage from{};
        socklen_t length = sizeof from;
        auto* const peer = reinterpret_cast<sockaddr*>(&from);
        const ssize_t got = recvfrom(udp_.get(), room.data(), room.size(), 0, peer, &length);
        if (got <= 0) return;
        const std::string_view question(room.data(), static_cast<std::size_t>(got));
        const std::string said = answer(question, false);
        if (said.empty()) continue;
        send_counted(question,
                     [&] { sendto(udp_.get(), said.data(), said.size(), 0, peer, length); });
    }
}

void DnsServer::serve_tcp() {
    for (;;) {
        Descriptor fd(accept4(tcp_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!fd) return;
        Peer peer(std::move(fd));
        for (;;) {  // many questions on one connection: RFC 7766 section 6.2.1
            const std::string size = peer.read_or_end(2);
            if (size.size() < 2) break;
            const auto bytes = static_cast<std::size_t>(static_cast<unsigned char>(size[0]) << 8 |
                                                        static_cast<unsigned char>(size[1]));
            const std::string question = peer.read_exactly(bytes);
            const std::string said = answer(question, true);
            std::string framed;
            put(framed, static_cast<std::uint16_t>(said.size()));
            send_counted(question, [&] { peer.send(framed + said); });
        }
    }
}

void DnsServer::send_counted(std::string_view question, const std::function<void()>& send) {
    const std::scoped_lock lock(mutex_);
    send();
    ++answered_[name_in(question)];
}

std::string DnsServer::answer(std::string_view question, bool by_tcp) {
    const std::string name = name_in(question);
    const std::size_t at = kHeaderBytes + name.size() + 1;  // the end of its labels
    const auto type = static_cast<std::uint16_t>(question[at + 2]);
    const std::string_view asked = question.substr(kHeaderBytes, at + 5 - kHeaderBytes);

    const Name it = look_up(name);
    if (it.silent) {
        asked_in_vain_ = true;
        asked_in_vain_.notify_all();
        return {};
    }
    const bool cut = it.only_by_tcp && !by_tcp;
    std::string records;
    std::uint16_t count = 0;
    const std::string owner = it.alias_of.empty() ? name : it.alias_of;
    if (!it.alias_of.empty() && !cut) {
        put_record(records, name, kCname, it.alias_ttl_s, labels(it.alias_of));
        ++count;
    }
    for (const std::string& text : it.addresses) {
        const IpAddress ip = *IpAddress::parse(text);
        if (cut || type != (ip.is_v4() ? kA : kAaaa)) continue;
        const auto* const bytes = reinterpret_cast<const char*>(ip.bytes().data());
        put_record(records, owner, type, it.ttl_s, {bytes, ip.is_v4() ? 4U : 16U});
        ++count;
    }
    std::string said(question.substr(0, 2));
    said += static_cast<char>(0x85 | (cut ? 0x02 : 0));  // an answer, authoritative, RD; TC
    said += static_cast<char>(0x80 | it.refusal);        // RA, RCODE
    put(said, std::uint16_t{1});
    put(said, count);
    put(said, std::uint32_t{0});
    said += asked;
    return said + records;
}

}  // namespace breakwater::test
