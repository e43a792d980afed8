#pragma once
// How a thread of the admin ports begins.

#include <pthread.h>
#include <signal.h>

#include <string>

namespace breakwater::admin {

/// Signals are for others. @param name  at most 15 characters
inline void begin_thread(const std::string& name) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    pthread_setname_np(pthread_self(), name.c_str());
}

}  // namespace breakwater::admin
