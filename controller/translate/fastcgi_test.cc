#include "controller/translate/fastcgi.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace breakwater::translate {
namespace {

using table::CgiVariable;
using table::FastCgiPart;

struct FastcgiCase {
    const char* name;
    const char* source;
    std::string text;
    std::optional<std::vector<FastCgiPart>> want;  ///< nothing: refused
};

FastCgiPart text(std::string plain) { return {std::move(plain), CgiVariable::none}; }
FastCgiPart variable(CgiVariable which) { return {{}, which}; }

const FastcgiCase kFastcgiCases[] = {
    {"empty", "nginx", "", std::vector<FastCgiPart>{}},
    {"literal", "nginx", "/srv/a b.php", {{text("/srv/a b.php")}}},
    {"variables",
     "nginx's fastcgi_params",
     "$document_root$fastcgi_script_name",
     {{variable(CgiVariable::document_root), variable(CgiVariable::script_name)}}},
    {"braces",
     "nginx: ngx_http_script_compile",
     "a${uri}b",
     {{text("a"), variable(CgiVariable::document_uri), text("b")}}},
    {"ends_at_another_character",
     "nginx: ngx_http_script_compile",
     "$host:$server_port",
     {{variable(CgiVariable::server_name), text(":"), variable(CgiVariable::server_port)}}},
    {"unknown", "ours", "$request_id_of_nobody", std::nullopt},
    {"dollar_alone", "nginx: invalid variable name", "5$", std::nullopt},
    {"two_dollars", "nginx: invalid variable name", "$$host", std::nullopt},
    {"open_brace", "nginx: the closing bracket is missing", "${host", std::nullopt},
    {"empty_braces", "nginx: invalid variable name", "${}", std::nullopt},
};

class CgiValue : public testing::TestWithParam<FastcgiCase> {};

TEST_P(CgiValue, IsParsed) {
    const FastcgiCase& c = GetParam();
    SCOPED_TRACE(c.source);
    const auto got = parse_cgi_value(c.text);
    ASSERT_EQ(got.has_value(), c.want.has_value());
    if (got) EXPECT_EQ(*got, *c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, CgiValue, testing::ValuesIn(kFastcgiCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::translate
