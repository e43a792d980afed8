#include "proxy/table/policy.h"

#include "proxy/table/same.h"

namespace breakwater::table {

bool BackendProtocolPolicy::operator==(const BackendProtocolPolicy& other) const {
    return protocol == other.protocol && same(tls, other.tls);
}

}  // namespace breakwater::table
