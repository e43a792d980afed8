#include "proxy/exchange/upload.h"

namespace breakwater::exchange {

void Upload::note_end() {
    const Done sent = sending_.take();
    sending_.reset();
    complete_ = sent.has_value();
    if (sent) return;
    const Error& error = sent.error();
    const bool of_request =
        row(error).fault != Fault::upstream || error.code == Err::upstream_send_timeout;
    if (of_request) failure_ = error;
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

Error Upload::reason_or(const Error& reading) {
    (void)failure();  // sees how it has ended, if it has
    return failure_.value_or(reading);
}

}  // namespace breakwater::exchange
