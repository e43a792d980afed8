#pragma once
// Says what is wrong once, and once that it is over.
//
// Six reflectors meet the same dead server at the same moment and again at every attempt; the log gets
// one line. What concerns the server as a whole (unreachable, credentials) is said once for all of
// them and is over when the last one gets through; the rest is said per reflector. Each missing right
// is a matter of its own: who has granted one is told of the next.
//
// Any thread.

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "controller/kube/trouble.h"

namespace breakwater::kube {

class Complaints {
public:
    struct Line {
        bool wrong = false;  ///< else: it is over
        std::string what;    ///< the server, or a target
        std::string reason;
    };
    using Say = std::function<void(const Line&)>;

    /// @param server  what concerns all reflectors is said of: `API server https://10.0.0.1:443`.
    /// @param say     called under a lock, by any thread. The default is the process's log.
    explicit Complaints(std::string server, Say say = write_log)
        : server_(std::move(server)), say_(std::move(say)) {}

    void wrong(const std::string& who, const Trouble& trouble);
    /// Requests of `who` are answered again. What only a healthy watch disproves stays wrong.
    void answered(const std::string& who);
    /// A watch of `who` brings events, or lives.
    void well(const std::string& who);

private:
    struct Matter {
        Trouble::Cause cause;
        std::string what;
        std::string missing_right;  ///< empty: none
        auto operator<=>(const Matter&) const = default;
    };

    static void write_log(const Line& line);
    template <class IsOver>
    void over(const std::string& who, IsOver is_over);

    const std::string server_;
    Say say_;
    std::mutex mutex_;
    std::map<Matter, std::set<std::string>> open_;  ///< what is wrong, and for whom
};

}  // namespace breakwater::kube
