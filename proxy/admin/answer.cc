#include "proxy/admin/answer.h"

#include <fmt/format.h>

namespace breakwater::admin {

Answer plain_answer(int status) {
    Answer answer;
    answer.status = status;
    answer.body = fmt::format("{} {}\n", status, http::reason_phrase(status));
    return answer;
}

std::string to_wire(const Answer& answer, http::Method asked) {
    std::string text = fmt::format(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}Connection: close\r\n\r\n",
        answer.status, http::reason_phrase(answer.status), answer.content_type, answer.body.size(),
        answer.status == 405 ? "Allow: GET, HEAD\r\n" : "");
    if (asked != http::Method::head) text += answer.body;
    return text;
}

}  // namespace breakwater::admin
