#pragma once
// A request's body on its way out as records of FCGI_STDIN, behind the request's other records.
//
// What is on its way is bounded by the sink underneath. One thread.

#include <array>
#include <cstddef>

#include "proxy/fastcgi/records.h"
#include "proxy/http/body.h"
#include "proxy/http1/message_sink.h"

namespace breakwater::fastcgi {

class StdinSink final : public http::BodySink {
public:
    /// @param out  where the request has begun; outlives this
    explicit StdinSink(http1::MessageSink& out) : out_(out) {}

    bool try_push(const http::Chunk& chunk) override;
    Eventual<Done> push(http::Chunk chunk) override { return push_later(std::move(chunk)); }
    Eventual<Done> flush() override { return out_.flush(); }
    Eventual<Done> finish(const http::Fields* trailers) override;
    bool try_finish(const http::Fields* trailers) override;
    Eventual<Done> splice(Pipe& pipe) override;
    [[nodiscard]] bool turn_spent() override { return out_.turn_spent(); }

private:
    /// Begins a record, where the last one is complete. @return false: not now
    bool begin_record(std::size_t content_bytes);
    Task<Done> push_later(http::Chunk chunk);
    Task<Done> finish_later();

    http1::MessageSink& out_;
    std::array<char, kRecordHeaderBytes> header_{};  ///< of the present record, until it is taken
    bool begun_ = false;                             ///< its header is taken, its content is not
    std::size_t taken_bytes_ = 0;  ///< of the chunk that try_push() could not take whole
    bool ended_ = false;
};

}  // namespace breakwater::fastcgi
