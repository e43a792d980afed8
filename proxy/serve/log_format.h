#pragma once
// One request, or one session of a TCP or UDP service, as a line: ingress-nginx's default text, or a JSON
// object. docs/logs.md lists the
// fields.
//
// Text is the order of ingress-nginx with nginx's escaping (`\xHH` for `"`, `\`, control bytes and
// what is not ASCII), `-` for what is empty, seconds with three decimals, attempts joined by ", ".
//
// One thread.

#include <ctime>
#include <string>

#include "proxy/base/log.h"
#include "proxy/base/text_writer.h"
#include "proxy/serve/access_log_record.h"

namespace breakwater::serve {

class LineFormat {
public:
    explicit LineFormat(log::Format format) : format_(format) {}
    /// Appends the line with its end of line.
    void append(std::string& to, const LogRecord& record);

private:
    void write_text(TextWriter& out, const LogRecord& record);
    void write_session(TextWriter& out, const LogRecord& record);
    /// nginx's `$time_local`; kept, because many lines share a second.
    const std::string& local_time(WallTime time);

    log::Format format_;
    std::time_t second_ = -1;
    std::string local_time_;
};

/// A JSON object of the keys of docs/logs.md, and an end of line.
void write_json_line(TextWriter& out, const LogRecord& record);
/// nginx's escaping of a variable in a log, at most four bytes for one; `-` where `text` is empty.
void write_nginx_text(TextWriter& out, std::string_view text);

}  // namespace breakwater::serve
