#pragma once
// Of many that have something to do now and then, a few do it at once; the others wait in line.
//
// One thread.

#include <cstddef>
#include <utility>

#include "proxy/base/list.h"
#include "proxy/reactor/reactor.h"

namespace breakwater {

class FewAtOnce {
public:
    /// Who has something to do. Its end is a cancel() away.
    class Member : public ListHook<> {
    public:
        Member() = default;
        Member(const Member&) = delete;
        Member& operator=(const Member&) = delete;
        virtual ~Member() = default;

    private:
        friend class FewAtOnce;
        /// Ends by itself, and soon: the others are waiting. The member outlives it.
        virtual Task<void> work() = 0;

        Spawned* working_ = nullptr;
    };

    FewAtOnce(Reactor& reactor, std::size_t most) : reactor_(reactor), room_(most) {}
    FewAtOnce(const FewAtOnce&) = delete;
    FewAtOnce& operator=(const FewAtOnce&) = delete;

    /// Has it work as soon as there is room. @pre it neither works nor waits
    void run(Member& member) {
        waiting_.push_back(member);
        start_waiting();
    }
    /// It neither works nor waits any longer. Not from inside its work.
    void cancel(Member& member) {
        member.unlink();
        if (Spawned* const working = std::exchange(member.working_, nullptr)) {
            reactor_.cancel(*working);
            ++room_;
            start_waiting();
        }
    }

private:
    void start_waiting() {
        while (room_ > 0) {
            Member* const next = waiting_.pop_front();
            if (!next) return;
            --room_;
            next->working_ = &reactor_.spawn(carry_out(*this, *next));
        }
    }
    static Task<void> carry_out(FewAtOnce& all, Member& member) {
        co_await member.work();
        member.working_ = nullptr;
        ++all.room_;
        all.start_waiting();
    }

    Reactor& reactor_;
    std::size_t room_;
    List<Member> waiting_;
};

}  // namespace breakwater
