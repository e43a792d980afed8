#include "proxy/http1/chunked.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "proxy/http/limits.h"
#include "tests/support/scan_every_way.h"

namespace breakwater::http1 {
namespace {

using namespace std::string_literals;
using State = ChunkedDecoder::Step::State;

/// What came of a body: its data, how many bytes it had on the wire, its trailers; or an error.
struct Outcome {
    std::string data;
    std::size_t consumed = 0;
    std::string trailers;  ///< `name=value;` for each
    std::optional<Err> error;
    bool complete = false;
    bool operator==(const Outcome&) const = default;
};

class Run {
public:
    explicit Run(MessageKind kind) : decoder_(arena_, kind) {}

    /// All of a piece, as a body reader does it.
    void feed(std::string_view piece) {
        const auto bytes = exactly(piece);
        std::string_view rest = view_of(bytes);
        while (!outcome.error && !outcome.complete && !rest.empty()) {
            const Result<ChunkedDecoder::Step> step = decoder_.step(rest);
            if (!step) {
                outcome.error = step.error().code;
                return;
            }
            take(*step, rest);
            rest.remove_prefix(step->consumed);
        }
    }

    Outcome outcome;

private:
    void take(const ChunkedDecoder::Step& step, std::string_view rest) {
        outcome.data += step.data;
        outcome.consumed += step.consumed;
        outcome.complete = step.state == State::end;
        EXPECT_EQ(step.state == State::data, !step.data.empty());
        if (step.state == State::more) EXPECT_EQ(step.consumed, rest.size());
        if (!outcome.complete || decoder_.trailers() == nullptr) return;
        for (const http::Field& field : *decoder_.trailers()) {
            outcome.trailers += std::string(field.name()) + "=" + std::string(field.value()) + ";";
        }
    }

