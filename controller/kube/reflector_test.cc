// A reflector against an API server that misbehaves: what it asks, what it makes of the answers, and
// what it says.

#include "controller/kube/reflector.h"

#include <gtest/gtest.h>

#include "controller/kube/reflector_fixture.h"

namespace breakwater::kube {
namespace {

using End = FakeReply::End;
using Texts = std::vector<std::string>;

struct ReflectorCase {
    const char* name;
    const char* source;
    std::vector<FakeReply> replies;
    Texts asked;  ///< one more than the replies: that one is left without an answer
    Texts noted;
    Texts said;
};

const char* const kApiConcepts = "Kubernetes API concepts";
const char* const kSeenAtServer = "kube-apiserver 1.35 answers so";
const char* const kNeverTrusted = "a server is never trusted";
const FakeReply kList = small_list();
const std::string kTooLarge =
    R"({"kind":"Status","reason":"Timeout","code":504,"message":"Too large resource version",)"
    R"("details":{"causes":[{"reason":"ResourceVersionTooLarge"}]}})";

const ReflectorCase kReflectorCases[] = {
    {"pages",
     kApiConcepts,
     {list_of({object("a", 1), object("b", 2)}, 10, "t/1"), list_of({object("c", 3)}, 10)},
     {"list", "list t%2F1", "watch 10"},
     {"list a b c"},
     {}},
    {"empty_list", kApiConcepts, {list_of({}, 10)}, {"list", "watch 10"}, {"list"}, {}},
    {"page_gone",
     kSeenAtServer,
     {list_of({object("a", 1)}, 10, "t"), refusal(410, "Expired"), list_of({object("b", 2)}, 20)},
     {"list", "list t", "list", "watch 20"},
     {"list b"},
     {}},
    {"page_cut",
     kNeverTrusted,
     {list_of({object("a", 1)}, 10, "t"), {R"({"items":[)", End::cut, 200, {}}, kList},
     {"list", "list t", "list", "watch 10"},
     {"list a"},
     {"+API server", "-API server"}},
    {"list_is_junk",
     kNeverTrusted,
     {stream("<html>"), kList},
     {"list", "list", "watch 10"},
     {"list a"},
     {"+Service"}},
    {"list_without_version",
     kNeverTrusted,
     {stream(R"({"items":[]})"), kList},
     {"list", "list", "watch 10"},
     {"list a"},
     {"+Service"}},
    {"item_without_name",
     kNeverTrusted,
     {list_of({"{}"}, 10), kList},
     {"list", "list", "watch 10"},
     {"list a"},
     {"+Service"}},
    {"events",
     kApiConcepts,
     {kList, stream(event("ADDED", object("b", 11)) + event("MODIFIED", object("a", 12)) +
                    event("DELETED", object("b", 13)))},
     {"list", "watch 10", "watch 13"},
     {"list a", "put b", "put a", "gone b"},
     {}},
    {"broken_objects",
     "one bad object costs only itself",
     {list_of({object("a", 1), broken("b", 2)}, 10),
      stream(event("MODIFIED", broken("a", 11)) + event("ADDED", object("c", 12)))},
     {"list", "watch 10", "watch 12"},
     {"list a !b", "broken a", "put c"},
     {}},
    {"bookmark",
     kApiConcepts,
     {kList, stream(bookmark(20))},
     {"list", "watch 10", "watch 20"},
     {"list a"},
     {}},
    {"cut_mid_line",
     kSeenAtServer,
     {kList, stream(event("ADDED", object("b", 11)) + R"({"type":"ADD)", End::cut)},
     {"list", "watch 10", "watch 11"},
     {"list a", "put b"},
     {}},
    {"cut_between_lines",
     kSeenAtServer,
     {kList, stream(event("ADDED", object("b", 11)), End::cut)},
     {"list", "watch 10", "watch 11"},
     {"list a", "put b"},
     {}},
    {"error_event_410",
     kSeenAtServer,
     {kList, stream(event("ERROR", status(410, "Expired"))), list_of({object("b", 20)}, 20)},
     {"list", "watch 10", "list", "watch 20"},
     {"list a", "list b"},
     {}},
    {"watch_410",
     kApiConcepts,
     {kList, refusal(410, "Gone"), list_of({object("b", 20)}, 20)},
     {"list", "watch 10", "list", "watch 20"},
     {"list a", "list b"},
     {}},
    {"watch_410_for_ever",
     kNeverTrusted,
     {kList, refusal(410, "Gone"), kList, refusal(410, "Gone"), kList, refusal(410, "Gone")},
     {"list", "watch 10", "list", "watch 10", "list", "watch 10", "list"},
     {"list a", "list a", "list a"},
     {"+Service"}},
    {"version_of_the_future",
     kSeenAtServer,
     {kList, {kTooLarge, End::clean, 504, {}}, kList},
     {"list", "watch 10", "list", "watch 10"},
     {"list a", "list a"},
     {}},
    {"error_event_500",
     kApiConcepts,
     {kList, stream(event("ERROR", status(500, "InternalError"))), stream(bookmark(11))},
     {"list", "watch 10", "watch 10", "watch 11"},
     {"list a"},
     {"+Service", "-Service"}},
    {"line_is_junk",
     kNeverTrusted,
     {kList, stream("junk\n"), kList, stream(bookmark(11))},
     {"list", "watch 10", "list", "watch 10", "watch 11"},
     {"list a", "list a"},
     {"+Service", "-Service"}},
    {"line_is_no_event",
     kNeverTrusted,
     {kList, stream("[]\n"), kList},
     {"list", "watch 10", "list", "watch 10"},
     {"list a", "list a"},
     {"+Service"}},
    {"event_unknown",
     kNeverTrusted,
     {kList, stream(event("RENAMED", object("b", 11))), kList},
     {"list", "watch 10", "list", "watch 10"},
     {"list a", "list a"},
     {"+Service"}},
    {"event_without_version",
     kNeverTrusted,
     {kList, stream(event("ADDED", R"({"metadata":{"name":"b"}})")), kList},
     {"list", "watch 10", "list", "watch 10"},
     {"list a", "list a"},
     {"+Service"}},
    {"watch_ends_at_once",
     kNeverTrusted,
     {kList, stream(""), stream(""), stream(""), kList},
     {"list", "watch 10", "watch 10", "watch 10", "list", "watch 10"},
     {"list a", "list a"},
     {"+Service"}},
    {"watch_cut_at_once",
     kNeverTrusted,
     {kList, stream("", End::cut), stream("", End::cut), stream("", End::cut), kList,
      stream(bookmark(11))},
     {"list", "watch 10", "watch 10", "watch 10", "list", "watch 10", "watch 11"},
     {"list a", "list a"},
     {"+Service", "-Service"}},
    {"cut_now_and_then",
     kApiConcepts,
     {kList, stream(bookmark(11), End::cut), stream(bookmark(12), End::cut), stream("", End::cut),
      stream(bookmark(13), End::cut), stream("", End::cut)},
     {"list", "watch 10", "watch 11", "watch 12", "watch 12", "watch 13", "watch 13"},
     {"list a"},
     {}},
    {"unauthorized",
     kSeenAtServer,
     {refusal(401, "Unauthorized"), refusal(401, "Unauthorized"), kList},
     {"list", "list", "list", "watch 10"},
     {"list a"},
     {"+API server", "-API server"}},
    {"forbidden",
     kSeenAtServer,
     {refusal(403, "Forbidden"), refusal(403, "Forbidden"), kList},
     {"list", "list", "list", "watch 10"},
     {"list a"},
     {"+Service", "-Service"}},
    {"watch_forbidden",
     kSeenAtServer,
     {kList, refusal(403, "Forbidden"), stream(bookmark(11))},
     {"list", "watch 10", "watch 10", "watch 11"},
     {"list a"},
     {"+Service", "-Service"}},
    {"too_many_requests",
     kApiConcepts,
     {refusal(429, "TooManyRequests", "Retry-After: 1\r\n"), kList},
     {"list", "list", "watch 10"},
     {"list a"},
     {"+Service", "-Service"}},
    {"server_errors",
     kApiConcepts,
     {refusal(500, "InternalError"), refusal(503, "ServiceUnavailable"), refusal(502, ""), kList},
     {"list", "list", "list", "list", "watch 10"},
     {"list a"},
     {"+Service", "-Service"}},
    {"error_page_is_junk",
     kNeverTrusted,
     {{"<html>no</html>", End::clean, 502, {}}, kList},
     {"list", "list", "watch 10"},
     {"list a"},
     {"+Service", "-Service"}},
};

class ReflectorTest : public testing::TestWithParam<ReflectorCase> {};

TEST_P(ReflectorTest, Recovers) {
    const ReflectorCase& c = GetParam();
    SCOPED_TRACE(c.source);
    FakeApi api(c.replies);
    Running running(api);
    Texts asked;
    for (const FakeRequest& request : api.wait_for(c.replies.size() + 1)) {
        asked.push_back(request.in_short());
        EXPECT_EQ(request.authorization, "Bearer secret");
    }
    running.end();
    EXPECT_EQ(asked, c.asked);
    EXPECT_EQ(running.notes.lines(), c.noted);
    EXPECT_EQ(running.said, c.said);
}

INSTANTIATE_TEST_SUITE_P(Misbehaviour, ReflectorTest, testing::ValuesIn(kReflectorCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::kube
