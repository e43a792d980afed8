#include "proxy/http1/client_connection.h"

namespace breakwater::http1 {

ClientConnection::ClientConnection(std::unique_ptr<ByteStream> stream,
                                   exchange::TransportPtr transport, BlockPool& blocks, Time opened)
    : stream_(std::move(stream)),
      transport_(std::move(transport)),
      in_(blocks),
      sink_(*stream_, blocks, Err::upstream_reset, Err::upstream_send_timeout),
      opened_(opened) {}

}  // namespace breakwater::http1
