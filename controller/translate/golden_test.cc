// Objects in, table and findings out: tests/golden/<case>/{objects.yaml,table.json,findings.json}.
//
// The comment at the top of objects.yaml cites the rule, and gives flags as `# --configmap=ns/name`.
// Where there is a before.yaml, it is translated first, and its versions are the ones accepted before.
// BREAKWATER_UPDATE_GOLDEN=1 writes the results; what it wrote is to be read before it is believed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "controller/source/manifest_file.h"
#include "controller/translate/test_support.h"
#include "controller/translate/translate.h"
#include "proxy/table/dump.h"

namespace breakwater::translate {
namespace {

namespace fs = std::filesystem;

const fs::path kGoldenCases = "tests/golden";

std::string read(const fs::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

kube::Key key_from(const std::string& text) {
    const std::size_t slash = text.find('/');
    return {text.substr(0, slash), text.substr(slash + 1)};
}

void apply_flag(const std::string& name, const std::string& value, Options& options) {
    const bool on = value.empty() || value == "true";
    if (name == "configmap") {
        options.configmap = key_from(value);
    } else if (name == "tcp-services-configmap") {
        options.tcp_services = key_from(value);
    } else if (name == "udp-services-configmap") {
        options.udp_services = key_from(value);
    } else if (name == "enable-ssl-passthrough") {
        options.enable_ssl_passthrough = on;
    } else if (name == "default-backend-service") {
        options.default_backend_service = key_from(value);
    } else if (name == "default-ssl-certificate") {
        options.default_ssl_certificate = key_from(value);
    } else if (name == "session-ticket-secret") {
        options.session_ticket_secret = key_from(value);
    } else if (name == "watch-ingress-without-class") {
        options.watch_ingress_without_class = on;
    } else if (name == "ingress-class-by-name") {
        options.ingress_class_by_name = on;
    } else if (name == "annotations-prefix") {
        options.annotations_prefix = value;
    } else if (name == "disable-svc-external-name") {
        options.disable_external_names = on;
    } else if (name == "disable-catch-all") {
        options.disable_catch_all = on;
    } else if (name == "topology-zone") {
        options.zone = value;
    } else if (name == "watch-namespace-selector") {
        options.select_namespaces = on;  // the case has those that it selects
    } else if (name == "manifests") {
        options.no_api_server = options.allow_loopback_endpoints = on;
    } else {
        ADD_FAILURE() << "no such flag: " << name;
    }
}

/// The flags in the comment at the top.
Options options_of(const std::string& text) {
    Options options;
    options.watch_ingress_without_class = true;  // so that only the cases about classes name one
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line) && line.starts_with('#');) {
        if (!line.starts_with("# --")) continue;
        const std::size_t equals = line.find('=');
        apply_flag(line.substr(4, equals - 4),
                   equals == std::string::npos ? std::string() : line.substr(equals + 1), options);
    }
    return options;
}

kube::Objects objects_of(const std::string& text) {
    kube::Objects objects;
    const auto manifest = source::read_manifest(text, source::ManifestFormat::yaml);
    if (!manifest) {
        ADD_FAILURE() << "line " << manifest.error().line << ": " << manifest.error().text;
        return objects;
    }
    for (const kube::Object& object : manifest->objects) put(object, objects);
    for (const auto& broken : manifest->broken) {
        objects.broken.emplace(broken.broken.id, broken.broken.mistake);
    }
    return objects;
}

void expect_text(const fs::path& path, const std::string& got) {
    if (std::getenv("BREAKWATER_UPDATE_GOLDEN")) {
        std::ofstream(path) << got;
        return;
    }
    EXPECT_EQ(got, read(path)) << path;
}

class GoldenTest : public testing::TestWithParam<std::string> {};

TEST_P(GoldenTest, TableAndFindings) {
    const fs::path folder = kGoldenCases / GetParam();
    const std::string text = read(folder / "objects.yaml");
    ASSERT_TRUE(text.starts_with("# ")) << "a case cites its source";
    const Options options = options_of(text);

    Translation before;
    if (fs::exists(folder / "before.yaml")) {
        const kube::Objects earlier = objects_of(read(folder / "before.yaml"));
        before = translate({earlier, {}, kNow}, nullptr, fake_checks(), options);
    }
    const kube::Objects objects = objects_of(text);
    const Translation got =
        translate({objects, before.accepted, kNow}, before.memory, fake_checks(), options);
    expect_text(folder / "table.json", table::to_json(*got.table));
    expect_text(folder / "findings.json", table::to_json(got.findings));
}

std::vector<std::string> cases() {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(kGoldenCases)) {
        if (entry.is_directory()) out.push_back(entry.path().filename().string());
    }
    std::ranges::sort(out);
    return out;
}

/// Of the tables of README.md, what stands in backticks in the last column.
std::set<std::string> named_in_readme() {
    std::istringstream lines(read(kGoldenCases / "README.md"));
    std::set<std::string> names;
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| ") || !line.ends_with(" |")) continue;
        line.pop_back();
        std::istringstream cell(line.substr(line.rfind('|')));
        std::string text;
        for (bool quoted = false; std::getline(cell, text, '`'); quoted = !quoted) {
            if (quoted) names.insert(text);
        }
    }
    return names;
}

TEST(GoldenReadme, NamesEveryCase) {
    const std::set<std::string> named = named_in_readme();
    for (const std::string& name : cases()) EXPECT_TRUE(named.contains(name)) << name;
}

TEST(GoldenReadme, NamesNothingElseThanCasesAndTests) {
    for (const std::string& name : named_in_readme()) {
        EXPECT_TRUE(fs::is_directory(kGoldenCases / name) || fs::is_regular_file(name)) << name;
    }
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenTest, testing::ValuesIn(cases()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace breakwater::translate
