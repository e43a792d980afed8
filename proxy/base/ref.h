#pragma once
// A counted reference for objects of one worker: the count is a plain integer, so a Ref never leaves
// the thread that made it.

#include <concepts>
#include <cstdint>
#include <utility>

namespace breakwater {

/// Base of what a Ref counts. The last Ref calls `release()`, which frees it or puts it back where
/// it came from.
class Counted {
public:
    Counted() = default;
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

protected:
    virtual ~Counted() = default;
    /// Nobody refers to this any more.
    virtual void release() { delete this; }

private:
    template <class T>
    friend class Ref;
    void acquire_ref() { ++refs_; }
    void drop_ref() {
        if (--refs_ == 0) release();
    }
    std::uint32_t refs_ = 0;
};

/// Shares ownership of a Counted. Null when default made or moved from.
template <class T>
class Ref {
public:
    Ref() = default;
    explicit Ref(T* object) : object_(object) {
        if (object_) base()->acquire_ref();
    }
    /// A Ref to a derived object is one to its base.
    template <class Derived>
        requires std::derived_from<Derived, T>
    Ref(const Ref<Derived>& other) : Ref(other.get()) {}
    Ref(const Ref& other) : Ref(other.object_) {}
    Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() {
        if (object_) base()->drop_ref();
    }

    T* get() const { return object_; }
    T* operator->() const { return object_; }
    T& operator*() const { return *object_; }
    explicit operator bool() const { return object_ != nullptr; }
    /// Whether this is the only Ref to its object.
    [[nodiscard]] bool unique() const { return object_ && base()->refs_ == 1; }
    void reset() { Ref().swap(*this); }
    void swap(Ref& other) noexcept { std::swap(object_, other.object_); }

private:
    auto* base() const { return const_cast<Counted*>(static_cast<const Counted*>(object_)); }
    T* object_ = nullptr;
};

}  // namespace breakwater
