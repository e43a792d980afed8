#pragma once
// All connections of an admin port, on one thread that never waits for one of them: so silent and slow
// clients hold a place and nothing else, and where places run out the oldest of them makes room.
//
// One thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "proxy/admin/connection.h"

namespace breakwater::admin {

/// What the next connection is shown; asked once a connection, and has to be quick. Null: there is nothing
/// to show yet, and the connection is closed.
using Shown = std::function<std::shared_ptr<const tls::SocketContext>()>;

class Clients {
public:
    /// A request over a network takes milliseconds: whoever is the oldest of so many is no honest one.
    static constexpr std::size_t kMostConnections = 128;
    /// Of all requests and answers together, but for a single larger answer.
    static constexpr std::size_t kMostBytes = 32UL * 1024 * 1024;

    /// @param who  for answer()
    using Ask = std::function<void(std::uint64_t who, Request request)>;

    /// @param listening  its queue is where those wait for whom there is no place
    /// @param woken      an eventfd that ends a turn
    /// @param shown      empty: plain HTTP
    /// @param largest_body  RequestReader
    Clients(int listening, int woken, const Shown& shown, std::size_t largest_body, Ask ask)
        : listening_(listening),
          woken_(woken),
          shown_(shown),
          largest_body_(largest_body),
          ask_(std::move(ask)) {}

    /// Waits for something to do, and does it.
    void turn();
    /// @param text  to_wire()
    void answer(std::uint64_t who, std::string text);

private:
    using All = std::map<std::uint64_t, Connection>;  ///< by age

    [[nodiscard]] All::iterator oldest_that_waits();
    [[nodiscard]] bool has_room();
    void keep_to_bytes();
    /// @return whether there may be another one at once
    bool accept_one();

    const int listening_;
    const int woken_;
    const Shown& shown_;
    const std::size_t largest_body_;
    const Ask ask_;
    All all_;
    std::uint64_t next_ = 0;
};

}  // namespace breakwater::admin
