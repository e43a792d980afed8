// A reflector against an API server that misbehaves: what it asks, what it makes of the answers, and
// what it says.

#include "controller/kube/reflector.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>

#include "controller/kube/fake_api.h"

namespace breakwater::kube {
namespace {

using namespace std::chrono_literals;
using End = FakeReply::End;
using Texts = std::vector<std::string>;

/// Writes down what it is given: `list a b !broken`, `put a`, `gone a`, `broken a`.
class Notes : public Sink {
public:
    void on_list(const Target&, std::vector<Object> objects, std::vector<Broken> broken) override {
        std::string line = "list";
        for (const Object& object : objects) line += " " + meta_of(object).name;
        for (const Broken& one : broken) line += " !" + one.id.key.name;
        lines_.push_back(line);
    }
    void on_event(Event event) override { std::visit(*this, event.what); }

    void operator()(const Object& object) { lines_.push_back("put " + meta_of(object).name); }
    void operator()(const Event::Removed& gone) { lines_.push_back("gone " + gone.id.key.name); }
    void operator()(const Broken& broken) { lines_.push_back("broken " + broken.id.key.name); }
    void operator()(const Event::Bookmark&) { lines_.push_back("a bookmark"); }

    /// When the reflector's thread has ended.
    [[nodiscard]] const Texts& lines() const { return lines_; }

private:
    Texts lines_;
};

/// No waiting that matters, and no watch that counts as long.
Pace quick() {
    Pace pace;
    pace.first = 1ms;
    pace.most = 2ms;
    pace.forbidden = 1ms;
    pace.most_asked = 1ms;
    pace.short_watch = 1h;
    return pace;
}

/// A reflector of Services on a thread, until it goes out of scope.
class Running {
public:
    explicit Running(const FakeApi& api, const Pace& pace = quick(),
                     Target target = {.kind = Kind::service, .namespace_name = {}, .name = {}})
        : credentials_(access_to(api)),
          complaints_([this](const Complaints::Line& line) { hear(line); }),
          reflector_(std::move(target), credentials_, complaints_, notes, pace, 1),
          thread_([this](const std::stop_token& stop) { reflector_.run(stop); }) {}

    void end() {
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }

    Notes notes;
    Texts said;     ///< `+what` when wrong, `-what` when over
    Texts reasons;  ///< of what is wrong

private:
    static Access access_to(const FakeApi& api) {
        Access access;
        access.cluster.url = api.url();
        access.user.token = "secret";
        return access;
    }
    void hear(const Complaints::Line& line) {
        said.push_back((line.wrong ? "+" : "-") + line.what);
        if (line.wrong) reasons.push_back(line.reason);
    }

