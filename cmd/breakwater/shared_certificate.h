#pragma once
// The webhook's certificate where no files are named: of the Secret that all replicas share
// (controller/admission/key_keeper.h), kept on a thread of its own.

#include <memory>
#include <mutex>
#include <thread>

#include "controller/admission/key_keeper.h"
#include "controller/kube/access.h"
#include "proxy/tls/socket_session.h"

namespace breakwater::cmd {

class SharedCertificate {
public:
    using Context = std::shared_ptr<const tls::SocketContext>;

    SharedCertificate(kube::Access access, admission::KeyPlaces places);

    /// Begins to look for it, until its end. Once.
    void start();
    /// Null until it is there. Any thread.
    [[nodiscard]] Context current() const;

private:
    void take(const admission::Keys& keys);

    kube::Credentials credentials_;
    admission::KeyKeeper keeper_;
    mutable std::mutex mutex_;
    Context context_;      ///< under the mutex
    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace breakwater::cmd