    Arena arena_;
    ChunkedDecoder decoder_;
};

Outcome decode(std::string_view bytes, MessageKind kind, std::size_t cut) {
    Run run(kind);
    run.feed(bytes.substr(0, cut));
    run.feed(bytes.substr(cut));
    return run.outcome;
}

/// The bytes that were good before an error depend on the pieces; the error does not.
void expect_same(const Outcome& got, const Outcome& want) {
    EXPECT_EQ(got.error, want.error);
    if (!want.error) EXPECT_EQ(got, want);
}

Outcome decode_every_way(std::string_view bytes, MessageKind kind) {
    const Outcome whole = decode(bytes, kind, bytes.size());
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        SCOPED_TRACE(testing::Message() << "cut at " << cut);
        expect_same(decode(bytes, kind, cut), whole);
    }
    Run bytewise(kind);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytewise.feed(bytes.substr(i, 1));
    expect_same(bytewise.outcome, whole);
    return whole;
}

struct Accepted {
    const char* name;
    const char* source;
    std::string bytes;
    std::string data;
    std::string trailers = "";
    std::size_t left = 0;  ///< bytes of the next message
    MessageKind kind = MessageKind::request;
};

constexpr const char* kChunk = "RFC 9112 7.1";
constexpr const char* kExtension = "RFC 9112 7.1.1: MUST ignore";
constexpr const char* kTrailer = "RFC 9112 7.1.2";
constexpr const char* kForbidden = "RFC 9110 6.5.1";

const Accepted kAccepted[] = {
    {"empty", kChunk, "0\r\n\r\n", ""},
    {"one", kChunk, "5\r\nhello\r\n0\r\n\r\n", "hello"},
    {"several", kChunk, "1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n", "abcdef"},
    {"hexadecimal", kChunk, "a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n",
     "01234567890123456789a"},
    {"leading_zeros", kChunk, "0000000000000001\r\na\r\n0000\r\n\r\n", "a"},
    {"data_with_line_ends", kChunk, "6\r\n\r\n0\r\n\r\r\n0\r\n\r\n", "\r\n0\r\n\r"},
    {"data_of_any_bytes", kChunk, "3\r\n\0\xFF\n\r\n0\r\n\r\n"s, "\0\xFF\n"s},
    {"what_follows_is_left", kChunk, "1\r\na\r\n0\r\n\r\nGET /", "a", "", 5},
    {"extension", kExtension, "1;a\r\nx\r\n0;b=c\r\n\r\n", "x"},
    {"extensions", kExtension, "1;a=b;c=\"d\"\r\nx\r\n0\r\n\r\n", "x"},
    {"space_before_extension", "RFC 9112 7.1.1: BWS", "1 \t;\ta = b \r\nx\r\n0\r\n\r\n", "x"},
    {"quoted_semicolon", kExtension, "1;a=\"b;\\\"c\\\\\"\r\nx\r\n0\r\n\r\n", "x"},
    {"longest_line", "limits.h",
     "1;" + std::string(http::kMaxChunkLineBytes - 3, 'a') + "\r\nx\r\n0\r\n\r\n", "x"},

    {"trailers", kTrailer, "0\r\nA: b\r\nc:d \r\n\r\n", "", "A=b;c=d;"},
    {"trailers_behind_data", kTrailer, "1\r\nx\r\n0\r\nGrpc-Status: 0\r\n\r\nnext", "x",
     "Grpc-Status=0;", 4},
    {"forbidden_trailers", kForbidden,
     "0\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\nHost: b\r\nAuthorization: c\r\n"
     "X-Forwarded-For: d\r\nCache-Control: e\r\nSet-Cookie: f\r\nok: g\r\n\r\n",
     "", "ok=g;"},
    {"only_forbidden_trailers", kForbidden, "0\r\nHost: b\r\n\r\n", ""},
    {"underscored_trailer", "field_lines.h", "0\r\nx_a: b\r\n\r\n", ""},
    {"underscored_trailer_of_a_response", "field_lines.h", "0\r\nx_a: b\r\n\r\n", "", "x_a=b;", 0,
     MessageKind::response},
};

class ChunkedTest : public testing::TestWithParam<Accepted> {};

TEST_P(ChunkedTest, Decodes) {
    const Accepted& c = GetParam();
    SCOPED_TRACE(c.source);
    const Outcome got = decode_every_way(c.bytes, c.kind);
    EXPECT_EQ(got.error, std::nullopt);
    EXPECT_TRUE(got.complete);
    EXPECT_EQ(got.data, c.data);
    EXPECT_EQ(got.consumed, c.bytes.size() - c.left);
    EXPECT_EQ(got.trailers, c.trailers);
}

INSTANTIATE_TEST_SUITE_P(Rules, ChunkedTest, testing::ValuesIn(kAccepted),
                         [](const auto& param) { return param.param.name; });

struct Refused {
    const char* name;
    const char* source;
    std::string bytes;
};

constexpr const char* kSize = "RFC 9112 7.1: 1*HEXDIG";
constexpr const char* kOverflow = "RFC 9112 7.1: MUST prevent overflow";
constexpr const char* kLineEnd = "RFC 9112 2.2: CR LF and nothing else";
constexpr const char* kTrailerField = "RFC 9110 6.5: as fields of a head";

const Refused kRefused[] = {
    {"no_size", kSize, "\r\n"},
    {"extension_alone", kSize, ";a\r\n"},
    {"letter", kSize, "g\r\n"},
    {"prefix_0x", kSize, "0x10\r\n"},
    {"plus", kSize, "+1\r\na\r\n"},
    {"minus", kSize, "-1\r\n"},
    {"space_before", kSize, " 1\r\na\r\n"},
    {"tab_before", kSize, "\t1\r\na\r\n"},
    {"space_behind", kSize, "1 \r\na\r\n"},
    {"space_inside", kSize, "1 0\r\n"},
    {"underscore", kSize, "1_0\r\n"},
    {"comma", kSize, "1,0\r\n"},
    {"nul", kSize, "1\0\r\n"s},
    {"high_byte", kSize, "\xB1\r\n"},
    {"seventeen_digits", kOverflow, "00000000000000001\r\n"},
    {"huge", kOverflow, "10000000000000000\r\n"},
    {"most_negative", kOverflow, "8000000000000000\r\n"},
    {"all_ones", kOverflow, "FFFFFFFFFFFFFFFF\r\n"},
    {"many_digits", kOverflow, std::string(300, 'f')},
    {"lf_behind_size", kLineEnd, "1\na\r\n"},
    {"cr_behind_size", kLineEnd, "1\ra\r\n"},
    {"cr_cr_lf_behind_size", kLineEnd, "1\r\r\na\r\n"},
    {"lf_behind_data", kLineEnd, "1\r\na\n0\r\n\r\n"},
    {"cr_behind_data", kLineEnd, "1\r\na\r0\r\n\r\n"},
    {"nothing_behind_data", kChunk, "1\r\na0\r\n\r\n"},
    {"data_too_long", kChunk, "1\r\nab\r\n0\r\n\r\n"},
    {"two_bytes_behind_data", "known smuggling: any two bytes skipped", "1\r\naxx0\r\n\r\n"},
    {"lf_behind_last_chunk", kLineEnd, "0\n\r\n"},
    {"lf_ends_body", kLineEnd, "0\r\n\n"},
    {"cr_ends_body", kLineEnd, "0\r\n\rX"},
    {"lf_in_extension", "known smuggling: LF ends the line for one hop", "1;a\nb\r\nx\r\n"},
    {"cr_in_extension", kLineEnd, "1;a\rb\r\nx\r\n"},
    {"lf_in_quoted_extension", kExtension, "1;a=\"b\nc\"\r\nx\r\n"},
    {"cr_lf_in_quoted_extension", kExtension, "1;a=\"b\r\nx\r\n0\r\n\r\n"},
    {"cr_lf_in_quoted_pair", kExtension, "1;a=\"\\\r\n\"\r\nx\r\n"},
    {"nul_in_extension", kExtension, "1;a\0\r\n"s},
    {"high_byte_in_extension", kExtension, "1;caf\xC3\xA9\r\n"},
    {"line_too_long", "limits.h", "1;" + std::string(http::kMaxChunkLineBytes, 'a') + "\r\n"},

    {"trailer_without_colon", kTrailerField, "0\r\na\r\n\r\n"},
    {"trailer_without_name", kTrailerField, "0\r\n: a\r\n\r\n"},
    {"trailer_folded", "RFC 9112 5.2", "0\r\na: b\r\n c\r\n\r\n"},
    {"trailer_space_before_colon", "RFC 9112 5.1", "0\r\na : b\r\n\r\n"},
    {"trailer_lf", kLineEnd, "0\r\na: b\n\r\n"},
    {"trailer_cr", kLineEnd, "0\r\na: b\rc\r\n\r\n"},
    {"trailer_nul", "RFC 9110 5.5", "0\r\na: \0\r\n\r\n"s},
    {"trailer_request", "RFC 9112 11.2", "0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
};

class RefusedChunksTest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedChunksTest, Refuses) {
    const Refused& c = GetParam();
    SCOPED_TRACE(c.source);
    const Outcome got = decode_every_way(c.bytes, MessageKind::request);
    EXPECT_EQ(got.error, Err::bad_body);
    EXPECT_FALSE(got.complete);
}

INSTANTIATE_TEST_SUITE_P(Rules, RefusedChunksTest, testing::ValuesIn(kRefused),
                         [](const auto& param) { return param.param.name; });

TEST(Chunked, AResponseIsRefusedInItsOwnWords) {
    EXPECT_EQ(decode_every_way("x", MessageKind::response).error, Err::bad_response);
    EXPECT_EQ(decode_every_way("0\r\na\r\n\r\n", MessageKind::response).error, Err::bad_response);
}

TEST(Chunked, AsManyBytesOfTrailersAsAllowed) {
    const std::string most(http::kMaxTrailerBytes - 4, 'b');
    const std::string good = "0\r\na:" + most + "\r\n\r\n";
    const std::string bad = "0\r\na:" + most + "b\r\n\r\n";
    for (const std::size_t cut : {good.size(), good.size() - 3, good.size() / 2}) {
        EXPECT_EQ(decode(good, MessageKind::request, cut).trailers, "a=" + most + ";");
        EXPECT_EQ(decode(bad, MessageKind::request, cut).error, Err::bad_body);
    }
}

TEST(Chunked, TooManyTrailers) {
    std::string bytes = "0\r\n";
    for (std::size_t i = 0; i <= http::kMaxFields; ++i) bytes += "a:b\r\n";
    EXPECT_EQ(decode(bytes + "\r\n", MessageKind::request, 0).error, Err::bad_body);
}

std::string repeated(std::string_view piece, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += piece;
    return all;
}

constexpr std::size_t kManyChunks = 100'000;

TEST(Chunked, AByteAtATimePasses) {
    const std::string bytes = repeated("1\r\nx\r\n", kManyChunks) + "0\r\n\r\n";
    EXPECT_EQ(decode(bytes, MessageKind::request, 0).data.size(), kManyChunks);
}

// CVE-2023-39326: a megabyte of comments for some kilobytes of data.
TEST(Chunked, ExtensionsForNothingAreRefused) {
    const std::string comment(100, 'c');
    const std::string chunk = "1;" + comment + "\r\nx\r\n";
    EXPECT_EQ(decode(repeated(chunk, 150) + "0\r\n\r\n", MessageKind::request, 0).error,
              std::nullopt);
    EXPECT_EQ(decode(repeated(chunk, 250), MessageKind::request, 0).error, Err::bad_body);
}

// Signatures of chunks, as S3's clients send them.
TEST(Chunked, ExtensionsOfRealChunksPass) {
    const std::string signature(90, 'f');
    const std::string data(0x1000, 'x');
    const std::string chunk = "1000;chunk-signature=" + signature + "\r\n" + data + "\r\n";
    EXPECT_EQ(decode(repeated(chunk, 1000), MessageKind::request, 0).data.size(),
              1000 * data.size());
}

TEST(Chunked, AnUnfinishedBodyIsNotComplete) {
    for (const char* bytes : {"", "1", "1\r\n", "1\r\na", "1\r\na\r\n", "0\r\n", "0\r\n\r"}) {
        const Outcome got = decode_every_way(bytes, MessageKind::request);
        EXPECT_FALSE(got.complete || got.error) << bytes;
    }
}

TEST(Chunked, TheLargestChunkCountsDown) {
    Arena arena;
    ChunkedDecoder decoder(arena);
    const std::string bytes = "7FFFFFFFFFFFFFFF\r\nabc";
    const auto step = decoder.step(bytes);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->state, State::data);
    EXPECT_EQ(step->data, "abc");
    EXPECT_EQ(step->data.data(), bytes.data() + 18) << "in place";
}

TEST(Chunked, HeaderIsHexadecimal) {
    std::array<char, kMaxChunkHeaderBytes> to;
    const auto header = [&](std::size_t size) {
        return std::string(to.data(), write_chunk_header(to.data(), size));
    };
    EXPECT_EQ(header(1), "1\r\n");
    EXPECT_EQ(header(16384), "4000\r\n");
    EXPECT_EQ(header(~std::size_t{0}), "ffffffffffffffff\r\n");
}

TEST(Chunked, LastChunk) {
    Arena arena;
    const http::Fields trailers(arena, {{"a", "b"}, {"c", ""}});
    const auto last = [](const http::Fields* fields) {
        std::string to(size_of_last_chunk(fields), '?');
        EXPECT_EQ(write_last_chunk(fields, to.data()), to.data() + to.size());
        return to;
    };
    EXPECT_EQ(last(nullptr), kLastChunk);
    EXPECT_EQ(last(&trailers), "0\r\na: b\r\nc: \r\n\r\n");
}

}  // namespace
}  // namespace breakwater::http1
