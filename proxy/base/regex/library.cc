#include "proxy/base/regex/library.h"

#include <array>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace breakwater {

std::string regex_library_version() {
    std::array<char, 64> text{};  // pcre2api(3), pcre2_config(): 24 or more
    pcre2_config(PCRE2_CONFIG_VERSION, text.data());
    return std::string("PCRE2 ") + text.data();
}

}  // namespace breakwater
