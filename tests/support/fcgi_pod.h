#pragma once
// The pod's end of a FastCGI connection of the proxy, in a scenario: by the specification's bytes, not
// by our own code for them. One thread at a time.

#include <map>
#include <string>
#include <string_view>

#include "tests/support/pod.h"

namespace breakwater::test {

/// A request, to its end.
struct FcgiRequest {
    bool keep = false;  ///< FCGI_KEEP_CONN
    std::map<std::string, std::string> params;
    std::string body;
};

class FcgiPod {
public:
    /// @param connection  Pod::accept()
    explicit FcgiPod(Peer connection) : peer_(std::move(connection)) {}

    FcgiRequest next_request();
    /// The same up to the end of its parameters; the body is left to read_body().
    FcgiRequest next_params();
    std::string read_body();

    /// Records of FCGI_STDOUT, FCGI_STDERR, and the end in order.
    void out(std::string_view text) { send(6, text); }
    void error(std::string_view text) { send(7, text); }
    /// @param status  protocolStatus: section 5.5
    void end(int status = 0);
    /// A whole answer, in one write.
    void answer(std::string_view text);
    void send(int type, std::string_view content, int padding = 0);
    Peer& peer() { return peer_; }

private:
    struct Record {
        int type = 0;
        std::string content;
    };
    Record next_record();
    /// All of a stream.
    std::string read_stream(int type);

    Peer peer_;
};

}  // namespace breakwater::test
