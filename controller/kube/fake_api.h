#pragma once
// For tests: an API server that says what it is told to, however wrong, on a port of its own.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace breakwater::kube {

/// One answer, to the request whose turn it is.
struct FakeReply {
    enum class End : std::uint8_t {
        clean,
        cut,     ///< the connection ends inside the body
        hang,    ///< nothing more comes, until the client leaves
        silent,  ///< not even a head comes, until the client leaves
    };
    std::string body;
    End end = End::clean;
    int status = 200;
    std::string fields;  ///< more of the head: whole lines
};

struct FakeRequest {
    std::string method;
    std::string target;
    std::string authorization;
    std::string content_type;
    std::string body;

    /// `list`, `list TOKEN` or `watch VERSION`.
    [[nodiscard]] std::string in_short() const;
};

class FakeApi {
public:
    /// Called for one request at a time.
    using Answer = std::function<FakeReply(const FakeRequest&)>;

    explicit FakeApi(Answer answer);
    /// To each request in turn the next of them; when they have run out it is silent.
    explicit FakeApi(std::vector<FakeReply> replies);
    FakeApi(const FakeApi&) = delete;
    FakeApi& operator=(const FakeApi&) = delete;
    ~FakeApi();

    [[nodiscard]] std::string url() const;
    /// Waits until that many requests came.
    /// @return the requests until now: fewer, when too much time went by without another.
    std::vector<FakeRequest> wait_for(std::size_t count);

private:
    void serve(const std::stop_token& stop);
    void converse(int connection);
    /// Until the client leaves, or the server ends.
    void linger(int connection) const;

    Answer answer_;
    int listener_ = -1;
    int wake_ = -1;
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<FakeRequest> requests_;
    std::jthread thread_;
};

}  // namespace breakwater::kube
