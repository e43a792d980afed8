#include "proxy/filters/health_check.h"

#include "proxy/exchange/exchange.h"

namespace breakwater::filters {

exchange::Verdict HealthCheckFilter::on_request(exchange::Exchange& ex) const {
    return ex.reply(200);
}

}  // namespace breakwater::filters
