#include "controller/kube/credentials.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "controller/kube/temp_dir.h"

namespace breakwater::kube {
namespace {

using namespace std::chrono_literals;

/// Stands still until it is moved.
class SetClock : public Clock {
public:
    [[nodiscard]] Time now() const override { return {}; }
    [[nodiscard]] WallTime wall() const override { return wall_; }
    void set(WallTime wall) { wall_ = wall; }

private:
    WallTime wall_{};
};

Expected<Presented> present(Credentials& credentials) { return credentials.present({}); }

std::string contents(const std::filesystem::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Credentials, FilesAreReadForEachRequest) {
    const TempDir dir;
    Access access;
    access.cluster.ca_file = dir.write("ca.crt", "authority");
    access.user.token_file = dir.write("token", " first\n");
    Credentials credentials(access);
    EXPECT_EQ(present(credentials)->identity.token, "first");
    EXPECT_EQ(present(credentials)->ca_pem, "authority");
    dir.write("token", "second");
    dir.write("ca.crt", "new authority");
    EXPECT_EQ(present(credentials)->identity.token, "second");
    EXPECT_EQ(present(credentials)->ca_pem, "new authority");
}

TEST(Credentials, SaysWhatIsWrongWithFiles) {
    const TempDir dir;
    Access access;
    access.user.token_file = dir.write("token", "\n");
    EXPECT_EQ(Credentials(access).present({}).error(),
              (dir.path() / "token").string() + " is empty");
    dir.write("token", "a\r\nX-Injected: b");
    EXPECT_EQ(Credentials(access).present({}).error(), "the token holds what no token does");
    dir.write("token", std::string(2 << 20, 'x'));
    EXPECT_TRUE(Credentials(access).present({}).error().ends_with("it is larger than 1 MiB"));
    access = {};
    access.user.certificate_pem = "certificate";
    EXPECT_TRUE(Credentials(access).present({}).error().contains("without its key"));
    access = {};
    access.cluster.ca_file = "/nonexistent/ca.crt";
    EXPECT_TRUE(Credentials(access).present({}).error().starts_with("/nonexistent/ca.crt cannot"));
}

/// A plugin that notes each run in a file and prints what a test wants.
class PluginTest : public testing::Test {
protected:
    Access access_to(const std::string& script) {
        ExecPlugin plugin;
        plugin.api_version = "client.authentication.k8s.io/v1";
        plugin.command =
            dir.write_script("plugin", "echo run >>" + runs().string() + "\n" + script);
        plugin.install_hint = "ask\nthe admin";
        Access access;
        access.cluster.url = "https://10.0.0.1:6443";
        access.user.exec = plugin;
        return access;
    }
    static std::string printing(const std::string& status) {
        return R"(echo '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", )"
               R"("status": )" +
               status + "}'\n";
    }
    [[nodiscard]] std::filesystem::path runs() const { return dir.path() / "runs"; }

