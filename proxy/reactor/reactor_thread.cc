#include "proxy/reactor/reactor_thread.h"

#include <pthread.h>

#include <csignal>
#include <future>

namespace breakwater {
namespace {

/// A broken connection is an error of the call that met it. send() can be told so, splice() cannot.
void block_sigpipe() {
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
}

}  // namespace

ReactorThread::ReactorThread(const std::string& name, const Clock& clock, Io io)
    : reactor_(clock, make_poller(io)), thread_([this] {
          block_sigpipe();
          reactor_.run();
      }) {
    pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

ReactorThread::~ReactorThread() { stop(); }

void ReactorThread::stop() {
    if (!thread_.joinable()) return;
    reactor_.stop();
    thread_.join();
}

void ReactorThread::run(Reactor::Work work) {
    std::promise<void> ran;
    std::future<void> done = ran.get_future();
    reactor_.post([&] {
        work();
        ran.set_value();
    });
    done.wait();
}

}  // namespace breakwater
