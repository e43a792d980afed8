// Against the trace of RFC 8448 section 3, and what a peer may put into a record.

#include "proxy/tls/record_protection.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proxy/tls/handover.h"

namespace breakwater::tls {
namespace {

using Way = RecordProtection::Way;

constexpr std::uint16_t kAes128Gcm = 0x1301;
constexpr const char* kClientSecret =
    "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5";
constexpr const char* kServerSecret =
    "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643";
constexpr const char* kClientRecord =
    "1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e"
    "2b"
    "62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4";
constexpr const char* kServerRecord =
    "17030300432e937e11ef4ac740e538ad36005fc4a46932fc3225d05f82aa1b36e30efaf97d90e6dffc602dcb501a59"
    "a8"
    "fcc49c4bf2e5f0a21c0047c2abf332540dd032e167c2955d";

std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    }
    return bytes;
}

/// What both applications say in the trace.
std::string fifty_bytes() {
    std::string bytes;
    for (char c = 0; c < 50; ++c) bytes += c;
    return bytes;
}

TrafficSecret secret_of(const RecordSuite& suite, char fill = 'k') {
    return TrafficSecret(
        std::vector<std::uint8_t>(suite.secret_bytes, static_cast<std::uint8_t>(fill)));
}

TEST(RecordProtectionTrace, IsThatOfTheRfc) {
    Handover handover;
    handover.take_line(std::string("SERVER_TRAFFIC_SECRET_0 00 ") + kServerSecret);
    handover.count_written();  // the ticket
    handover.take_line(std::string("CLIENT_TRAFFIC_SECRET_0 00 ") + kClientSecret);
    auto records = handover.records(kAes128Gcm);
    ASSERT_TRUE(records);

    std::string from_client = from_hex(kClientRecord);
    const auto opened = records->reading.open(from_client);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->type, ContentType::application_data);
    EXPECT_EQ(opened->content, fifty_bytes());

    std::string room(100, '\0');
    EXPECT_EQ(records->writing.seal(ContentType::application_data, fifty_bytes(), {}, room),
              from_hex(kServerRecord));
}

TEST(Handover, NeedsBothSecretsOfThatSuite) {
    Handover handover;
    EXPECT_FALSE(handover.records(kAes128Gcm));
    handover.take_line(std::string("CLIENT_TRAFFIC_SECRET_0 00 ") + kClientSecret);
    handover.take_line(std::string("SERVER_HANDSHAKE_TRAFFIC_SECRET 00 ") + kServerSecret);
    EXPECT_FALSE(handover.records(kAes128Gcm));
    handover.take_line("SERVER_TRAFFIC_SECRET_0 00 no digits at all");
    EXPECT_FALSE(handover.records(kAes128Gcm));
    handover.take_line(std::string("SERVER_TRAFFIC_SECRET_0 00 ") + kServerSecret);
    EXPECT_TRUE(handover.records(kAes128Gcm));
    EXPECT_FALSE(handover.records(0x1302)) << "its digest is longer";
    EXPECT_FALSE(handover.records(0x1304)) << "AES-128-CCM is OpenSSL's";
    EXPECT_FALSE(handover.records(0xC02B)) << "of TLS 1.2";
}

class RecordProtectionTest : public testing::TestWithParam<std::uint16_t> {
protected:
    const RecordSuite& suite = *find_record_suite(GetParam());
    RecordProtection sealing{suite, secret_of(suite), Way::seal, 0};
    RecordProtection opening{suite, secret_of(suite), Way::open, 0};
    std::string room =
        std::string(RecordProtection::kMostContentBytes + RecordProtection::kExtraBytes, '\0');

    std::string sealed(std::string_view first, std::string_view second = {}) {
        return std::string(sealing.seal(ContentType::application_data, first, second, room));
    }
};

INSTANTIATE_TEST_SUITE_P(Suites, RecordProtectionTest, testing::Values(0x1301, 0x1302, 0x1303));

TEST_P(RecordProtectionTest, WhatIsSealedIsOpened) {
    const std::string longest(RecordProtection::kMostContentBytes, 'x');
    for (const std::string& text : {std::string(), std::string("a"), longest}) {
        std::string record = sealed(text.substr(0, text.size() / 3), text.substr(text.size() / 3));
        EXPECT_EQ(record.size(), text.size() + RecordProtection::kExtraBytes);
        const auto opened = opening.open(record);
        ASSERT_TRUE(opened);
        EXPECT_EQ(opened->content, text);
    }
}

TEST_P(RecordProtectionTest, EachBitCounts) {
    const std::string record = sealed("text");
    for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
        RecordProtection fresh(suite, secret_of(suite), Way::open, 0);
        std::string changed = record;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
        EXPECT_FALSE(fresh.open(changed)) << bit;
    }
}

TEST_P(RecordProtectionTest, NoneIsOpenedTwiceNorOutOfTurn) {
    const std::string first = sealed("first");
    const std::string second = sealed("second");
    std::string late = second;
    EXPECT_FALSE(opening.open(late));
    RecordProtection fresh(suite, secret_of(suite), Way::open, 0);
    std::string once = first;
    std::string twice = first;
    EXPECT_TRUE(fresh.open(once));
    EXPECT_FALSE(fresh.open(twice));
}

TEST_P(RecordProtectionTest, NumbersGoOnBeyondAByte) {
    for (int i = 0; i < 70'000; ++i) {
        std::string record = sealed("x");
        ASSERT_TRUE(opening.open(record)) << i;
    }
}

TEST_P(RecordProtectionTest, TheNextGenerationHasOtherKeys) {
    sealing.update();
    const std::string record = sealed("text");
    std::string early = record;
    EXPECT_FALSE(opening.open(early));
    RecordProtection fresh(suite, secret_of(suite), Way::open, 0);
    fresh.update();
    std::string same = record;
    EXPECT_TRUE(fresh.open(same));
}

TEST_P(RecordProtectionTest, ASecretIsWornAfterSoManyRecords) {
    RecordProtection old(suite, secret_of(suite), Way::seal, RecordProtection::kMostRecords - 1);
    EXPECT_FALSE(old.worn());
    old.seal(ContentType::application_data, "x", {}, room);
    EXPECT_TRUE(old.worn());
    old.update();
    EXPECT_FALSE(old.worn());
}

TEST_P(RecordProtectionTest, PaddingIsPassedOver) {
    const std::string padded = std::string("text") + '\x17' + std::string(100, '\0');
    std::string record = std::string(sealing.seal(ContentType{0}, padded, {}, room));
    const auto opened = opening.open(record);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->type, ContentType::application_data);
    EXPECT_EQ(opened->content, "text");
    std::string nothing = std::string(sealing.seal(ContentType{0}, std::string(9, '\0'), {}, room));
    const auto empty = opening.open(nothing);
    ASSERT_TRUE(empty);
    EXPECT_EQ(empty->type, ContentType{0}) << "no type: an unexpected message";
}

TEST_P(RecordProtectionTest, TooShortToBeARecord) {
    for (std::size_t size = 0; size < RecordProtection::kExtraBytes; ++size) {
        RecordProtection fresh(suite, secret_of(suite), Way::open, 0);
        std::string bytes(size, '\x17');
        EXPECT_FALSE(fresh.open(bytes)) << size;
    }
}

}  // namespace
}  // namespace breakwater::tls
