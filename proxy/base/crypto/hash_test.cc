#include "proxy/base/crypto/hash.h"

#include <gtest/gtest.h>

namespace breakwater::crypto {
namespace {

TEST(Sha256, TheExamplesOfTheStandard) {  // FIPS 180-4, the example values published with it
    EXPECT_EQ(to_hex(sha256("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256("")),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(ToHex, TwoLowerCaseDigitsAByte) {
    const std::uint8_t bytes[] = {0x00, 0x0F, 0xA0, 0xFF};
    EXPECT_EQ(to_hex(bytes), "000fa0ff");
    EXPECT_EQ(to_hex({}), "");
}

}  // namespace
}  // namespace breakwater::crypto
