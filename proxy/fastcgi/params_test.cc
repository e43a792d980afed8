#include "proxy/fastcgi/params.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace breakwater::fastcgi {
namespace {

using namespace std::string_literals;

std::string written(const std::vector<Param>& params) {
    std::string bytes(size_of_params(params), '\0');
    EXPECT_EQ(write_params(params, bytes.data()), bytes.data() + bytes.size());
    return bytes;
}

const std::string kEndOfParams = "\1\4\0\1\0\0\0\0"s;

struct ParamsCase {
    const char* name;
    const char* source;  ///< a section of the FastCGI specification 1.0
    std::vector<Param> params;
    std::string want;
};

const std::string k127(127, 'v');
const std::string k128(128, 'v');

const ParamsCase kParamsCases[] = {
    {"none", "5.2", {}, kEndOfParams},
    {"short", "3.4", {{"A", "bc"}}, "\1\4\0\1\0\5\0\0\1\2Abc"s + kEndOfParams},
    {"empty_value", "3.4", {{"A", ""}}, "\1\4\0\1\0\3\0\0\1\0A"s + kEndOfParams},
    {"two", "3.4", {{"A", "b"}, {"C", "d"}}, "\1\4\0\1\0\10\0\0\1\1Ab\1\1Cd"s + kEndOfParams},
    {"longest_short_length",
     "3.4",
     {{"A", k127}},
     "\1\4\0\1\0\x82\0\0\1\x7f\x41"s + k127 + kEndOfParams},
    {"four_bytes_of_length",
     "3.4",
     {{"A", k128}},
     "\1\4\0\1\0\x86\0\0\1\x80\0\0\x80\x41"s + k128 + kEndOfParams},
};

class Params : public testing::TestWithParam<ParamsCase> {};

TEST_P(Params, AreWritten) {
    SCOPED_TRACE(GetParam().source);
    EXPECT_EQ(written(GetParam().params), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Rules, Params, testing::ValuesIn(kParamsCases),
                         [](const auto& info) { return info.param.name; });

/// Section 3.3: a record holds 65535 bytes, and a pair may go on in the next.
TEST(ParamsWriting, ALongStreamTakesSeveralRecords) {
    const std::string value(100'000, 'v');
    const std::string bytes = written({{"A", value}});
    const std::string content = "\1\x80\1\x86\xa0\x41"s + value;
    const std::string first = "\1\4\0\1\xff\xff\0\0"s + content.substr(0, 65535);
    const std::string rest = content.substr(65535);
    const std::string second = "\1\4\0\1"s + static_cast<char>(rest.size() >> 8U) +
                               static_cast<char>(rest.size() & 0xffU) + "\0\0"s + rest;
    EXPECT_EQ(bytes, first + second + kEndOfParams);
}

}  // namespace
}  // namespace breakwater::fastcgi
