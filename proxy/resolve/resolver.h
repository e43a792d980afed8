#pragma once
// Names into addresses, as every program of this machine or pod finds them: /etc/hosts, then the name
// servers of /etc/resolv.conf, by UDP, and by TCP where an answer is long. Its search list (resolv.conf(5)) is
// gone through last. c-ares speaks DNS; our loop waits for its sockets and for the time of its retries.
//
// Off the path of requests: nothing is cached, each question is asked. Who asks often keeps the answer
// for its `ttl`. /etc/resolv.conf is read with the first name.
//
// One thread, that of the loop.

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "proxy/base/address.h"
#include "proxy/reactor/reactor.h"
#include "proxy/reactor/task.h"

struct ares_channeldata;

namespace breakwater::resolve {

struct Resolved {
    std::vector<IpAddress> addresses;  ///< of both families; never empty
    /// For how long that holds: the least of the records. Zero where nobody says, as in /etc/hosts; the
    /// longest there is for an address that was written as one.
    std::chrono::seconds ttl{};
};

class Resolver {
public:
    /// @param reactor  outlives this.
    /// @param servers  in the place of those of /etc/resolv.conf: `192.0.2.1:53,192.0.2.2:53`
    explicit Resolver(Reactor& reactor, std::string servers = {});
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;
    /// After the tasks that it has given.
    ~Resolver();

    /// Any number at once. Dropping the task ends the wait; the answer, if it still comes, is nobody's.
    /// @param name  of a host, or an IP address as text
    /// @error name_unresolved  there is none, or it has no address: so somebody says who knows
    /// @error name_timeout     nobody has said anything of it
    Task<Result<Resolved>> resolve(std::string name, Deadline deadline);

private:
    class Answer;
    class News;
    struct Callbacks;

    /// A socket of c-ares, and what it wants to know of it.
    struct Socket {
        Socket(Reactor& reactor, int fd) : watch(reactor, fd) { watch.enter(); }
        Watch watch;
        bool reads = false;
        bool writes = false;
    };

    Done open();
    /// Lets c-ares go on for as long as there is anything to go on with.
    Task<void> pump();
    /// @return whether a socket was ready
    bool process();
    void wake_pump();

    Reactor& reactor_;
    const std::string servers_;
    ares_channeldata* channel_ = nullptr;  ///< from the first name on
    std::map<int, std::unique_ptr<Socket>> sockets_;
    News* news_ = nullptr;  ///< while the pump waits
    Task<void> pump_;
};

}  // namespace breakwater::resolve
