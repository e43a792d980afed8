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

}  // namespace
}  // namespace breakwater::kube
