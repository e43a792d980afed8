#pragma once
// A scenario of hosts over TLS, each with a certificate and policies of its own, in front of one pod that
// answers with what it was asked.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/client_authority.h"
#include "tests/support/pod.h"
#include "tests/support/proxy.h"
#include "tests/support/table_certificate.h"
#include "tests/support/tls_client.h"

namespace breakwater::test {

/// What a client gets over HTTP/1.1: its status, and the whole message.
struct TlsAnswer {
    int status = 0;  ///< 0: none came
    std::string text;

    /// Of what the pod was asked, which is the body of its answer.
    [[nodiscard]] std::string told_pod(std::string_view name) const {
        return field_of(body_of(text), name).value_or("");
    }
};

class TlsHosts : public testing::Test {
protected:
    TlsHosts() {
        pod.serve([](const std::string& asked) { return ok(asked); });
    }

    /// A host that is not in force yet; named `*` for the catch-all.
    table::Host& host(const std::string& name) {
        if (name == "*") return const_cast<table::Host&>(*table->catch_all);  // not shared yet
        const auto found =
            std::ranges::find(table->hosts, name, [](const auto& one) { return one->name; });
        if (found != table->hosts.end()) return const_cast<table::Host&>(**found);
        auto made = std::make_shared<table::Host>(*table->catch_all);
        made->name = name;
        table->hosts.insert(std::ranges::upper_bound(table->hosts, name, {},
                                                     [](const auto& one) { return one->name; }),
                            made);
        return *made;
    }
    table::ClientCertificatePolicy& client_policy(const std::string& name) {
        return host(name).policies.client_certificate;
    }
    /// Puts the table in force; what is changed after it is changed in a copy.
    void publish() {
        auto copy = std::make_shared<table::RoutingTable>(*table);
        copy->catch_all = std::make_shared<table::Host>(*table->catch_all);
        for (auto& one : copy->hosts) one = std::make_shared<table::Host>(*one);
        proxy.publish(std::exchange(table, copy));
    }

    /// A client after its handshake.
    std::unique_ptr<TlsClient> connected(const TlsClientOptions& options) {
        auto client = std::make_unique<TlsClient>(proxy.connect_tls_port().release(), options);
        EXPECT_TRUE(client->handshake()) << client->error();
        return client;
    }
    static TlsAnswer ask(TlsClient& client, const std::string& host,
                         const std::string& fields = {}) {
        EXPECT_TRUE(client.write("GET /x HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n"));
        return read_answer(client);
    }
    static TlsAnswer read_answer(TlsClient& client) {
        TlsAnswer answer;
        while (!answer.text.ends_with("\r\n\r\n")) {
            const std::string next = client.read(1);
            if (next.empty()) return answer;
            answer.text += next;
        }
        answer.status = std::stoi(answer.text.substr(answer.text.find(' ')));
        answer.text +=
            client.read(std::stoul(field_of(answer.text, "Content-Length").value_or("0")));
        return answer;
    }

    Pod pod;
    std::shared_ptr<table::RoutingTable> table = table_to({pod.address()});
    Proxy proxy{table_to({pod.address()})};
};

}  // namespace breakwater::test
