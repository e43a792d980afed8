#include "proxy/serve/tunnel.h"

#include "proxy/base/try.h"

namespace breakwater::serve {

using exchange::Exchange;

namespace {

/// The route with its host's node, and none of the table around it.
void let_go_of_table(Exchange& ex) {
    auto* kept = ex.arena.own<exchange::Route>(*ex.route);
    kept->filters.clear();
    kept->backend = nullptr;
    ex.route = kept;
    ex.fetch.backend = &kept->backend;
    ex.fetch.transport = nullptr;
    ex.fetch.table.reset();
    ex.table.reset();
}

}  // namespace

Task<Done> run_tunnel(Exchange& ex, http::BodySource& from_pod) {
    let_go_of_table(ex);
    CO_TRY(co_await ex.down.sink().flush());  // the 101
    Task<Done> to_client = http::copy_body(from_pod, ex.down.sink());
    Task<Done> to_pod = http::copy_body(ex.down.tunnel(), *ex.fetch.tunnel);
    to_client.start();
    to_pod.start();
    co_await Either(to_client, to_pod);
    // Whichever side leaves ends both, as with nginx; what it had sent has been passed on by then.
    co_return to_client.done() ? to_client.take() : to_pod.take();
}

}  // namespace breakwater::serve
