// The page about the ConfigMap has every key, and says of each whether an annotation overrules it.

#include "controller/translate/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

#include "controller/translate/annotations/groups.h"

namespace breakwater::translate {
namespace {

/// By key, whether an annotation of that name overrules it.
using Keys = std::map<std::string, bool, std::less<>>;

Keys keys_of_the_page() {
    Keys keys;
    std::ifstream page("docs/configmap.md");
    for (std::string line; std::getline(page, line);) {
        if (!line.starts_with("| `")) continue;
        const std::string key = line.substr(3, line.find('`', 3) - 3);
        EXPECT_TRUE(keys.emplace(key, line.ends_with("| A |")).second)
            << key << " stands there twice";
    }
    return keys;
}

bool has_annotation(std::string_view key) {
    const Row* const row = find_default(key);
    return row && row->name == key;
}

TEST(ConfigMapPage, HasEveryKeyAndNoOther) {
    Keys keys;
    for (const std::string_view key : config_keys()) keys.emplace(key, has_annotation(key));
    EXPECT_THAT(keys_of_the_page(), testing::ContainerEq(keys));
}

}  // namespace
}  // namespace breakwater::translate
