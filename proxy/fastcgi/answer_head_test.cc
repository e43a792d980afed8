#include "proxy/fastcgi/answer_head.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "proxy/http/limits.h"

namespace breakwater::fastcgi {
namespace {

/// `404 Not Found|name=value;`
std::string describe(const http::ResponseHead& head) {
    std::string text = std::to_string(head.status) + " " + std::string(head.reason) + "|";
    for (const http::Field& field : head.fields) {
        text += std::string(field.name()) + "=" + std::string(field.value()) + ";";
    }
    return text;
}

struct Case {
    const char* name;
    const char* source;
    std::string text;
    std::optional<std::string> want;  ///< nothing: bad_response
};

const Case kCases[] = {
    {"document", "RFC 3875 6.2.1", "Content-Type: text/html\r\n\r\n",
     "200 OK|Content-Type=text/html;"},
    {"lf_alone", "RFC 3875 6.2", "Content-Type: text/html\nX-A: b\n\n",
     "200 OK|Content-Type=text/html;X-A=b;"},
    {"status", "RFC 3875 6.3.3", "Status: 404 Gone Fishing\r\n\r\n", "404 Gone Fishing|"},
    {"status_without_reason", "RFC 3875 6.3.3", "status:404\r\n\r\n", "404 Not Found|"},
    {"redirect", "RFC 3875 6.2.3", "Location: https://a.example/\n\n",
     "302 Found|Location=https://a.example/;"},
    {"local_redirect_goes_to_the_client", "nginx", "Location: /a\n\n", "302 Found|Location=/a;"},
    {"redirect_with_status", "RFC 3875 6.2.4", "Location: /a\nStatus: 301 Moved\n\n",
     "301 Moved|Location=/a;"},
    {"created_with_location", "RFC 9110 10.2.2", "Status: 201\nLocation: /a\n\n",
     "201 Created|Location=/a;"},
    {"no_field", "RFC 3875 6.2: at least one", "\r\n", std::nullopt},
    {"a_status_line", "RFC 3875 5: NPH is none of FastCGI", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n",
     std::nullopt},
    {"two_statuses", "RFC 3875 6.3: at most once", "Status: 200\nStatus: 404\n\n", std::nullopt},
    {"interim_status", "RFC 3875 6.3.3", "Status: 103\n\n", std::nullopt},
    {"status_of_two_digits", "RFC 3875 6.3.3", "Status: 99\n\n", std::nullopt},
    {"status_of_four_digits", "RFC 3875 6.3.3", "Status: 2000\n\n", std::nullopt},
    {"status_with_sign", "RFC 3875 6.3.3", "Status: -20\n\n", std::nullopt},
    {"status_of_words", "RFC 3875 6.3.3", "Status: OK\n\n", std::nullopt},
    {"folded", "RFC 3875 6.3: on one line", "A: b\n c\n\n", std::nullopt},
    {"space_before_colon", "RFC 3875 6.3", "A : b\n\n", std::nullopt},
    {"no_colon", "RFC 3875 6.3", "A\n\n", std::nullopt},
    {"no_name", "RFC 3875 6.3", ": b\n\n", std::nullopt},
    {"bare_cr", "RFC 9110 5.5", "A: b\rC: d\n\n", std::nullopt},
    {"control_character", "RFC 9110 5.5", "A: \x01\n\n", std::nullopt},
};

class AnswerHead : public testing::TestWithParam<Case> {};

TEST_P(AnswerHead, IsParsed) {
    const Case& c = GetParam();
    SCOPED_TRACE(c.source);
    Arena arena;
    http::ResponseHead head(arena);
    const Done parsed = parse_answer_head(c.text, head);
    ASSERT_EQ(parsed.has_value(), c.want.has_value());
    if (!parsed) {
        EXPECT_EQ(parsed.error().code, Err::bad_response);
    } else {
        EXPECT_EQ(describe(head), *c.want);
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, AnswerHead, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(AnswerHeadParsing, RefusesMoreFieldsThanAnybodySends) {
    std::string text;
    for (std::size_t i = 0; i <= http::kMaxFields; ++i) text += "A: b\n";
    Arena arena;
    http::ResponseHead head(arena);
    EXPECT_EQ(parse_answer_head(text + "\n", head).error().code, Err::bad_response);
}

class HeadCollecting : public testing::Test {
protected:
    BlockPool pool;
    HeadCollector collector{pool.take()};
};

TEST_F(HeadCollecting, EndsBehindTheEmptyLineHoweverItIsCut) {
    for (const std::string head : {"A: b\r\n\r\n", "A: b\n\n", "A: b\n\r\n", "\n", "\r\n"}) {
        const std::string bytes = head + "body\n\n";
        for (std::size_t step = 1; step <= bytes.size(); ++step) {
            HeadCollector cut(pool.take());
            std::size_t used = 0;
            while (!cut.complete()) used += *cut.add(std::string_view(bytes).substr(used, step));
            EXPECT_EQ(cut.text(), head) << step;
            EXPECT_EQ(used, head.size()) << step;
        }
    }
}

TEST_F(HeadCollecting, TakesAsMuchAsAHeadMayBe) {
    const std::string most = "A: " + std::string(http::kMaxResponseHeadBytes - 5, 'b') + "\n\n";
    ASSERT_EQ(most.size(), http::kMaxResponseHeadBytes);
    EXPECT_EQ(*collector.add(most), most.size());
    EXPECT_TRUE(collector.complete());
}

TEST_F(HeadCollecting, RefusesMore) {
    EXPECT_TRUE(collector.add("A: "));
    const auto more = collector.add(std::string(http::kMaxResponseHeadBytes - 2, 'b'));
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().code, Err::response_head_too_large);
}

}  // namespace
}  // namespace breakwater::fastcgi
