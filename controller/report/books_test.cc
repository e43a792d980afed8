// What is remembered of what was written: the pace, the ledger of statuses, the book of Events.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/report/event_book.h"
#include "controller/report/status_ledger.h"
#include "controller/report/token_bucket.h"

namespace breakwater::report {
namespace {

using namespace std::chrono_literals;
using Verdict = StatusLedger::Verdict;

const Time kBegin = Time(1h);
const Addresses kOurs{{"192.0.2.1", {}}};
const Addresses kNext{{"192.0.2.2", {}}};

TEST(TokenBucket, GivesSoManyAtOnceAndThenOneEach) {
    TokenBucket bucket(3, 10ms);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(bucket.wait(kBegin), 0ms);
        bucket.take(kBegin);
    }
    EXPECT_EQ(bucket.wait(kBegin), 10ms);
    EXPECT_EQ(bucket.wait(kBegin + 10ms), 0ms);
    bucket.take(kBegin + 10ms);
    EXPECT_EQ(bucket.wait(kBegin + 10ms), 10ms);
    EXPECT_FALSE(bucket.is_full(kBegin + 39ms));
    EXPECT_TRUE(bucket.is_full(kBegin + 40ms));
}

TEST(StatusLedger, WaitsForTheWatchToBringWhatWasWritten) {
    StatusLedger ledger;
    EXPECT_EQ(ledger.judge("a", kOurs, kBegin), Verdict::write);
    ledger.written("a", kOurs, kBegin);
    EXPECT_EQ(ledger.judge("a", kOurs, kBegin + 9s), Verdict::wait);
    EXPECT_EQ(ledger.judge("a", kNext, kBegin + 9s), Verdict::write);  // we have moved
    EXPECT_EQ(ledger.judge("b", kOurs, kBegin + 9s), Verdict::write);
}

TEST(StatusLedger, FightsNobody) {
    StatusLedger ledger;
    Time now = kBegin;
    for (int i = 0; i < StatusLedger::kMostTimes; ++i, now += 1min) {
        EXPECT_EQ(ledger.judge("a", kOurs, now), Verdict::write);
        ledger.written("a", kOurs, now);
    }
    EXPECT_EQ(ledger.judge("a", kOurs, now), Verdict::dispute);
    EXPECT_EQ(ledger.judge("a", kOurs, now + 1min), Verdict::leave);
    EXPECT_EQ(ledger.judge("a", kOurs, kBegin + 1h), Verdict::write);  // it may have been a mistake
}

TEST(StatusLedger, ForgetsIngressesThatHaveGone) {
    StatusLedger ledger;
    ledger.written("a", kOurs, kBegin);
    ledger.keep({"b"});
    EXPECT_EQ(ledger.judge("a", kOurs, kBegin), Verdict::write);
}

Note example(std::string message = "wrong", std::string name = "site") {
    return {.object = {kube::Kind::ingress, {"shop", std::move(name)}},
            .uid = "u-1",
            .is_warning = true,
            .reason = "NotServed",
            .message = std::move(message)};
}

TEST(EventBook, SaysWhatLastsBeforeItIsForgotten) {
    EventBook book;
    const Note note = example();
    EXPECT_TRUE(book.is_due(note, kBegin));
    book.said(note, 1, kBegin);
    EXPECT_EQ(book.count(note), 1);
    EXPECT_FALSE(book.is_due(note, kBegin + 44min));
    EXPECT_TRUE(book.is_due(note, kBegin + 45min));
    book.tidy(kBegin + 59min);
    EXPECT_EQ(book.count(note), 1);
    book.tidy(kBegin + 1h);
    EXPECT_EQ(book.count(note), 0);
}

TEST(EventBook, LimitsWhatIsSaidOfOneObject) {
    EventBook book;
    for (std::uint32_t i = 0; i < EventBook::kAtOnce; ++i) {
        const Note note = example(std::to_string(i));
        EXPECT_TRUE(book.may_say(note, kBegin));
        book.said(note, 1, kBegin);
    }
    EXPECT_FALSE(book.may_say(example("more"), kBegin));
    EXPECT_TRUE(book.may_say(example("more"), kBegin + 5min));
    Note other = example();
    other.uid = "u-2";
    EXPECT_TRUE(book.may_say(other, kBegin));
}

Note warning_in(const std::string& namespace_name, std::size_t number) {
    Note note = example("wrong", "site-" + std::to_string(number));
    note.object.key.namespace_name = namespace_name;
    note.uid = namespace_name + "-" + std::to_string(number);
    return note;
}

/// Says what there is room for of a namespace's mistakes. @return how many
std::size_t say_of(EventBook& book, const std::string& namespace_name, std::size_t mistakes) {
    std::size_t said = 0;
    for (std::size_t i = 0; i < mistakes; ++i) {
        const Note note = warning_in(namespace_name, i);
        if (book.count(note) > 0 || !book.make_room(note)) continue;
        book.said(note, 1, kBegin);
        ++said;
    }
    return said;
}

TEST(EventBook, IsBoundedAndSharedByNamespaces) {
    EventBook book;
    EXPECT_EQ(say_of(book, "loud", 3000), EventBook::kMostEvents);
    EXPECT_EQ(say_of(book, "quiet", 3), 3U) << "who has most gives way";
    EXPECT_EQ(book.share(warning_in("loud", 0)), EventBook::kMostEvents - 3);
    EXPECT_EQ(say_of(book, "loud", 3000), 0U) << "and does not take it back";
    say_of(book, "as-loud", 3000);
    EXPECT_NEAR(book.share(warning_in("as-loud", 0)), book.share(warning_in("loud", 0)), 1.0);
    EXPECT_EQ(book.share(warning_in("quiet", 0)), 3U);

    const Note said = warning_in("quiet", 0);
    EXPECT_TRUE(book.make_room(said)) << "it is there already";
    book.forget(said);
    EXPECT_EQ(book.share(said), 2U);
    EXPECT_TRUE(book.make_room(warning_in("loud", 3000))) << "there is one place again";
    book.tidy(kBegin + EventBook::kForgotten);
    EXPECT_EQ(say_of(book, "loud", 3000), EventBook::kMostEvents);
}

TEST(EventBook, ChangesOfIngressesDoNotKeepMistakesFromBeingSaid) {
    EventBook book;
    for (std::size_t i = 0; i < EventBook::kMostEvents; ++i) {
        Note sync = warning_in("shop", i);
        sync.is_warning = false;
        ASSERT_TRUE(book.make_room(sync));
        book.said(sync, 1, kBegin);
    }
    EXPECT_EQ(say_of(book, "shop", 3), 3U);
}

TEST(EventName, IsThatOfWhatItSays) {
    const Note note = example();
    EXPECT_EQ(name_of(note), name_of(example()));
    EXPECT_NE(name_of(note), name_of(example("also wrong")));
    EXPECT_TRUE(name_of(note).starts_with("site."));
    EXPECT_EQ(name_of(note).size(), 5U + 16U);
    const std::string longest = name_of(example("wrong", std::string(235, 'a') + ".-" + "bcdefgh"));
    EXPECT_LE(longest.size(), 253U);
    EXPECT_TRUE(longest.contains("aa.")) << longest;  // what the cut leaves ends in a letter
}

TEST(EventText, IsWhatTheApiWants) {
    const WallTime now(std::chrono::seconds(1));
    const nlohmann::json event = new_event(example(), "pod-1", now);
    EXPECT_EQ(event["metadata"]["namespace"], "shop");
    EXPECT_EQ(event["involvedObject"].dump(),
              R"({"apiVersion":"networking.k8s.io/v1","kind":"Ingress","name":"site",)"
              R"("namespace":"shop","uid":"u-1"})");
    EXPECT_EQ(event["type"], "Warning");
    EXPECT_EQ(event["lastTimestamp"], "1970-01-01T00:00:01.000000Z");
    EXPECT_EQ(event["count"], 1);
    EXPECT_EQ(refresh_of(0, now).contains("count"), false);
    EXPECT_EQ(refresh_of(7, now)["count"], 7);

    Note of_class = example();
    of_class.object = {kube::Kind::ingress_class, {"", "nginx"}};
    EXPECT_EQ(new_event(of_class, "", now)["metadata"]["namespace"], "default");
    EXPECT_FALSE(new_event(of_class, "", now)["involvedObject"].contains("namespace"));
}

struct ReasonCase {
    const char* name;
    table::Severity severity;
    const char* field;
    const char* reason;
    const char* message;
};

const ReasonCase kReasons[] = {
    {"error", table::Severity::error, "spec.tls[0]", "NotServed", "spec.tls[0]: why"},
    {"warning", table::Severity::warning, "spec.tls[0]", "ServedOtherwise", "spec.tls[0]: why"},
    {"annotation", table::Severity::error, "metadata.annotations[x]", "AnnotationParsingFailed",
     "metadata.annotations[x]: why"},
    {"annotation_warning", table::Severity::warning, "metadata.annotations[x]", "ServedOtherwise",
     "metadata.annotations[x]: why"},
    {"without_field", table::Severity::error, "", "NotServed", "why"},
};

class ReasonTest : public testing::TestWithParam<ReasonCase> {};

TEST_P(ReasonTest, IsOneWord) {
    const table::Finding finding{
        {"Ingress", "shop", "site"}, GetParam().field, "why", GetParam().severity};
    const Note note = note_of(finding, {kube::Kind::ingress, {"shop", "site"}}, "u-1");
    EXPECT_EQ(note.reason, GetParam().reason);
    EXPECT_EQ(note.message, GetParam().message);
    EXPECT_TRUE(note.is_warning);
}

INSTANTIATE_TEST_SUITE_P(Findings, ReasonTest, testing::ValuesIn(kReasons),
                         [](const auto& of) { return std::string(of.param.name); });

TEST(EventText, IsCutBetweenCharacters) {
    std::string text(1023, 'a');
    text += "\xC3\xA4";  // one character of two bytes
    const Note note = note_of({{"Ingress", "shop", "site"}, "", text, table::Severity::error},
                              {kube::Kind::ingress, {"shop", "site"}}, "u-1");
    EXPECT_EQ(note.message, std::string(1023, 'a'));
}

}  // namespace
}  // namespace breakwater::report
