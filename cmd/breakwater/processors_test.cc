#include "cmd/breakwater/processors.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <string>

namespace breakwater::cmd {
namespace {

namespace fs = std::filesystem;

/// A root directory as cpu_quota() reads it.
class ProcessorsTest : public testing::Test {
protected:
    ProcessorsTest() {
        std::string name = testing::TempDir() + "processors.XXXXXX";
        root = mkdtemp(name.data());
    }
    ~ProcessorsTest() override { fs::remove_all(root); }

    void file(const fs::path& name, const std::string& text) const {
        fs::create_directories((root / name).parent_path());
        std::ofstream(root / name) << text;
    }
    void version2(const std::string& group, const std::string& shown) const {
        file("proc/self/cgroup", "0::" + group + "\n");
        file("proc/self/mountinfo",
             "22 1 0:20 / /proc rw shared:2 - proc proc rw\n30 22 0:27 " + shown +
                 " /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n");
    }

    fs::path root;
};

TEST_F(ProcessorsTest, AContainersOwnLimit) {
    version2("/", "/");
    file("sys/fs/cgroup/cpu.max", "250000 100000\n");
    EXPECT_EQ(cpu_quota(root), 2.5);
}

TEST_F(ProcessorsTest, TheLeastOfTheGroupsAboveCounts) {
    version2("/kubepods/pod1/web", "/");
    file("sys/fs/cgroup/cpu.max", "max 100000\n");
    file("sys/fs/cgroup/kubepods/cpu.max", "800000 100000\n");
    file("sys/fs/cgroup/kubepods/pod1/cpu.max", "150000 50000\n");
    file("sys/fs/cgroup/kubepods/pod1/web/cpu.max", "max 100000\n");
    EXPECT_EQ(cpu_quota(root), 3.0);
}

TEST_F(ProcessorsTest, AMountMayBeginAtTheGroup) {
    version2("/kubepods/pod1", "/kubepods/pod1");
    file("sys/fs/cgroup/cpu.max", "100000 100000\n");
    EXPECT_EQ(cpu_quota(root), 1.0);
}

TEST_F(ProcessorsTest, AGroupOutsideOfTheMountIsTheMount) {
    version2("/../../elsewhere", "/");
    file("sys/fs/cgroup/cpu.max", "100000 200000\n");
    EXPECT_EQ(cpu_quota(root), 0.5);
}

TEST_F(ProcessorsTest, Version1RulesWhereBothAreMounted) {
    file("proc/self/cgroup", "5:memory:/m\n4:cpu,cpuacct:/docker/abc\n0::/\n");
    file("proc/self/mountinfo",
         "30 22 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
         "31 22 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
         "32 22 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n");
    file("sys/fs/cgroup/unified/cpu.max", "100000 100000\n");
    file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
    file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    file("sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us", "400000\n");
    file("sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(cpu_quota(root), 4.0);
}

TEST_F(ProcessorsTest, NoLimitAndNoSenseAreNone) {
    EXPECT_FALSE(cpu_quota(root));
    file("proc/self/cgroup", "what is this");
    EXPECT_FALSE(cpu_quota(root));
    version2("/", "/");
    EXPECT_FALSE(cpu_quota(root));
    for (const char* text :
         {"max 100000\n", "", "100000\n", "-1 100000\n", "100000 0\n", "x y\n"}) {
        file("sys/fs/cgroup/cpu.max", text);
        EXPECT_FALSE(cpu_quota(root)) << text;
    }
    file("proc/self/mountinfo", "30 22 0:27 /\n");
    EXPECT_FALSE(cpu_quota(root));
}

TEST(Processors, AtLeastOne) { EXPECT_GE(usable_processors(), 1); }

}  // namespace
}  // namespace breakwater::cmd
