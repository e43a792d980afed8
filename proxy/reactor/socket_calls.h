#pragma once
// recv(2), send(2) and sendmsg(2) as the kernel has them. glibc's own are cancellation points (pthreads(7)): in a process
// with threads that is two locked instructions more a call, for what nobody here does. A sanitizer wants to see
// glibc's.
//
// Any thread. Results and errno are those of the system calls.

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <span>
#include <string_view>

namespace breakwater {

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline ssize_t socket_recv(int fd, std::span<char> into) {
    return recv(fd, into.data(), into.size(), 0);
}
inline ssize_t socket_send(int fd, std::string_view bytes) {
    return send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}
inline ssize_t socket_sendmsg(int fd, const msghdr& message) {
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}
#else
inline ssize_t socket_recv(int fd, std::span<char> into) {
    return syscall(SYS_recvfrom, fd, into.data(), into.size(), 0, nullptr, nullptr);
}
inline ssize_t socket_send(int fd, std::string_view bytes) {
    return syscall(SYS_sendto, fd, bytes.data(), bytes.size(), MSG_NOSIGNAL, nullptr, 0);
}
inline ssize_t socket_sendmsg(int fd, const msghdr& message) {
    return syscall(SYS_sendmsg, fd, &message, MSG_NOSIGNAL);
}
#endif

}  // namespace breakwater
