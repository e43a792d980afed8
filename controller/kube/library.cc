#include "controller/kube/library.h"

#include <curl/curl.h>

namespace breakwater::kube {

std::string library_version() {
    return std::string("libcurl ") + curl_version_info(CURLVERSION_NOW)->version;
}

}  // namespace breakwater::kube
