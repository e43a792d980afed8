#include "controller/kube/events.h"

#include <gtest/gtest.h>

namespace breakwater::kube {
namespace {

using Lines = std::vector<std::string>;

TEST(LineSplitter, CutsAtEveryByteAlike) {
    const std::string stream = "one\n\ntwo\nthree\nunfinished";
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        LineSplitter splitter(100);
        Lines lines;
        const auto take = [&lines](std::string_view line) {
            lines.emplace_back(line);
            return true;
        };
        EXPECT_TRUE(splitter.feed(stream.substr(0, cut), take));
        EXPECT_TRUE(splitter.feed(stream.substr(cut), take));
        EXPECT_EQ(lines, (Lines{"one", "two", "three"})) << cut;
    }
}

TEST(LineSplitter, EndsWhereItsCallerSays) {
    LineSplitter splitter(100);
    int lines = 0;
    EXPECT_FALSE(splitter.feed("a\nb\n", [&lines](std::string_view) { return ++lines < 1; }));
    EXPECT_EQ(lines, 1);
}

TEST(LineSplitter, HoldsNoMoreThanItsBound) {
    const auto take = [](std::string_view) { return true; };
    LineSplitter splitter(4);
    EXPECT_TRUE(splitter.feed("1234\n1234", take));
    EXPECT_FALSE(splitter.feed("5", take));
    EXPECT_FALSE(LineSplitter(4).feed("12345\n", take));
}

TEST(ReadEvent, EveryCutOfALineIsGarbled) {
    const std::string line =
        R"({"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"1"}}})";
    ASSERT_TRUE(read_event(Kind::service, line));
    for (std::size_t cut = 0; cut < line.size(); ++cut) {
        const auto event = read_event(Kind::service, line.substr(0, cut));
        ASSERT_FALSE(event) << cut;
        EXPECT_EQ(event.error().cause, Trouble::Cause::garbled);
    }
}

TEST(ReadEvent, InitialListsEndIsABookmark) {
    const auto event = read_event(Kind::ingress, R"({"type":"BOOKMARK","object":{"kind":"Ingress",
        "metadata":{"resourceVersion":"233","annotations":{"k8s.io/initial-events-end":"true"}},
        "spec":{},"status":{"loadBalancer":{}}}})");
    ASSERT_TRUE(event);
    EXPECT_TRUE(std::holds_alternative<Event::Bookmark>(event->what));
    EXPECT_EQ(event->version, "233");
}

const Wants kOnlyA = [](const Key& key) { return key.name == "a"; };

TEST(ReadEvent, OfWhatIsNotWantedTellsTheVersionOnly) {
    const auto event_of = [](const char* type, const char* name) {
        return read_event(Kind::secret,
                          std::string(R"({"type":")") + type +
                              R"(","object":{"metadata":{"name":")" + name +
                              R"(","resourceVersion":"7"},"data":{"x":"no Base64!"}}})",
                          kOnlyA);
    };
    for (const char* type : {"ADDED", "MODIFIED", "DELETED"}) {
        const auto event = event_of(type, "b");
        ASSERT_TRUE(event) << type;
        EXPECT_TRUE(std::holds_alternative<Event::Bookmark>(event->what)) << type;
        EXPECT_EQ(event->version, "7");
    }
    EXPECT_TRUE(std::holds_alternative<Broken>(event_of("ADDED", "a")->what));
}

TEST(ReadPage, HasOnlyWhatIsWanted) {
    const std::string page =
        R"({"metadata":{"resourceVersion":"7"},"other":[{"items":[{}]}],"items":[
        {"metadata":{"name":"b","namespace":"x"},"data":{"x":"no Base64!"}},
        {"metadata":{"name":"a"},"items":[{"metadata":{"name":"b"}}],"data":{"k":"Zm9v"}},
        {"data":{},"metadata":{"name":"b"}}]})";
    const auto got = read_page(Kind::secret, page, kOnlyA);
    ASSERT_TRUE(got);
    ASSERT_EQ(got->objects.size(), 1U);
    EXPECT_EQ(meta_of(got->objects.front()).name, "a");
    EXPECT_TRUE(got->broken.empty());
    EXPECT_EQ(got->version, "7");
    EXPECT_EQ(read_page(Kind::secret, page)->objects.size() +
                  read_page(Kind::secret, page)->broken.size(),
              3U);
    EXPECT_FALSE(
        read_page(Kind::secret, R"({"metadata":{"resourceVersion":"7"},"items":[{}]})", kOnlyA));
    EXPECT_FALSE(read_page(Kind::secret, "[[{}]]", kOnlyA));
}

}  // namespace
}  // namespace breakwater::kube
