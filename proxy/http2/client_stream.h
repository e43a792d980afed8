#pragma once
// One request of ours to a pod on an HTTP/2 connection, and its answer. One worker.

#include <optional>
#include <vector>

#include "proxy/exchange/fetch.h"
#include "proxy/http2/client_connection.h"
#include "proxy/http2/response_head.h"
#include "proxy/http2/stream.h"
#include "proxy/http2/trailer_reader.h"
#include "proxy/reactor/signal.h"

namespace breakwater::http2 {

class ClientStream final : public Stream {
public:
    /// @param connection, fetch  outlive this; what is read of heads and trailers lives in the fetch's arena
    ClientStream(ClientConnection& connection, exchange::Fetch& fetch);
    ~ClientStream() override;

    /// Begins the request: its head leaves with what the sink takes next.
    void begin();
    /// The oldest head that nobody has taken; null while none is there.
    /// @error bad_response, response_head_too_large; upstream_reset, upstream_refused, upstream_stale where
    ///        none will come
    [[nodiscard]] Result<http::ResponseHead*> take_head();
    /// Until take_head() may have something else to say. @error io_timeout
    [[nodiscard]] Signal::Wait wait_for_head(Deadline deadline) { return arrived_.wait(deadline); }

    void on_field(std::string_view name, std::string_view value) override;
    void on_head(bool end) override;

private:
    void on_closed() override { arrived_.raise(); }
    [[nodiscard]] bool has_body(const http::ResponseHead& head) const;
    void begin_body(const http::ResponseHead& head, bool end);

    ClientConnection& connection_;
    exchange::Fetch& fetch_;
    http::ResponseHead* reading_ = nullptr;  ///< the head whose fields come now
    std::optional<ResponseHeadReader> reader_;
    std::vector<http::ResponseHead*> heads_;  ///< complete, the oldest first
    std::optional<Error> bad_head_;
    bool final_ = false;  ///< the last of heads_, or one taken before, was the final one
    int interim_ = 0;
    std::optional<TrailerReader> trailers_;
    Signal arrived_;
};

}  // namespace breakwater::http2
