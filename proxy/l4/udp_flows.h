#pragma once
// Flows of datagrams: what one client sends to one port goes to one endpoint, over a socket of its own,
// and what the endpoint answers goes back.
//
// A flow ends when the client's datagrams have been answered (`proxy-stream-responses` for each), when
// nothing has come either way for `proxy-stream-timeout`, when its endpoint is not there, and when there
// are too many. What then still comes of the endpoint is lost, and the client's next datagram begins
// another flow, to the next endpoint. One worker.

#include <cstddef>

#include "proxy/base/list.h"
#include "proxy/l4/session.h"
#include "proxy/reactor/udp_socket.h"

namespace breakwater::l4 {

class UdpFlow;
class UdpPort;

/// All flows of one worker: at most so many, the longest idle goes first.
class UdpFlows {
public:
    /// Each takes a descriptor and some 2 KiB.
    static constexpr std::size_t kMost = 4096;

    UdpFlows(Lender& lender, std::size_t most) : lender_(lender), most_(most) {}
    UdpFlows(const UdpFlows&) = delete;
    UdpFlows& operator=(const UdpFlows&) = delete;

    /// Serves datagrams that come to `fd` until it is cancelled; that ends its flows.
    Task<void> serve(table::L4Port port, Descriptor fd);

private:
    friend class UdpFlow;
    friend class UdpPort;

    void make_room();
    void add(UdpFlow& flow);
    void remove(UdpFlow& flow);
    /// The last to go now.
    void touch(UdpFlow& flow);

    Lender& lender_;
    const std::size_t most_;
    std::size_t count_ = 0;
    List<UdpFlow> oldest_first_;
};

}  // namespace breakwater::l4
