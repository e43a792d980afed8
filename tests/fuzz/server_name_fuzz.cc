// What server_name() promises of any bytes: nothing, or a name in its one form.

#include <cstdint>
#include <string>

#include "proxy/base/ascii.h"
#include "proxy/base/check.h"
#include "proxy/tls/server_name.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string name = breakwater::tls::server_name({data, size});
    if (name.empty()) return 0;
    CHECK(name.size() <= 253 && name == breakwater::lower_case(name));
    CHECK(!name.starts_with('.') && !name.ends_with('.') && name.find("..") == name.npos);
    CHECK(name.find_first_of(std::string("\0*:/ \r\n", 7)) == name.npos);
    return 0;
}
