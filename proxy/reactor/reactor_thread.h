#pragma once
// A reactor on a thread of its own.

#include <string>
#include <thread>

#include "proxy/reactor/io.h"
#include "proxy/reactor/reactor.h"

namespace breakwater {

/// Starts with its constructor, stops and joins with its end.
class ReactorThread {
public:
    /// @param name of the thread, at most 15 characters, as `top -H` shows it.
    explicit ReactorThread(const std::string& name, const Clock& clock = system_clock(),
                           Io io = Io::epoll);
    ~ReactorThread();

    Reactor& reactor() { return reactor_; }
    /// Runs `work` on the loop's thread and waits for it. Not from that thread.
    void run(Reactor::Work work);
    /// Ends what runs on the loop, and the thread. Once or more.
    void stop();

private:
    Reactor reactor_;
    std::thread thread_;
};

}  // namespace breakwater
