#include "controller/source/manifests.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>

#include "controller/source/manifest_file.h"

namespace breakwater::source {
namespace {

namespace fs = std::filesystem;

// Long enough for any machine: a test that is right never waits for it.
constexpr auto kPatience = std::chrono::seconds(30);

class Bell final : public Listener {
public:
    void on_change() override {
        {
            const std::scoped_lock lock(mutex_);
            ++rung_;
        }
        changed_.notify_all();
    }
    /// Waits until `holds` after some ring, or now.
    bool wait_for(const std::function<bool()>& holds) {
        const auto until = std::chrono::steady_clock::now() + kPatience;
        std::unique_lock lock(mutex_);
        while (true) {
            const int seen = rung_;
            lock.unlock();
            if (holds()) return true;
            lock.lock();
            if (!changed_.wait_until(lock, until, [&] { return rung_ != seen; })) return false;
        }
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int rung_ = 0;
};

std::string config(const std::string& name, const std::string& value) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\ndata: {v: \"" + value +
           "\"}\n---\n";
}

class ManifestsTest : public testing::Test {
protected:
    ManifestsTest() {
        std::array<char, 64> name{};
        std::string("/tmp/breakwater-manifests-XXXXXX").copy(name.data(), name.size() - 1);
        folder = ::mkdtemp(name.data());
    }
    ~ManifestsTest() override {
        if (source) source->stop();
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }

    void start() {
        source.emplace(folder.string());
        ASSERT_TRUE(source->start(bell));
        ASSERT_TRUE(bell.wait_for([&] { return source->snapshot().synced(); }));
    }
    void write(const fs::path& file, const std::string& text) {
        std::ofstream(folder / file) << text;
    }

    /// The value in a ConfigMap, or `none`.
    std::string value(const std::string& name) {
        const Snapshot now = source->snapshot();
        const kube::ConfigMap* found = now.objects.config_maps.find({"default", name});
        return found ? found->data.at("v") : "none";
    }
    bool becomes(const std::string& name, const std::string& want) {
        return bell.wait_for([&] { return value(name) == want; });
    }

