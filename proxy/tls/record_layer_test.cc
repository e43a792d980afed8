// What a client may say in records behind its handshake, and what comes of it. Through OpenSSL's own
// client, stream_test.cc.

#include "proxy/tls/record_layer.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/allocated.h"
#include "tests/support/scripted_stream.h"
#include "tests/support/test_io.h"

namespace breakwater::tls {
namespace {

using test::allocated_bytes;
using test::ScriptedStream;
using Way = RecordProtection::Way;

constexpr int kCloseNotify = 0;
constexpr int kUnexpectedMessage = 10;
constexpr int kBadRecordMac = 20;
constexpr int kRecordOverflow = 22;
constexpr int kDecodeError = 50;

constexpr std::string_view kKeyUpdate("\x18\0\0\1\0", 5);
constexpr std::string_view kKeyUpdateRequested("\x18\0\0\1\1", 5);
constexpr std::string_view kEnd("\1\0", 2);

const RecordSuite& suite() { return *find_record_suite(0x1301); }

RecordProtection protection(char fill, Way way, std::uint64_t next = 0) {
    const std::vector<std::uint8_t> bytes(suite().secret_bytes, static_cast<std::uint8_t>(fill));
    return {suite(), TrafficSecret(bytes), way, next};
}

/// A client that seals, and opens what it is told.
class Client {
public:
    Client& say(ContentType type, std::string_view content) {
        std::string room(content.size() + RecordProtection::kExtraBytes, '\0');
        bytes_ += sealing_.seal(type, content, {}, room);
        return *this;
    }
    Client& say(std::string_view content) { return say(ContentType::application_data, content); }
    Client& update() {
        sealing_.update();
        return *this;
    }
    Client& say_unsealed(std::string_view bytes) {
        bytes_ += bytes;
        return *this;
    }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    RecordProtection sealing_ = protection('c', Way::seal);
    std::string bytes_;
};

struct Told {
    ContentType type;
    std::string content;
    bool operator==(const Told&) const = default;
};

/// What the server has written, as the client reads it.
std::vector<Told> told(std::string bytes) {
    RecordProtection opening = protection('s', Way::open);
    std::vector<Told> all;
    std::span<char> rest(bytes);
    while (rest.size() >= RecordProtection::kHeaderBytes) {
        const std::size_t size =
            RecordProtection::kHeaderBytes +
            (static_cast<std::size_t>(static_cast<unsigned char>(rest[3])) << 8) +
            static_cast<unsigned char>(rest[4]);
        const auto opened = opening.open(rest.first(size));
        if (!opened) {
            ADD_FAILURE() << "a record that the client cannot open";
            return all;
        }
        all.push_back({opened->type, std::string(opened->content)});
        if (opened->type == ContentType::handshake) opening.update();
        rest = rest.subspan(size);
    }
    EXPECT_TRUE(rest.empty());
    return all;
}

class RecordLayerTest : public testing::Test {
protected:
    /// Reads to the end in rooms of that size.
    struct Read {
        std::string content;
        Tried end;
        std::vector<Told> told;
    };
    Read read_all(const Client& client, std::size_t piece = 100'000, std::size_t room = 20'000) {
        ScriptedStream script(reactor, client.bytes(), piece);
        Wire wire(script);
        RecordLayer layer(script, wire, protection('c', Way::open), protection('s', Way::seal), {});
        Read read;
        std::string into(room, '\0');
        do {
            read.end = layer.read(into);
            if (read.end.state == Tried::State::some) read.content.append(into, 0, read.end.bytes);
        } while (read.end.state == Tried::State::some);
        EXPECT_FALSE(layer.idle());
        EXPECT_EQ(layer.read(into).state, read.end.state) << "the end is for good";
        read.told = told(script.written());
        return read;
    }

