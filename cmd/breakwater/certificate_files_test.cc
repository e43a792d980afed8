// A certificate that is replaced on the disk.

#include "cmd/breakwater/certificate_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <optional>
#include <string>

#include "tests/support/certificate_maker.h"
#include "tests/support/fake_clock.h"

namespace breakwater::cmd {
namespace {

using testing::HasSubstr;
using testing::Not;

class CertificateFilesTest : public testing::Test {
protected:
    CertificateFilesTest() {
        std::string pattern = testing::TempDir() + "certificate-XXXXXX";
        dir_ = ::mkdtemp(pattern.data());
        files_.emplace(dir_ / "tls.crt", dir_ / "tls.key", clock_);
        write(test::make_certificate_for({"a.example"}));
    }
    ~CertificateFilesTest() override { std::filesystem::remove_all(dir_); }

    void write(const test::PemPair& pair) const {
        std::ofstream(dir_ / "tls.crt") << pair.chain_pem;
        std::ofstream(dir_ / "tls.key") << pair.key_pem;
    }

    std::filesystem::path dir_;
    test::FakeClock clock_;
    std::optional<CertificateFiles> files_;
};

TEST_F(CertificateFilesTest, TakesANewOneWithinASecond) {
    ASSERT_TRUE(files_->open().has_value());
    const auto first = files_->current();
    ASSERT_NE(first, nullptr);
    write(test::make_certificate_for({"a.example"}));
    EXPECT_EQ(files_->current(), first);
    clock_.advance(CertificateFiles::kFresh);
    const auto second = files_->current();
    EXPECT_NE(second, first);
    clock_.advance(CertificateFiles::kFresh);
    EXPECT_EQ(files_->current(), second) << "nothing has changed";
}

TEST_F(CertificateFilesTest, KeepsTheOneBeforeWhereTheNewCannotBeUsed) {
    ASSERT_TRUE(files_->open().has_value());
    const auto first = files_->current();
    for (const char* text : {"", "no PEM"}) {
        std::ofstream(dir_ / "tls.crt") << text;
        clock_.advance(CertificateFiles::kFresh);
        EXPECT_EQ(files_->current(), first);
    }
    std::filesystem::remove(dir_ / "tls.key");
    clock_.advance(CertificateFiles::kFresh);
    EXPECT_EQ(files_->current(), first);
    write(test::make_certificate_for({"a.example"}));
    clock_.advance(CertificateFiles::kFresh);
    EXPECT_NE(files_->current(), first);
}

TEST_F(CertificateFilesTest, SaysWhatIsWrongAtFirst) {
    CertificateFiles missing(dir_ / "none.crt", dir_ / "tls.key");
    EXPECT_THAT(missing.open().error(), HasSubstr("none.crt: No such file"));
    const auto other = test::make_certificate_for({"b.example"});
    std::ofstream(dir_ / "tls.key") << other.key_pem;
    const auto opened = files_->open();
    ASSERT_FALSE(opened.has_value());
    EXPECT_THAT(opened.error(), HasSubstr("tls.crt: "));
    EXPECT_THAT(opened.error(), Not(HasSubstr("BEGIN")));
    EXPECT_EQ(files_->open().error(), opened.error()) << "a second look at the same";
}

}  // namespace
}  // namespace breakwater::cmd
