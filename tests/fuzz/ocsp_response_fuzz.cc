// What a responder may say: it is taken or refused with a reason, for one certificate, at one time. The
// corpus has responses that are taken, signed by the keys of these certificates.

#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/base/check.h"
#include "proxy/base/crypto/ocsp.h"
#include "proxy/base/crypto/pem.h"

namespace {

using namespace breakwater;

const std::string kLeafAndIssuer = R"(
-----BEGIN CERTIFICATE-----
MIIBDTCBswIBBzAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlhdXRob3JpdHkwIBcN
MjYxMTIyMTEwNDMxWhgPMjEyNjEwMjkxMTA0MzFaMA8xDTALBgNVBAMMBGxlYWYw
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQsYYrdhMJOjqgjqsm+iGib2XrbUTgd
UsPNWrhe+vUribGvf12eD9O/cQoYE00qIa7zLPzBgKvOB4PWNbA1jjh6MAoGCCqG
SM49BAMCA0kAMEYCIQC4r1iQJJswl1a3zOxaHdun+q/Z0F6/OXObEjjD3VibJQIh
ALx+1RcsVcWOA8cf7+fudeyBQszqk0b0X4fQwrP3cAu4
-----END CERTIFICATE-----
-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUAxnDMH5qH1/7j4wr1RolSGxcuQswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJYXV0aG9yaXR5MCAXDTI2MTEyMjExMDQzMVoYDzIxMjYxMDI5
MTEwNDMxWjAUMRIwEAYDVQQDDAlhdXRob3JpdHkwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATtglti9ghB5J5f5VVEcjSjkecPWKUF2dMZ1bVrECBZ+RwLVQw7RryC
4D9RX1sD86uIEXt80tZLoKMbeKD0k0dno1MwUTAdBgNVHQ4EFgQUNi3240/nqQZp
Bbnhg9/bKFEosDcwHwYDVR0jBBgwFoAUNi3240/nqQZpBbnhg9/bKFEosDcwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAHvXcW+9H7v5DeD+D93spK
LReJM3cTapqQ8gd7RFiCKwIhALk+xCPRSrYMaC493iwFrX+YAhvFU/QHX6yoMO/q
e5Ji
-----END CERTIFICATE-----
)";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto kChain =
        crypto::read_blocks<crypto::X509Ptr, PEM_read_bio_X509>(kLeafAndIssuer, 2).blocks;
    constexpr std::time_t kNow = 1797937471;
    const auto facts =
        crypto::check_ocsp_response({reinterpret_cast<const char*>(data), size}, *kChain.at(0),
                                    *kChain.at(1), WallTime::clock::from_time_t(kNow));
    if (!facts) CHECK(!facts.error().empty());
    if (facts) CHECK(facts->this_update < facts->next_update);
    return 0;
}