    TempDir dir;
};

TEST_F(PluginTest, IsAskedOnceUntilItsAnswerExpires) {
    SetClock clock;
    Credentials credentials(
        access_to(printing(R"({"token": "t", "expirationTimestamp": "1970-01-01T01:00:00Z"})")),
        clock);
    EXPECT_EQ(present(credentials)->identity.token, "t");
    EXPECT_EQ(present(credentials)->identity.token, "t");
    EXPECT_EQ(contents(runs()), "run\n");
    clock.set(WallTime(59min + 55s));  // the last seconds do not count
    EXPECT_EQ(present(credentials)->identity.token, "t");
    EXPECT_EQ(contents(runs()), "run\nrun\n");
}

TEST_F(PluginTest, IsAskedAgainWhenTheServerRefuses) {
    Credentials credentials(access_to(printing(R"({"token": "t"})")));
    const Identity used = present(credentials)->identity;
    credentials.refused({.token = "another", .certificate_pem = {}, .key_pem = {}});
    ASSERT_TRUE(present(credentials));
    EXPECT_EQ(contents(runs()), "run\n");
    credentials.refused(used);
    ASSERT_TRUE(present(credentials));
    EXPECT_EQ(contents(runs()), "run\nrun\n");
}

TEST_F(PluginTest, MayIssueACertificate) {
    Credentials credentials(
        access_to(printing(R"({"clientCertificateData": "c", "clientKeyData": "k"})")));
    EXPECT_EQ(present(credentials)->identity, (Identity{"", "c", "k"}));
}

TEST_F(PluginTest, GetsArgumentsAndVariablesAsTheyAre) {
    Access access =
        access_to("printf '%s|' \"$@\" \"$MINE\" >" + (dir.path() / "args").string() +
                  "\nprintf %s \"$KUBERNETES_EXEC_INFO\" >" + (dir.path() / "info").string() +
                  "\n" + printing(R"({"token": "t"})"));
    access.user.exec->args = {"a b", "$(touch x)", "'"};
    access.user.exec->env = {{"MINE", "1;2"}};
    access.user.exec->provide_cluster_info = true;
    access.cluster.ca_pem = "fo";
    Credentials credentials(access);
    ASSERT_TRUE(present(credentials));
    EXPECT_EQ(contents(dir.path() / "args"), "a b|$(touch x)|'|1;2|");
    EXPECT_EQ(contents(dir.path() / "info"),
              R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",)"
              R"("spec":{"cluster":{"certificate-authority-data":"Zm8=",)"
              R"("server":"https://10.0.0.1:6443"},"interactive":false}})");
}

TEST_F(PluginTest, SaysWhatIsWrong) {
    const std::pair<std::string, const char*> cases[] = {
        {"echo no >&2; exit 3", "exit code 3"},
        {"kill -9 $$", "exit code 137"},
        {"echo hello", "what it prints is not JSON"},
        {"echo '{}'", "it prints no ExecCredential of client.authentication.k8s.io/v1"},
        {printing("{}"), "it prints neither a token nor a certificate"},
        {printing(R"({"clientKeyData": "k"})"),
         "it prints a certificate without its key, or a key alone"},
        {printing(R"({"token": 1})"), "status.token must be a string"},
        {printing(R"({"token": "t", "expirationTimestamp": "soon"})"),
         "status.expirationTimestamp must be a time as in RFC 3339"},
    };
    for (const auto& [script, want] : cases) {
        const Access access = access_to(script);
        const auto got = Credentials(access).present({});
        ASSERT_FALSE(got) << script;
        EXPECT_EQ(got.error(), "credential plugin " + access.user.exec->command + ": " + want);
    }
}

TEST_F(PluginTest, MissingProgramComesWithItsHint) {
    Access access = access_to("");
    access.user.exec->command = "/nonexistent/plugin";
    EXPECT_EQ(Credentials(access).present({}).error(),
              "credential plugin /nonexistent/plugin: /nonexistent/plugin cannot be started: "
              "No such file or directory. ask the admin");
}

TEST_F(PluginTest, EndsWhenWeDo) {
    const Access access = access_to("sleep 1000");
    Credentials credentials(access);
    std::stop_source stop;
    const auto began = std::chrono::steady_clock::now();
    const std::jthread stopper([&] {
        while (contents(runs()).empty()) std::this_thread::yield();
        stop.request_stop();
    });
    EXPECT_TRUE(credentials.present(stop.get_token()).error().ends_with("was ended: we stop"));
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

TEST_F(PluginTest, EndsAtItsTimeLimit) {
    const Access access = access_to("sleep 1000");
    const auto got = run_exec_plugin(*access.user.exec, access.cluster, "", 50ms, {});
    EXPECT_TRUE(got.error().contains("took too long and was ended")) << got.error();
}

TEST_F(PluginTest, IsNotHeldUpByWhatItLeavesBehind) {
    Credentials credentials(access_to("sleep 20 &\n" + printing(R"({"token": "t"})")));
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(present(credentials)->identity.token, "t");
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

}  // namespace
}  // namespace breakwater::kube
