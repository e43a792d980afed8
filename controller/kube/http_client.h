#pragma once
// Requests over libcurl, with an end that can always be reached: every wait ends at a deadline, at a
// stall limit, or at once when somebody asks to stop.
//
// HTTP/2 where the server offers it, TLS 1.2 or newer; no redirects, no environment proxies. A
// connection is kept between requests, but never after a transfer that did not end well.
//
// One thread at a time; `stop` may be asked from any.

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "controller/kube/access.h"
#include "controller/kube/credentials.h"
#include "proxy/base/clock.h"

namespace breakwater::kube {

/// Takes the body of a success (2xx) as it comes.
class BodyReader {
public:
    virtual ~BodyReader() = default;
    /// The head came, and it says so.
    virtual void on_ok() {}
    /// @return false to end the transfer here.
    virtual bool on_bytes(std::string_view bytes) = 0;
};

enum class Method : std::uint8_t { get, post, put, patch };

struct Request {
    Method method = Method::get;
    std::string target;             ///< path and query, encoded
    std::string_view content_type;  ///< of `body`; empty where there is none
    std::string body;
    Duration time_limit{};   ///< for the whole of it
    Duration stall_limit{};  ///< without a byte received
};

struct Response {
    enum class End : std::uint8_t {
        complete,
        cut,        ///< refused, reset, ended inside the body, time limit: see `text`
        stalled,    ///< the stall limit
        enough,     ///< the reader said so
        cancelled,  ///< we are to stop
    };
    int status = 0;  ///< 0: no head came
    End end = End::cut;
    std::string text;        ///< what cut it, in libcurl's words
    std::string error_body;  ///< of an answer other than 2xx, at most 64 KiB
    std::optional<std::chrono::seconds> retry_after;

    /// It said 2xx, and all of it came.
    [[nodiscard]] bool succeeded() const { return status / 100 == 2 && end == End::complete; }
};

class HttpClient {
public:
    HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    ~HttpClient();

    [[nodiscard]] Response send(const Cluster& cluster, const Presented& presented,
                                const Request& what, BodyReader& reader,
                                const std::stop_token& stop);

private:
    struct Handles;  // libcurl's, so that its header stays in one file

    std::unique_ptr<Handles> handles_;
    bool fresh_ = false;  ///< the kept connection is not to be trusted
};

/// For a query's value: RFC 3986 section 2.1.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace breakwater::kube
