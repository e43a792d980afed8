// Hellos as bytes, whole and cut at every byte.

#include "proxy/tls/client_hello.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/support/hello.h"

namespace breakwater::tls {
namespace {

std::string number(std::size_t value, std::size_t bytes) {
    std::string out;
    for (std::size_t i = bytes; i-- > 0;) out += static_cast<char>(value >> 8 * i);
    return out;
}

std::string vector(std::size_t length_bytes, const std::string& data) {
    return number(data.size(), length_bytes) + data;
}

std::string extension(std::size_t type, const std::string& data) {
    return number(type, 2) + vector(2, data);
}

std::string name_extension(const std::string& name) {
    return extension(0, vector(2, '\0' + vector(2, name)));
}

std::string message(const std::string& extensions, char type = 1) {
    return type + vector(3, "\x03\x03" + std::string(32, 'r') + vector(1, std::string(32, 's')) +
                                vector(2, "\x13\x01\x13\x02") + vector(1, std::string(1, '\0')) +
                                vector(2, extensions));
}

std::string record(const std::string& data, char type = 22, char major = 3) {
    return std::string{type, major, 1} + vector(2, data);
}

std::string in_records(const std::string& data, std::size_t each) {
    std::string out;
    for (std::size_t at = 0; at < data.size(); at += each) out += record(data.substr(at, each));
    return out;
}

const std::string kNamed = message(extension(10, "\0\0") + name_extension("A.example") +
                                   extension(16, std::string("\0\3\2h2", 5)));

struct HelloCase {
    const char* name;
    const char* source;
    std::string bytes;
    std::optional<std::string> want;  ///< nothing: more is needed
};

const HelloCase kHelloCases[] = {
    {"named", "RFC 8446 4.1.2", record(kNamed), "a.example"},
    {"several_records", "RFC 8446 5.1: a message may be cut", in_records(kNamed, 40), "a.example"},
    {"a_byte_each", "RFC 8446 5.1", in_records(kNamed, 1), "a.example"},
    {"with_more_behind", "early data follows", record(kNamed) + record("x", 23), "a.example"},
    {"no_name", "RFC 6066 3: it may be left out", record(message(extension(10, "xx"))), ""},
    {"no_extensions", "RFC 5246 7.4.1.2", record(message("")), ""},
    {"an_address", "RFC 6066 3: no literal addresses", record(message(name_extension("10.0.0.1"))),
     ""},
    {"another_message", "RFC 8446 4.1.2: the first one", record(message("", 2)), ""},
    {"an_alert", "RFC 8446 5.1", record("\2\50", 21), ""},
    {"http", "no TLS", "GET / HTTP/1.1\r\n\r\n", ""},
    {"ssl_2", "RFC 6101 E: not supported", "\x80\x2e\x01\x00\x02", ""},
    {"another_version", "RFC 8446 5.1: 3.x", record(kNamed, 22, 4), ""},
    {"an_empty_record", "RFC 8446 5.1: no empty fragments", record("") + record(kNamed), ""},
    {"a_long_record", "RFC 8446 5.1: at most 2^14", "\x16\x03\x01\x40\x01" + kNamed, ""},
    {"a_long_message", "our bound", record(number(1, 1) + number(0x4001, 3)), ""},
    {"cut_by_another_record", "RFC 8446 5.1: no interleaving",
     record(kNamed.substr(0, 50)) + record("\2\50", 21), ""},
    {"a_vector_too_long", "RFC 8446 3.4",
     record(number(1, 1) + vector(3, std::string(34, 'r') + "\xff")), ""},
    {"an_extension_too_long", "RFC 8446 3.4",
     record(message(number(0, 2) + number(100, 2) + "short")), ""},
    {"nothing", "more is needed", "", std::nullopt},
    {"half", "more is needed", record(kNamed).substr(0, 60), std::nullopt},
};

std::optional<std::string> read_hello(std::string_view bytes) {
    const auto name = hello_server_name(bytes);
    EXPECT_TRUE(name);
    return name ? *name : std::nullopt;
}

class ClientHello : public testing::TestWithParam<HelloCase> {};

TEST_P(ClientHello, NamesTheServer) {
    SCOPED_TRACE(GetParam().source);
    EXPECT_EQ(read_hello(GetParam().bytes), GetParam().want);
}

TEST_P(ClientHello, NothingIsSaidTooEarlyAndNothingTakenBack) {
    const HelloCase& c = GetParam();
    for (std::size_t cut = 0; cut < c.bytes.size(); ++cut) {
        const auto said = read_hello(c.bytes.substr(0, cut));
        if (said) EXPECT_EQ(said, c.want) << cut;
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, ClientHello, testing::ValuesIn(kHelloCases),
                         [](const auto& info) { return info.param.name; });

TEST(ClientHelloBound, WhatNeverEndsIsNoHello) {
    const std::string large =
        record(number(1, 1) + number(kMaxHelloBytes, 3) + std::string(9000, 'x'));
    EXPECT_EQ(read_hello(large), std::nullopt);
    EXPECT_EQ(read_hello((large + large).substr(0, kMaxHelloBytes)), "");
}

TEST(ClientHelloOfOpenssl, IsRead) {
    EXPECT_EQ(read_hello(test::hello_for("shop.example")), "shop.example");
}

}  // namespace
}  // namespace breakwater::tls
