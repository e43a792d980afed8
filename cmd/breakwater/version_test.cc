#include "cmd/breakwater/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace breakwater::cmd {
namespace {

TEST(Version, SaysWhatIsInside) {
    EXPECT_TRUE(version().starts_with(BREAKWATER_VERSION));
    EXPECT_THAT(version_text(), testing::StartsWith("breakwater " + std::string(version()) + "\n"));
    for (const char* part : {"\ncompiler: clang ", "OpenSSL 3.", "libcurl ", "nghttp2 1.",
                             "PCRE2 10.", "c-ares 1.", "HTTP/2", "TLS groups: X25519", "\nio: "}) {
        EXPECT_THAT(version_text(), testing::HasSubstr(part));
    }
}

/// A repository of one commit, and what cmake/write_version.cmake says of it.
class WrittenVersion : public testing::Test {
protected:
    WrittenVersion() {
        std::filesystem::remove_all(tree_);
        std::filesystem::create_directories(tree_);
        git("init --quiet");
        std::ofstream(tree_ / "file") << "a";
        git("add file");
        git("-c user.name=a -c user.email=a@example.org commit --quiet -m first");
    }
    void git(const std::string& what) const { run("git -C " + tree_.string() + " " + what); }
    [[nodiscard]] std::string written(const std::string& given = "") const {
        run("cmake -DGIVEN=" + given + " -DRELEASE=1.2.3 -DSOURCE=" + tree_.string() +
            " -DHEADER=" + header_.string() + " -P cmake/write_version.cmake");
        std::ifstream file(header_);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    const std::filesystem::path tree_ = testing::TempDir() + "versioned";

private:
    static void run(const std::string& command) {
        ASSERT_EQ(std::system(command.c_str()), 0) << command;
    }

    const std::filesystem::path header_ = testing::TempDir() + "breakwater_version.h";
};

TEST_F(WrittenVersion, OfATaggedCommitIsTheTag) {
    git("tag v1.2.3");
    EXPECT_EQ(written(), "#define BREAKWATER_BUILD \"1.2.3\"\n");
}

TEST_F(WrittenVersion, OfAnotherNamesTheCommit) {
    git("tag v1.2.2");  // another release's: this one comes after it
    EXPECT_THAT(written(),
                testing::MatchesRegex("#define BREAKWATER_BUILD \"1.2.3-dev.g[0-9a-f]{10}\"\n"));
}

TEST_F(WrittenVersion, SaysThatFilesDiffer) {
    git("tag v1.2.3");
    std::ofstream(tree_ / "file") << "b";
    EXPECT_THAT(written(), testing::MatchesRegex(
                               "#define BREAKWATER_BUILD \"1.2.3-dev.g[0-9a-f]{10}.dirty\"\n"));
}

TEST_F(WrittenVersion, IsTheGivenOne) {
    EXPECT_EQ(written("4.5.6"), "#define BREAKWATER_BUILD \"4.5.6\"\n");
}

TEST_F(WrittenVersion, WithoutGitIsTheRelease) {
    std::filesystem::remove_all(tree_ / ".git");
    EXPECT_EQ(written(), "#define BREAKWATER_BUILD \"1.2.3\"\n");
}

}  // namespace
}  // namespace breakwater::cmd
