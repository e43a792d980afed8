// Who may take the Lease when, and how long one who holds it leads.

#include "controller/election/election.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace breakwater::election {
namespace {

using namespace std::chrono_literals;

const Time kBegin = Time(1h);
const WallTime kWall = WallTime(std::chrono::microseconds(1'000'000));
const Rhythm kRhythm{10s};  // renewed every 2.5 s, led for 5 s without

/// What another one holds, renewed at a time by its own clock.
Record held_by(const char* holder, const char* renewed, std::chrono::seconds duration = 10s) {
    return {.holder = holder,
            .duration = duration,
            .acquire_time = "2026-01-01T00:00:00.000000Z",
            .renew_time = renewed,
            .transitions = 3};
}
const Record kFree{
    .holder = "", .duration = 1s, .acquire_time = "", .renew_time = "", .transitions = 3};
const Record kOther = held_by("other", "2026-01-01T00:00:00.000000Z");
const Record kOtherRenewed = held_by("other", "2026-01-01T00:00:02.000000Z");
const Record kOtherSkewed = held_by("other", "1999-01-01T00:00:00.000000Z");
const Record kOtherAhead = held_by("other", "2099-01-01T00:00:00.000000Z");

struct Step {
    enum class Do : std::uint8_t { look, claim, nothing };
    Duration at;
    Do what;
    Record seen;  ///< Do::look only
    bool may_claim;
    bool leads;
};
using Do = Step::Do;

struct Case {
    const char* name;
    const char* source;
    std::vector<Step> steps;
};

const char* const kGo = "client-go, tools/leaderelection";

const Case kCases[] = {
    {"fresh", kGo, {{0s, Do::look, {}, true, false}, {0s, Do::claim, {}, true, true}}},
    {"released", kGo, {{0s, Do::look, kFree, true, false}, {0s, Do::claim, {}, true, true}}},
    {"held_by_another",
     kGo,
     {{0s, Do::look, kOther, false, false}, {9s, Do::look, kOther, false, false}}},
    {"held_and_renewed",
     kGo,
     {{0s, Do::look, kOther, false, false},
      {9s, Do::look, kOtherRenewed, false, false},
      {18s, Do::look, kOtherRenewed, false, false},
      {19s, Do::look, kOtherRenewed, true, false}}},
    {"expired",
     kGo,
     {{0s, Do::look, kOther, false, false},
      {10s, Do::look, kOther, true, false},
      {10s, Do::claim, {}, true, true}}},
    {"duration_is_the_holders",
     kGo,
     {{0s, Do::look, held_by("other", "", 30s), false, false},
      {29s, Do::nothing, {}, false, false},
      {30s, Do::nothing, {}, true, false}}},
    {"duration_missing",
     "ours: as long as our own",
     {{0s, Do::look, held_by("other", "", 0s), false, false}, {10s, Do::nothing, {}, true, false}}},
    {"holders_clock_is_behind",
     kGo,
     {{0s, Do::look, kOtherSkewed, false, false}, {9s, Do::nothing, {}, false, false}}},
    {"holders_clock_is_ahead",
     kGo,
     {{0s, Do::look, kOtherAhead, false, false}, {10s, Do::nothing, {}, true, false}}},
    {"renewed",
     kGo,
     {{0s, Do::claim, {}, true, true},
      {2500ms, Do::claim, {}, true, true},
      {7s, Do::nothing, {}, true, true}}},
    {"outage_longer_than_the_renew_deadline",
     kGo,
     {{0s, Do::claim, {}, true, true},
      {4999ms, Do::nothing, {}, true, true},
      {5s, Do::nothing, {}, true, false},
      {30s, Do::claim, {}, true, true}}},
    {"lost_to_another",
     kGo,
     {{0s, Do::claim, {}, true, true},
      {1s, Do::look, kOther, false, false},
      {2s, Do::nothing, {}, false, false}}},
    {"our_own_of_a_life_before",
     kGo,
     {{0s, Do::look, held_by("self", ""), true, false}, {0s, Do::claim, {}, true, true}}},
};

class ElectionTest : public testing::TestWithParam<Case> {};

TEST_P(ElectionTest, Goes) {
    SCOPED_TRACE(GetParam().source);
    Election election("self", kRhythm);
    for (const Step& step : GetParam().steps) {
        SCOPED_TRACE(std::chrono::duration_cast<std::chrono::milliseconds>(step.at).count());
        const Time now = kBegin + step.at;
        if (step.what == Do::look) election.observe(step.seen, now);
        if (step.what == Do::claim) election.claimed(election.claim(kWall), now);
        EXPECT_EQ(election.may_claim(now), step.may_claim);
        EXPECT_EQ(election.leads(now), step.leads);
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, ElectionTest, testing::ValuesIn(kCases),
                         [](const auto& of) { return std::string(of.param.name); });

TEST(Election, CountsTransitionsAndKeepsTheTimeOfAcquiring) {
    Election election("self", kRhythm);
    EXPECT_EQ(election.claim(kWall).transitions, 0);  // nobody has ever held it
    election.observe(kOther, kBegin);
    const Record taken = election.claim(kWall);
    EXPECT_EQ(taken, (Record{.holder = "self",
                             .duration = 10s,
                             .acquire_time = "1970-01-01T00:00:01.000000Z",
                             .renew_time = "1970-01-01T00:00:01.000000Z",
                             .transitions = 4}));
    election.claimed(taken, kBegin);
    const Record renewed = election.claim(kWall + 2s);
    EXPECT_EQ(renewed.transitions, 4);
    EXPECT_EQ(renewed.acquire_time, taken.acquire_time);
    EXPECT_EQ(renewed.renew_time, "1970-01-01T00:00:03.000000Z");
}

TEST(Election, ReleasesForWhoeverComesFirst) {
    Election election("self", kRhythm);
    election.claimed(election.claim(kWall), kBegin);
    const Record released = election.release(kWall);
    EXPECT_EQ(released.holder, "");
    EXPECT_EQ(released.duration, 1s);
    Election other("other", kRhythm);
    other.observe(released, kBegin);
    EXPECT_TRUE(other.may_claim(kBegin));
}

TEST(Election, LooksAgainWhenTheHoldersTermIsOver) {
    Election election("self", kRhythm);
    election.observe(kOther, kBegin);
    EXPECT_EQ(election.next_try(kBegin, 0), kBegin + 2500ms);
    EXPECT_EQ(election.next_try(kBegin, 1), kBegin + 3s);
    EXPECT_EQ(election.next_try(kBegin + 9s, 0), kBegin + 10s);
    EXPECT_EQ(election.next_try(kBegin + 9s, 1), kBegin + 10s + 500ms);
    EXPECT_EQ(election.next_try(kBegin + 10s, 0), kBegin + 12500ms);  // it was not to be had
}

TEST(Election, RenewsWithoutJitter) {
    Election election("self", kRhythm);
    election.claimed(election.claim(kWall), kBegin);
    EXPECT_EQ(election.next_try(kBegin, 1), kBegin + 2500ms);
}

TEST(Lease, KeepsWhatItDoesNotKnow) {
    nlohmann::json lease = nlohmann::json::parse(
        R"({"metadata":{"labels":{"a":"b"}},"spec":{"strategy":"OldestEmulationVersion"}})");
    EXPECT_EQ(read_record(lease), Record{});
    write_record(kOther, lease);
    EXPECT_EQ(read_record(lease), kOther);
    EXPECT_EQ(lease["metadata"]["labels"]["a"], "b");
    EXPECT_EQ(lease["spec"]["strategy"], "OldestEmulationVersion");
}

TEST(Lease, NonsenseReadsAsNobody) {
    for (const char* text : {"[]", "{}", R"({"spec":[]})",
                             R"({"spec":{"holderIdentity":1,"leaseDurationSeconds":-1}})",
                             R"({"spec":{"leaseTransitions":99999999999}})"}) {
        EXPECT_EQ(read_record(nlohmann::json::parse(text)), Record{}) << text;
    }
}

}  // namespace
}  // namespace breakwater::election
