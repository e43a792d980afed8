// What `breakwater check` says of files, and how it ends.

#include "cmd/breakwater/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace breakwater::cmd {
namespace {

using testing::HasSubstr;

constexpr const char* kService = R"(
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {ports: [{port: 80}]}}
)";

std::string ingress(const std::string& name, const std::string& class_name,
                    const std::string& service = "web") {
    return "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: " + name +
           ", namespace: shop}, spec: {ingressClassName: " + class_name +
           ", rules: [{host: " + name +
           ".example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: " +
           service + ", port: {number: 80}}}}]}}]}}\n";
}

class CheckTest : public testing::Test {
protected:
    CheckTest() {
        std::string pattern = testing::TempDir() + "check-XXXXXX";
        dir = ::mkdtemp(pattern.data());
    }
    ~CheckTest() override { std::filesystem::remove_all(dir); }

    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(dir + "/" + name) << text;
        return dir + "/" + name;
    }
    static CheckReport check_of(const std::vector<std::string>& paths, bool json = false) {
        Options options;
        options.check = CheckCommand{.from = {.paths = paths}, .json = json};
        return check(options);
    }

    std::string dir;
};

TEST_F(CheckTest, NothingWrong) {
    write("all.yaml", ingress("web", "nginx") + kService);
    const CheckReport report = check_of({dir});
    EXPECT_EQ(report.text, "0 errors, 0 warnings\n");
    EXPECT_FALSE(report.errors);
}

TEST_F(CheckTest, AMistakeNamesObjectAndField) {
    const std::string path = write("all.yaml", ingress("web", "nginx", "missing") + kService);
    const CheckReport report = check_of({path});
    EXPECT_THAT(report.text,
                HasSubstr("error: Ingress shop/web, spec.rules[0].http.paths[0].backend: the "
                          "Service shop/missing does not exist"));
    EXPECT_THAT(report.text, HasSubstr("\n1 error, 0 warnings\n"));
    EXPECT_TRUE(report.errors);
}

TEST_F(CheckTest, AnIngressOfAnotherClassIsSaidToBeOne) {
    write("all.yaml", ingress("web", "other") + kService);
    const CheckReport report = check_of({dir});
    EXPECT_THAT(report.text, HasSubstr("warning: Ingress shop/web, spec.ingressClassName: "));
    EXPECT_FALSE(report.errors) << "it may be meant so";
}

TEST_F(CheckTest, ObjectsOfAllFilesBelongTogether) {
    const std::string one = write("one.yaml", ingress("web", "nginx"));
    const std::string two = write("two.anything", kService);
    EXPECT_EQ(check_of({one, two}).text, "0 errors, 0 warnings\n");
    EXPECT_TRUE(check_of({one}).errors) << "without its Service";
}

TEST_F(CheckTest, WhatCannotBeReadIsAnErrorAndCostsNothingElse) {
    const std::string good = write("good.yaml", ingress("web", "nginx", "missing"));
    const std::string bad = write("bad.yaml", "a: b\n  c: [\n");
    const CheckReport report = check_of({bad, dir + "/none.yaml", good});
    EXPECT_THAT(report.text, HasSubstr("error: File " + bad + ", line 2: "));
    EXPECT_THAT(report.text, HasSubstr("error: File " + dir + "/none.yaml: No such file"));
    EXPECT_THAT(report.text, HasSubstr("Service shop/missing does not exist"));
    EXPECT_THAT(report.text, HasSubstr("\n3 errors, 0 warnings\n"));
}

TEST_F(CheckTest, AnObjectInTwoFilesIsAnError) {
    const std::string one = write("one.yaml", kService);
    const std::string two = write("two.yaml", kService);
    EXPECT_THAT(check_of({one, two}).text,
                HasSubstr("error: File " + two + ": Service shop/web is in " + one + ", too"));
}

TEST_F(CheckTest, AClusterThatCannotBeReadIsAnError) {
    Options options;
    options.kubeconfig = dir + "/none";
    options.check = CheckCommand{.from = {.paths = {}, .cluster = true}};
    const CheckReport report = check(options);
    EXPECT_THAT(report.text, HasSubstr("error: Flag --from-cluster: " + dir + "/none "));
    EXPECT_TRUE(report.errors);
}

TEST_F(CheckTest, JsonIsTheSame) {
    const std::string path = write("all.yaml", ingress("web", "nginx", "missing"));
    const CheckReport report = check_of({path}, true);
    EXPECT_THAT(report.text, HasSubstr(R"("object": "Ingress shop/web")"));
    EXPECT_THAT(report.text, HasSubstr(R"("severity": "error")"));
    EXPECT_TRUE(report.errors);
    const CheckReport nothing = check_of({write("service.yaml", kService)}, true);
    EXPECT_EQ(nothing.text, "[]\n");
}

}  // namespace
}  // namespace breakwater::cmd