    fs::path folder;
    Bell bell;
    std::optional<Manifests> source;
};

TEST_F(ManifestsTest, ReadsWhatIsThere) {
    write("a.yaml", config("a", "1"));
    write("b.yml", config("b", "2"));
    write("c.json", R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"},
                        "data": {"v": "3"}})");
    write(".hidden.yaml", config("hidden", "4"));
    write("notes.txt", "no manifest");
    fs::create_directory(folder / "sub.yaml");
    start();
    EXPECT_EQ(value("a"), "1");
    EXPECT_EQ(value("b"), "2");
    EXPECT_EQ(value("c"), "3");
    EXPECT_EQ(value("hidden"), "none");
}

TEST_F(ManifestsTest, AnEmptyDirectoryIsSynced) { start(); }

TEST_F(ManifestsTest, FollowsWritesInPlace) {
    write("a.yaml", config("a", "1"));
    start();
    write("a.yaml", config("a", "2"));
    EXPECT_TRUE(becomes("a", "2"));
    write("a.yaml", config("a", "3"));  // of the same size, at once
    EXPECT_TRUE(becomes("a", "3"));
}

TEST_F(ManifestsTest, FollowsRenamesOverTheName) {
    write("a.yaml", config("a", "1"));
    start();
    write(".a.yaml.swp", config("a", "2"));
    fs::rename(folder / ".a.yaml.swp", folder / "a.yaml");
    EXPECT_TRUE(becomes("a", "2"));
}

TEST_F(ManifestsTest, FollowsDeletesAndNewFiles) {
    write("a.yaml", config("a", "1"));
    start();
    fs::remove(folder / "a.yaml");
    EXPECT_TRUE(becomes("a", "none"));
    write("b.yaml", config("b", "1"));
    EXPECT_TRUE(becomes("b", "1"));
    fs::rename(folder / "b.yaml", folder / "b.off");
    EXPECT_TRUE(becomes("b", "none"));
}

TEST_F(ManifestsTest, FollowsTheVolumeOfAConfigMap) {
    fs::create_directory(folder / "..v1");
    write("..v1/a.yaml", config("a", "1"));
    fs::create_symlink("..v1", folder / "..data");
    fs::create_symlink("..data/a.yaml", folder / "a.yaml");
    start();
    EXPECT_EQ(value("a"), "1");
    fs::create_directory(folder / "..v2");
    write("..v2/a.yaml", config("a", "2"));
    fs::create_symlink("..v2", folder / "..data_tmp");
    fs::rename(folder / "..data_tmp", folder / "..data");
    fs::remove_all(folder / "..v1");
    EXPECT_TRUE(becomes("a", "2"));
}

TEST_F(ManifestsTest, ABrokenFileKeepsItsLastGoodVersion) {
    write("a.yaml", config("a", "1") + config("b", "1"));
    write("other.yaml", config("other", "1"));
    start();
    write("a.yaml", config("a", "2") + "b: [\n");
    write("other.yaml", config("other", "2"));
    EXPECT_TRUE(becomes("other", "2"));
    EXPECT_EQ(value("a"), "1");
    EXPECT_EQ(value("b"), "1");
    write("a.yaml", config("a", "3"));
    EXPECT_TRUE(becomes("a", "3"));
    EXPECT_EQ(value("b"), "none");
}

TEST_F(ManifestsTest, ABrokenObjectKeepsItsLastGoodVersion) {
    write("a.yaml", config("a", "1") + config("b", "1"));
    start();
    const std::string broken =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {v: 2}\n---\n";
    write("a.yaml", broken + config("b", "2"));
    EXPECT_TRUE(becomes("b", "2"));
    EXPECT_EQ(value("a"), "1");
    EXPECT_TRUE(
        source->snapshot().objects.broken.contains({kube::Kind::config_map, {"default", "a"}}));
}

TEST_F(ManifestsTest, TheFirstFileByNameCounts) {
    write("b.yaml", config("a", "from b"));
    write("a.yaml", config("a", "from a"));
    start();
    EXPECT_EQ(value("a"), "from a");
    fs::remove(folder / "a.yaml");
    EXPECT_TRUE(becomes("a", "from b"));
}

TEST_F(ManifestsTest, AnObjectMovesFromOneFileToAnother) {
    write("a.yaml", config("x", "from a") + config("a", "1"));
    start();
    write("b.yaml", config("x", "from b") + config("b", "1"));
    EXPECT_TRUE(becomes("b", "1"));
    EXPECT_EQ(value("x"), "from a");
    write("a.yaml", config("a", "2"));
    EXPECT_TRUE(becomes("x", "from b"));
    write("b.yaml", config("b", "2"));
    EXPECT_TRUE(becomes("x", "none"));
    EXPECT_EQ(value("a"), "2");
}

TEST_F(ManifestsTest, AFileThatIsTooLargeIsRefused) {
    write("a.yaml", config("a", "1"));
    write("large.yaml", config("large", "1"));
    fs::resize_file(folder / "large.yaml", kLargestManifestBytes + 1);
    start();
    EXPECT_EQ(value("a"), "1");
    EXPECT_EQ(value("large"), "none");
}

TEST_F(ManifestsTest, ADirectoryThatComesBackIsReadAgain) {
    write("a.yaml", config("a", "1"));
    start();
    fs::rename(folder, folder.string() + ".away");
    fs::create_directory(folder);
    write("a.yaml", config("a", "2"));
    EXPECT_TRUE(becomes("a", "2"));
    fs::remove_all(folder.string() + ".away");
}

TEST(Manifests, ADirectoryThatIsNotThereIsAnError) {
    Bell bell;
    Manifests missing("/nonexistent/manifests");
    const auto started = missing.start(bell);
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().find("/nonexistent/manifests"), std::string::npos);
    Manifests file("/dev/null");
    EXPECT_FALSE(file.start(bell));
}

}  // namespace
}  // namespace breakwater::source
