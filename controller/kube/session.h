#pragma once
// One who asks the API server: a connection, as whoever we are by now.
//
// One thread at a time.

#include <expected>
#include <stop_token>

#include "controller/kube/credentials.h"
#include "controller/kube/http_client.h"
#include "controller/kube/trouble.h"

namespace breakwater::kube {

class Session {
public:
    /// @param credentials  outlive this.
    explicit Session(Credentials& credentials) : credentials_(credentials) {}

    /// @error there are no credentials to show. Whatever the server answered is no error; after 401
    ///        other credentials are looked for, so asking again may help.
    [[nodiscard]] std::expected<Response, Trouble> ask(const Request& what, BodyReader& reader,
                                                       const std::stop_token& stop);

private:
    Credentials& credentials_;
    HttpClient client_;
};

/// Collects a body, up to a bound; then the transfer ends with `enough`.
class BoundedBody : public BodyReader {
public:
    explicit BoundedBody(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    bool on_bytes(std::string_view bytes) override {
        if (text_.size() + bytes.size() > most_bytes_) return false;
        text_.append(bytes);
        return true;
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    const std::size_t most_bytes_;
    std::string text_;
};

}  // namespace breakwater::kube
