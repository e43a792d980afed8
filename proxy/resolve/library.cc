#include "proxy/resolve/library.h"

#include <ares.h>

namespace breakwater::resolve {

std::string library_version() { return std::string("c-ares ") + ares_version(nullptr); }

}  // namespace breakwater::resolve