    Credentials credentials_;
    Complaints complaints_;
    Reflector reflector_;
    std::jthread thread_;
};

// What a server says.

std::string object(std::string_view name, int version) {
    return fmt::format(
        R"({{"kind":"Service","apiVersion":"v1","metadata":{{"namespace":"n","name":"{}","resourceVersion":"{}"}}}})",
        name, version);
}
std::string broken(std::string_view name, int version) {
    return fmt::format(R"({{"metadata":{{"name":"{}","resourceVersion":"{}"}},"spec":[]}})", name,
                       version);
}
FakeReply list_of(const Texts& items, int version, std::string_view go_on = "") {
    return {.body = fmt::format(
                R"({{"kind":"ServiceList","metadata":{{"resourceVersion":"{}","continue":"{}"}},"items":[{}]}})",
                version, go_on, fmt::join(items, ",")),
            .fields = {}};
}
std::string event(std::string_view type, const std::string& of) {
    return fmt::format(R"({{"type":"{}","object":{}}})", type, of) + "\n";
}
std::string bookmark(int version) {
    return event("BOOKMARK", fmt::format(R"({{"metadata":{{"resourceVersion":"{}"}}}})", version));
}
std::string status(int code, std::string_view reason, std::string_view message = "why") {
    return fmt::format(
        R"({{"kind":"Status","status":"Failure","message":"{}","reason":"{}","code":{}}})", message,
        reason, code);
}
FakeReply refusal(int code, std::string_view reason, std::string fields = {}) {
    return {.body = status(code, reason), .status = code, .fields = std::move(fields)};
}
FakeReply stream(std::string body, End end = End::clean) {
    return {.body = std::move(body), .end = end, .fields = {}};
}

struct Case {
    const char* name;
    const char* source;
    std::vector<FakeReply> replies;
    Texts asked;  ///< one more than the replies: that one is left without an answer
    Texts noted;
    Texts said;
};

const char* const kApi = "Kubernetes API concepts";
const char* const kSeen = "kube-apiserver 1.35 answers so";
const char* const kLies = "a server is never trusted";
const auto kList = list_of({object("a", 5)}, 10);
const std::string kTooLarge =
    R"({"kind":"Status","reason":"Timeout","code":504,"message":"Too large resource version",)"
    R"("details":{"causes":[{"reason":"ResourceVersionTooLarge"}]}})";

const Case kCases[] = {
    {"pages", kApi,
     {list_of({object("a", 1), object("b", 2)}, 10, "t/1"), list_of({object("c", 3)}, 10)},
     {"list", "list t%2F1", "watch 10"}, {"list a b c"}, {}},
    {"empty_list", kApi, {list_of({}, 10)}, {"list", "watch 10"}, {"list"}, {}},
    {"page_gone", kSeen,
     {list_of({object("a", 1)}, 10, "t"), refusal(410, "Expired"), list_of({object("b", 2)}, 20)},
     {"list", "list t", "list", "watch 20"}, {"list b"}, {}},
    {"page_cut", kLies,
     {list_of({object("a", 1)}, 10, "t"), {R"({"items":[)", End::cut, 200, {}}, kList},
     {"list", "list t", "list", "watch 10"}, {"list a"}, {"+API server", "-API server"}},
    {"list_is_junk", kLies, {stream("<html>"), kList}, {"list", "list", "watch 10"}, {"list a"},
     {"+Service"}},
    {"list_without_version", kLies, {stream(R"({"items":[]})"), kList},
     {"list", "list", "watch 10"}, {"list a"}, {"+Service"}},
    {"item_without_name", kLies, {list_of({"{}"}, 10), kList}, {"list", "list", "watch 10"},
     {"list a"}, {"+Service"}},
    {"events", kApi,
     {kList, stream(event("ADDED", object("b", 11)) + event("MODIFIED", object("a", 12)) +
                    event("DELETED", object("b", 13)))},
     {"list", "watch 10", "watch 13"}, {"list a", "put b", "put a", "gone b"}, {}},
    {"broken_objects", "one bad object costs only itself",
     {list_of({object("a", 1), broken("b", 2)}, 10),
      stream(event("MODIFIED", broken("a", 11)) + event("ADDED", object("c", 12)))},
     {"list", "watch 10", "watch 12"}, {"list a !b", "broken a", "put c"}, {}},
    {"bookmark", kApi, {kList, stream(bookmark(20))}, {"list", "watch 10", "watch 20"}, {"list a"},
     {}},
    {"cut_mid_line", kSeen,
     {kList, stream(event("ADDED", object("b", 11)) + R"({"type":"ADD)", End::cut)},
     {"list", "watch 10", "watch 11"}, {"list a", "put b"}, {}},
    {"cut_between_lines", kSeen, {kList, stream(event("ADDED", object("b", 11)), End::cut)},
     {"list", "watch 10", "watch 11"}, {"list a", "put b"}, {}},
    {"error_event_410", kSeen,
     {kList, stream(event("ERROR", status(410, "Expired"))), list_of({object("b", 20)}, 20)},
     {"list", "watch 10", "list", "watch 20"}, {"list a", "list b"}, {}},
    {"watch_410", kApi, {kList, refusal(410, "Gone"), list_of({object("b", 20)}, 20)},
     {"list", "watch 10", "list", "watch 20"}, {"list a", "list b"}, {}},
    {"watch_410_for_ever", kLies,
     {kList, refusal(410, "Gone"), kList, refusal(410, "Gone"), kList, refusal(410, "Gone")},
     {"list", "watch 10", "list", "watch 10", "list", "watch 10", "list"},
     {"list a", "list a", "list a"}, {"+Service"}},
    {"version_of_the_future", kSeen, {kList, {kTooLarge, End::clean, 504, {}}, kList},
     {"list", "watch 10", "list", "watch 10"}, {"list a", "list a"}, {}},
    {"error_event_500", kApi,
     {kList, stream(event("ERROR", status(500, "InternalError"))), stream(bookmark(11))},
     {"list", "watch 10", "watch 10", "watch 11"}, {"list a"}, {"+Service", "-Service"}},
    {"line_is_junk", kLies, {kList, stream("junk\n"), kList, stream(bookmark(11))},
     {"list", "watch 10", "list", "watch 10", "watch 11"}, {"list a", "list a"},
     {"+Service", "-Service"}},
    {"line_is_no_event", kLies, {kList, stream("[]\n"), kList},
     {"list", "watch 10", "list", "watch 10"}, {"list a", "list a"}, {"+Service"}},
    {"event_unknown", kLies, {kList, stream(event("RENAMED", object("b", 11))), kList},
     {"list", "watch 10", "list", "watch 10"}, {"list a", "list a"}, {"+Service"}},
    {"event_without_version", kLies,
     {kList, stream(event("ADDED", R"({"metadata":{"name":"b"}})")), kList},
     {"list", "watch 10", "list", "watch 10"}, {"list a", "list a"}, {"+Service"}},
    {"watch_ends_at_once", kLies, {kList, stream(""), stream(""), stream(""), kList},
     {"list", "watch 10", "watch 10", "watch 10", "list", "watch 10"}, {"list a", "list a"},
     {"+Service"}},
    {"watch_cut_at_once", kLies,
     {kList, stream("", End::cut), stream("", End::cut), stream("", End::cut), kList,
      stream(bookmark(11))},
     {"list", "watch 10", "watch 10", "watch 10", "list", "watch 10", "watch 11"},
     {"list a", "list a"}, {"+Service", "-Service"}},
    {"cut_now_and_then", kApi,
     {kList, stream(bookmark(11), End::cut), stream(bookmark(12), End::cut), stream("", End::cut),
      stream(bookmark(13), End::cut), stream("", End::cut)},
     {"list", "watch 10", "watch 11", "watch 12", "watch 12", "watch 13", "watch 13"}, {"list a"},
     {}},
    {"unauthorized", kSeen, {refusal(401, "Unauthorized"), refusal(401, "Unauthorized"), kList},
     {"list", "list", "list", "watch 10"}, {"list a"}, {"+API server", "-API server"}},
    {"forbidden", kSeen, {refusal(403, "Forbidden"), refusal(403, "Forbidden"), kList},
     {"list", "list", "list", "watch 10"}, {"list a"}, {"+Service", "-Service"}},
    {"watch_forbidden", kSeen, {kList, refusal(403, "Forbidden"), stream(bookmark(11))},
     {"list", "watch 10", "watch 10", "watch 11"}, {"list a"}, {"+Service", "-Service"}},
    {"too_many_requests", kApi, {refusal(429, "TooManyRequests", "Retry-After: 1\r\n"), kList},
     {"list", "list", "watch 10"}, {"list a"}, {"+Service", "-Service"}},
    {"server_errors", kApi,
     {refusal(500, "InternalError"), refusal(503, "ServiceUnavailable"), refusal(502, ""), kList},
     {"list", "list", "list", "list", "watch 10"}, {"list a"}, {"+Service", "-Service"}},
    {"error_page_is_junk", kLies, {{"<html>no</html>", End::clean, 502, {}}, kList},
     {"list", "list", "watch 10"}, {"list a"}, {"+Service", "-Service"}},
};

class ReflectorTest : public testing::TestWithParam<Case> {};

TEST_P(ReflectorTest, Recovers) {
    const Case& c = GetParam();
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

INSTANTIATE_TEST_SUITE_P(Misbehaviour, ReflectorTest, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

Texts asked_of(FakeApi& api, std::size_t count) {
    Texts asked;
    for (const FakeRequest& request : api.wait_for(count)) asked.push_back(request.in_short());
    return asked;
}

TEST(Reflector, WatchThatNeverSpeaksEndsInAList) {
    // A server whose store was set back: 200, and then nothing, for ever.
    FakeApi api({kList, stream("", End::hang), list_of({object("b", 3)}, 7)});
    Pace pace = quick();
    pace.stall = 20ms;
    Running running(api, pace);
    const Texts asked = asked_of(api, 4);
    EXPECT_EQ(Texts(asked.begin(), asked.begin() + 4),
              (Texts{"list", "watch 10", "list", "watch 7"}));
    running.end();
    ASSERT_GE(running.notes.lines().size(), 2U);
    EXPECT_EQ(running.notes.lines()[1], "list b");
}

TEST(Reflector, AnExpiredVersionIsListedAgainWithoutWaiting) {
    FakeApi api({kList, refusal(410, "Expired"), kList, refusal(410, "Expired"), kList});
    Pace pace = quick();
    pace.first = pace.most = 1h;
    Running running(api, pace);
    EXPECT_EQ(asked_of(api, 6),
              (Texts{"list", "watch 10", "list", "watch 10", "list", "watch 10"}));
}

TEST(Reflector, ListThatIsNeverAnsweredIsAskedAgain) {
    FakeApi api({stream("", End::silent), kList});
    Pace pace = quick();
    pace.list_time = 20ms;
    Running running(api, pace);
    EXPECT_EQ(asked_of(api, 3), (Texts{"list", "list", "watch 10"}));
    running.end();
    EXPECT_EQ(running.said, (Texts{"+API server", "-API server"}));
}

TEST(Reflector, WatchThatEndsInTimeGoesOnWithoutAWord) {
    FakeApi api({kList, stream(""), stream(""), stream("")});
    Pace pace = quick();
    pace.short_watch = 0ms;
    Running running(api, pace);
    EXPECT_EQ(asked_of(api, 5), (Texts{"list", "watch 10", "watch 10", "watch 10", "watch 10"}));
    running.end();
    EXPECT_EQ(running.said, Texts{});
}

TEST(Reflector, ForbiddenClassesCountAsNone) {
    FakeApi api({refusal(403, "Forbidden"), refusal(403, "Forbidden"), kList});
    Running running(api, quick(), {Kind::ingress_class, "", "", true});
    EXPECT_EQ(asked_of(api, 4).size(), 4U);
    running.end();
    EXPECT_EQ(running.notes.lines(), (Texts{"list", "list a"}));
    EXPECT_EQ(running.said, (Texts{"+IngressClass", "-IngressClass"}));
}

TEST(Reflector, PageThatIsTooLargeIsAskedForInSmallerOnes) {
    FakeApi api({stream(std::string(Reflector::kMaxPageBytes + 1, ' ')), kList});
    Running running(api);
    const auto asked = api.wait_for(3);
    ASSERT_EQ(asked.size(), 3U);
    EXPECT_TRUE(asked[0].target.contains("limit=500")) << asked[0].target;
    EXPECT_TRUE(asked[1].target.contains("limit=125")) << asked[1].target;
    running.end();
    EXPECT_EQ(running.notes.lines(), Texts{"list a"});
}

TEST(Reflector, LineWithoutAnEndCostsTheWatch) {
    FakeApi api({kList, stream(std::string(Reflector::kMaxLineBytes + 1, 'x'), End::hang), kList});
    Running running(api);
    EXPECT_EQ(asked_of(api, 4), (Texts{"list", "watch 10", "list", "watch 10"}));
    running.end();
    EXPECT_EQ(running.said, Texts{"+Service"});
}

TEST(Reflector, NamesTheMissingRight) {
    FakeApi api({refusal(403, "Forbidden")});
    Running running(api, quick(), {Kind::ingress, "shop", ""});
    api.wait_for(2);
    running.end();
    EXPECT_EQ(running.reasons,
              Texts{"missing right: list ingresses.networking.k8s.io in namespace shop: why"});
}

TEST(Reflector, UnreachableServerIsSaidOnce) {
    std::string url;
    Texts said;
    Notes notes;
    {
        const FakeApi gone(std::vector<FakeReply>{});
        url = gone.url();
    }
    std::mutex mutex;
    std::condition_variable heard;
    Complaints complaints([&](const Complaints::Line& line) {
        const std::scoped_lock lock(mutex);
        said.push_back(line.what);
        heard.notify_all();
    });
    Access access;
    access.cluster.url = url;
    Credentials credentials(access);
    Reflector services({Kind::service, "", ""}, credentials, complaints, notes, quick(), 1);
    Reflector secrets({Kind::secret, "", ""}, credentials, complaints, notes, quick(), 2);
    {
        const std::jthread one([&](const std::stop_token& stop) { services.run(stop); });
        const std::jthread two([&](const std::stop_token& stop) { secrets.run(stop); });
        std::unique_lock lock(mutex);
        ASSERT_TRUE(heard.wait_for(lock, 10s, [&] { return !said.empty(); }));
    }
    EXPECT_EQ(said, Texts{"API server"});
    EXPECT_EQ(notes.lines(), Texts{});
}

TEST(Reflector, StopsAtOnceWhereverItWaits) {
    for (const End end : {End::silent, End::hang}) {
        FakeApi api({kList, stream("", end)});
        Running running(api);
        ASSERT_EQ(api.wait_for(2).size(), 2U);
        const auto began = std::chrono::steady_clock::now();
        running.end();
        EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
    }
    FakeApi api({refusal(500, "InternalError")});
    Pace pace = quick();
    pace.first = pace.most = 1h;
    Running running(api, pace);
    ASSERT_EQ(api.wait_for(1).size(), 1U);
    const auto began = std::chrono::steady_clock::now();
    running.end();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
}

TEST(Reflector, CredentialsThatCannotBeReadAreSaidAndTriedAgain) {
    FakeApi api({kList});
    Notes notes;
    std::mutex mutex;
    std::condition_variable heard;
    Texts said;
    Complaints complaints([&](const Complaints::Line& line) {
        const std::scoped_lock lock(mutex);
        said.push_back(line.reason);
        heard.notify_all();
    });
    Access access;
    access.cluster.url = api.url();
    access.user.token_file = "/nonexistent/token";
    Credentials credentials(access);
    Reflector reflector({Kind::service, "", ""}, credentials, complaints, notes, quick(), 1);
    {
        const std::jthread thread([&](const std::stop_token& stop) { reflector.run(stop); });
        std::unique_lock lock(mutex);
        ASSERT_TRUE(heard.wait_for(lock, 10s, [&] { return !said.empty(); }));
    }
    EXPECT_EQ(said, Texts{"/nonexistent/token cannot be read: No such file or directory"});
}

}  // namespace
}  // namespace breakwater::kube
