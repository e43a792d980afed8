#include "proxy/exchange/upload.h"

namespace breakwater::exchange {

void Upload::note_end() {
    const Done sent = sending_.take();
    sending_.reset();
    complete_ = sent.has_value();
    if (sent) return;
    const Error& error = sent.error();
    const bool ends =
        row(error).fault != Fault::upstream || error.code == Err::upstream_send_timeout;
    if (ends) failure_ = error;
}

Task<Done> Upload::wait_beside(Task<Done> reading) {
    reading.start();
    co_await beside(reading);
    if (!reading.done()) {
        if (const auto ended = failure()) co_return fail(*ended);
    }
    Done done = co_await reading;
    co_return done;
}

std::unexpected<Error> Upload::failure_or(const Error& reading) {
    return fail(failure().value_or(reading));
}

}  // namespace breakwater::exchange
