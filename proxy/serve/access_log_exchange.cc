#include "proxy/serve/access_log_exchange.h"

#include "proxy/reactor/reactor.h"

namespace breakwater::serve {
namespace {

int logged_status(const exchange::Exchange& ex) {
    if (ex.status != 0 || !ex.error) return ex.status;
    return row(*ex.error).logged_status;
}

void set_request(LogRecord& record, const exchange::Exchange& ex) {
    const http::RequestHead& head = ex.received;
    record.method_id = head.method;
    record.method = head.method_text;
    record.target = head.target;
    record.protocol = head.method_text.empty() ? "" : http::text_of(head.version);
    record.host = head.host;
    record.referer = head.fields.get(http::FieldName::referer).value_or("");
    record.user_agent = head.fields.get(http::FieldName::user_agent).value_or("");
    record.user = ex.user;
    record.request_id = ex.request_id;
}

void set_route(LogRecord& record, const exchange::Route& route) {
    record.routed = true;
    record.route_id = route.id;
    static_cast<exchange::RouteNames&>(record) = route.names->names();
}

}  // namespace

LogRecord record_of(const exchange::Exchange& ex) {
    Reactor& loop = *ex.fetch.reactor;
    const exchange::ConnectionFacts& facts = ex.down.facts();
    LogRecord record;
    record.time = loop.wall();
    record.request_time = loop.now() - ex.down.request_began();
    record.remote = ex.client_address();
    record.scheme = facts.scheme();
    record.status = logged_status(ex);
    record.request_bytes = ex.down.received_bytes();
    record.response_bytes = ex.down.sent_bytes();
    record.body_bytes = ex.down.sent_body_bytes();
    set_request(record, ex);
    if (ex.route) set_route(record, *ex.route);
    record.grpc_status = ex.grpc_status;
    record.attempts = ex.fetch.attempts.recorded();
    if (ex.error) {
        record.error = ex.error->code;
        if (ex.error->detail) record.error_detail = ex.error->detail;
    }
    return record;
}

bool should_log(const exchange::Exchange& ex) {
    const bool by_default = ex.route && ex.route->host && ex.route->host->name.empty() &&
                            ex.route->location && ex.route->location->origin.ingress.empty();
    // A tunnel has let go of its table.
    return !by_default || (ex.table && ex.table->settings().log_default_backend);
}

}  // namespace breakwater::serve
