#include "controller/admission/secret_reader.h"

#include <utility>

#include "controller/source/secret_fetcher.h"

namespace breakwater::admission {
namespace {

constexpr const char* kWho = "Secrets that Ingresses under review name";

}  // namespace

SecretReader::SecretReader(kube::Access access)
    : credentials_(std::move(access)),
      complaints_("API server " + credentials_.cluster().url),
      api_(credentials_, kMostTime / 2) {}

FetchedSecrets SecretReader::read(const std::vector<kube::Key>& keys) {
    FetchedSecrets out;
    // A request that begins in the first half of the time is over in the second.
    const Time last_begin = system_clock().now() + kMostTime / 2;
    const std::unique_lock lock(mutex_, last_begin);
    std::size_t asked = 0;
    for (const kube::Key& key : keys) {
        const bool in_time = lock.owns_lock() && system_clock().now() < last_begin;
        if (!in_time || ++asked > kMostSecrets) {
            out.unread.push_back(key);
            continue;
        }
        auto answer = source::get_secret(api_, key, {});
        if (!answer) complaints_.wrong(kWho, answer.error());
        if (answer) complaints_.well(kWho);
        if (!answer || !answer->broken.empty()) out.unread.push_back(key);
        if (answer && !answer->put.empty()) out.found.push_back(std::move(answer->put.front()));
    }
    return out;
}

}  // namespace breakwater::admission