    Reactor reactor{system_clock(), make_poller(test::test_io())};
};

TEST_F(RecordLayerTest, InPiecesAndRoomsOfAnySize) {
    Client client;
    std::string all;
    for (const std::size_t size :
         {1U, 5U, 16'384U, 3U, 10'000U, 16'384U, 16'384U, 16'384U, 16'384U}) {
        const std::string text(size, static_cast<char>('a' + size % 26));
        client.say(text);
        all += text;
    }
    client.say(ContentType::alert, kEnd);
    for (const std::size_t piece : {1U, 2U, 7U, 1'000U, 16'406U, 100'000U}) {
        for (const std::size_t room : {1U, 100U, 16'383U, 16'384U, 65'536U}) {
            const Read read = read_all(client, piece, room);
            EXPECT_TRUE(read.content == all) << piece << " " << room;
            EXPECT_EQ(read.end.state, Tried::State::end);
        }
    }
}

struct Refused {
    const char* name;
    const char* source;
    std::function<void(Client&)> says;
    int alert;
};

constexpr auto kHandshake = ContentType::handshake;
constexpr auto kAlert = ContentType::alert;

const Refused kRefused[] = {
    {"garbage", "RFC 8446 5.2",
     [](Client& c) {
         c.say_unsealed("\x17\x03\x03" + std::string(1, '\0') + "\x20" + std::string(32, '.'));
     },
     kBadRecordMac},
    {"too_short", "RFC 8446 5.2",
     [](Client& c) { c.say_unsealed(std::string("\x17\x03\x03\0\x10", 5) + std::string(16, '.')); },
     kBadRecordMac},
    {"without_a_body", "RFC 8446 5.2",
     [](Client& c) { c.say_unsealed(std::string("\x17\x03\x03\0\0", 5)); }, kBadRecordMac},
    {"too_long", "RFC 8446 5.2", [](Client& c) { c.say_unsealed("\x17\x03\x03\x41\x01"); },
     kRecordOverflow},
    {"longest", "RFC 8446 5.2", [](Client& c) { c.say_unsealed("\x17\x03\x03\xFF\xFF"); },
     kRecordOverflow},
    {"plain_alert", "RFC 8446 5.1",
     [](Client& c) { c.say_unsealed(std::string("\x15\x03\x03\0\2\1\0", 7)); }, kUnexpectedMessage},
    {"plain_hello", "RFC 8446 4.1.2",
     [](Client& c) { c.say_unsealed(std::string("\x16\x03\x01\0\4\1\0\0\0", 9)); },
     kUnexpectedMessage},
    {"change_cipher_spec", "RFC 8446 5",
     [](Client& c) { c.say_unsealed(std::string("\x14\x03\x03\0\1\1", 6)); }, kUnexpectedMessage},
    {"sealed_change_cipher_spec", "RFC 8446 5",
     [](Client& c) { c.say(ContentType::change_cipher_spec, "\1"); }, kUnexpectedMessage},
    {"no_type", "RFC 8446 5.4", [](Client& c) { c.say(ContentType{0}, std::string(9, '\0')); },
     kUnexpectedMessage},
    {"unknown_type", "RFC 8446 5.1", [](Client& c) { c.say(ContentType{24}, "x"); },
     kUnexpectedMessage},
    {"alert_of_one_byte", "RFC 8446 6", [](Client& c) { c.say(kAlert, "\1"); }, kDecodeError},
    {"two_alerts", "RFC 8446 5.1", [](Client& c) { c.say(kAlert, std::string("\1\0\1\0", 4)); },
     kDecodeError},
    {"empty_handshake", "RFC 8446 5.1", [](Client& c) { c.say(kHandshake, ""); },
     kUnexpectedMessage},
    {"finished", "RFC 8446 4.4.4",
     [](Client& c) { c.say(kHandshake, std::string("\x14\0\0\1.", 5)); }, kUnexpectedMessage},
    {"key_update_of_two", "RFC 8446 4.6.3",
     [](Client& c) { c.say(kHandshake, std::string("\x18\0\0\1\2", 5)); }, kUnexpectedMessage},
    {"two_key_updates", "RFC 8446 5.1",
     [](Client& c) { c.say(kHandshake, std::string(kKeyUpdate) + std::string(kKeyUpdate)); },
     kUnexpectedMessage},
    {"half_a_key_update", "RFC 8446 5.1",
     [](Client& c) { c.say(kHandshake, kKeyUpdate.substr(0, 3)); }, kUnexpectedMessage},
    {"old_keys_after_an_update", "RFC 8446 4.6.3",
     [](Client& c) { c.say(kHandshake, kKeyUpdate).say("y"); }, kBadRecordMac},
};

class RecordLayerRefuses : public RecordLayerTest, public testing::WithParamInterface<Refused> {};

TEST_P(RecordLayerRefuses, WhatIsNotToBeSaid) {
    SCOPED_TRACE(GetParam().source);
    for (const std::size_t piece : {1U, 100'000U}) {
        Client client;
        client.say("x");
        GetParam().says(client);
        client.say("never read");
        const Read read = read_all(client, piece);
        EXPECT_EQ(read.content, "x");
        EXPECT_EQ(read.end.state, Tried::State::failed);
        EXPECT_EQ(read.end.error, Err::io_failed);
        ASSERT_EQ(read.told.size(), 1U);
        const std::string alert{'\2', static_cast<char>(GetParam().alert)};
        EXPECT_EQ(read.told.front(), (Told{kAlert, alert}));
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, RecordLayerRefuses, testing::ValuesIn(kRefused),
                         [](const auto& info) { return info.param.name; });

TEST_F(RecordLayerTest, AnEndWithoutAWordIsACut) {
    const Read read = read_all(Client().say("x"));
    EXPECT_EQ(read.content, "x");
    EXPECT_EQ(read.end.error, Err::io_reset);
}

TEST_F(RecordLayerTest, HalfARecordIsACutToo) {
    Client client;
    client.say("x");
    const std::string whole = client.bytes();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Read read = read_all(Client().say_unsealed(whole.substr(0, size)));
        EXPECT_EQ(read.content, "");
        EXPECT_EQ(read.end.error, Err::io_reset);
    }
}

TEST_F(RecordLayerTest, NothingIsReadBehindAnEnd) {
    const Read read = read_all(Client().say("x").say(kAlert, kEnd).say("y"));
    EXPECT_EQ(read.content, "x");
    EXPECT_EQ(read.end.state, Tried::State::end);
    EXPECT_TRUE(read.told.empty());
}

TEST_F(RecordLayerTest, AnErrorOfThePeersIsNoEnd) {  // RFC 8446 section 6.2
    const Read read = read_all(Client().say("x").say(kAlert, "\2\x50"));
    EXPECT_EQ(read.content, "x");
    EXPECT_EQ(read.end.state, Tried::State::failed);
    EXPECT_TRUE(read.told.empty());
}

TEST_F(RecordLayerTest, ACancelIsFollowedByAnEnd) {  // RFC 8446 section 6.1
    const Read read = read_all(Client().say(kAlert, "\1\x5A").say(kAlert, kEnd));
    EXPECT_EQ(read.end.state, Tried::State::end);
}

TEST_F(RecordLayerTest, SoManyRecordsWithoutContentAreEnough) {
    for (const auto& [count, enough] : {std::pair(32, false), std::pair(33, true)}) {
        Client client;
        for (int i = 0; i < count; ++i) client.say("");
        client.say("x").say(kAlert, kEnd);
        const Read read = read_all(client);
        EXPECT_EQ(read.content, enough ? "" : "x");
        EXPECT_EQ(read.end.state, enough ? Tried::State::failed : Tried::State::end);
    }
}

// A byte now and then makes nobody's keys worn.
TEST_F(RecordLayerTest, UpdatesOfKeysAreWorthSomeContent) {
    Client busy;
    for (int i = 0; i < 100; ++i) busy.say(ContentType::handshake, kKeyUpdate).update().say("x");
    const Read read = read_all(busy);
    EXPECT_EQ(read.end.state, Tried::State::failed);
    EXPECT_LE(read.content.size(), static_cast<std::size_t>(RecordAllowance::kMostUpdates));
    Client earnest;
    const std::string much(16'000, 'x');
    for (int i = 0; i < 100; ++i) {
        earnest.say(ContentType::handshake, kKeyUpdate).update();
        for (int j = 0; j < 5; ++j) earnest.say(much);
    }
    earnest.say(ContentType::alert, kEnd);
    EXPECT_EQ(read_all(earnest).end.state, Tried::State::end);
}

TEST_F(RecordLayerTest, AKeyUpdateIsFollowedAndAnsweredWhereThatIsAsked) {
    const Read read = read_all(Client()
                                   .say("a")
                                   .say(kHandshake, kKeyUpdate)
                                   .update()
                                   .say("b")
                                   .say(kHandshake, kKeyUpdateRequested)
                                   .update()
                                   .say("c")
                                   .say(kAlert, kEnd));
    EXPECT_EQ(read.content, "abc");
    EXPECT_EQ(read.told, (std::vector<Told>{{kHandshake, std::string(kKeyUpdate)}}));
}

TEST_F(RecordLayerTest, NothingIsSaidBehindOurEnd) {
    Client client;
    client.say(kHandshake, kKeyUpdateRequested).update().say_unsealed("no record");
    ScriptedStream script(reactor, client.bytes(), 100);
    Wire wire(script);
    RecordLayer layer(script, wire, protection('c', Way::open), protection('s', Way::seal), {});
    EXPECT_TRUE(layer.write("a", "b"));
    layer.close_notify();
    layer.close_notify();
    std::string into(10, '\0');
    EXPECT_EQ(layer.read(into).state, Tried::State::failed);
    EXPECT_EQ(told(script.written()),
              (std::vector<Told>{{ContentType::application_data, "ab"},
                                 {kAlert, std::string{'\1', static_cast<char>(kCloseNotify)}}}));
}

TEST_F(RecordLayerTest, NothingIsSaidBehindAnErrorNorReadBehindIt) {  // RFC 8446 section 6.2
    const auto write_after = [&](const Client& client) {
        ScriptedStream script(reactor, client.bytes(), 100);
        Wire wire(script);
        RecordLayer layer(script, wire, protection('c', Way::open), protection('s', Way::seal), {});
        std::string into(100, '\0');
        while (layer.read(into).state == Tried::State::some) {
        }
        return layer.write("more", {});
    };
    EXPECT_FALSE(write_after(Client().say(kAlert, "\2\x50")));
    EXPECT_FALSE(write_after(Client().say("x").say(kHandshake, "")));
    EXPECT_FALSE(write_after(Client().say("x"))) << "a cut";
    EXPECT_TRUE(write_after(Client().say("x").say(kAlert, kEnd))) << "the other direction is open";
}

TEST_F(RecordLayerTest, AnswersThatAreTakenInPartPileUpNowhere) {
    ScriptedStream script(reactor, {}, 100);
    Wire wire(script);
    script.room = 0;
    ASSERT_TRUE(wire.write(std::string(1'000, 'x')));
    const std::string answer(27, 'y');
    const std::size_t before = allocated_bytes();
    for (int i = 0; i < 100'000; ++i) {
        script.room = answer.size();
        EXPECT_EQ(wire.flush().state, Tried::State::wait);
        ASSERT_TRUE(wire.write(answer));
        script.writes.clear();
    }
    EXPECT_LT(allocated_bytes(), before + 64 * 1024);
}

TEST_F(RecordLayerTest, WornKeysAreLeftInTime) {  // RFC 8446 section 5.5
    constexpr std::uint64_t kLast = RecordProtection::kMostRecords - 1;
    ScriptedStream script(reactor, {}, 100);
    Wire wire(script);
    RecordLayer layer(script, wire, protection('c', Way::open), protection('s', Way::seal, kLast),
                      {});
    EXPECT_TRUE(layer.write("last", {}));
    EXPECT_TRUE(layer.write("first", {}));

    RecordProtection opening = protection('s', Way::open, kLast);
    std::string written = script.written();
    std::span<char> rest(written);
    const auto next = [&](std::size_t content) {
        const auto opened = opening.open(rest.first(content + RecordProtection::kExtraBytes));
        rest = rest.subspan(content + RecordProtection::kExtraBytes);
        return opened ? std::string(opened->content) : "not opened";
    };
    EXPECT_EQ(next(4), "last");
    EXPECT_EQ(next(5), kKeyUpdate);
    opening.update();
    EXPECT_EQ(next(5), "first");
}

TEST_F(RecordLayerTest, WhatCameWithTheHandshakeIsReadFirst) {
    Client client;
    client.say("early").say("late").say(kAlert, kEnd);
    for (std::size_t cut = 0; cut <= client.bytes().size(); ++cut) {
        const std::string rest = client.bytes().substr(cut);
        ScriptedStream script(reactor, rest, 100);
        Wire wire(script);
        RecordLayer layer(script, wire, protection('c', Way::open), protection('s', Way::seal),
                          client.bytes().substr(0, cut));
        std::string into(100, '\0');
        std::string read;
        Tried got = layer.read(into);
        for (; got.state == Tried::State::some; got = layer.read(into)) {
            read.append(into, 0, got.bytes);
        }
        EXPECT_EQ(read, "earlylate") << cut;
        EXPECT_EQ(got.state, Tried::State::end);
    }
}

}  // namespace
}  // namespace breakwater::tls
