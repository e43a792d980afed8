#pragma once
// A doubly linked list through the elements themselves: no allocation, and an element that ends
// takes itself out. One thread.

#include <cstddef>

namespace breakwater {

/// A place in at most one list. `Tag` tells apart the lists that one object is in.
template <class Tag = void>
class ListHook {
public:
    ListHook() = default;
    ListHook(const ListHook&) = delete;
    ListHook& operator=(const ListHook&) = delete;
    ~ListHook() { unlink(); }

    [[nodiscard]] bool linked() const { return next_ != nullptr; }
    void unlink() {
        if (!next_) return;
        previous_->next_ = next_;
        next_->previous_ = previous_;
        next_ = previous_ = nullptr;
    }

private:
    template <class, class>
    friend class List;
    ListHook* next_ = nullptr;
    ListHook* previous_ = nullptr;
};

/// @tparam T derives from ListHook<Tag>. The list owns nothing; its elements are unlinked when it ends.
template <class T, class Tag = void>
class List {
public:
    List() { head_.next_ = head_.previous_ = &head_; }
    List(const List&) = delete;
    List& operator=(const List&) = delete;
    ~List() {
        while (!empty()) head_.next_->unlink();
        head_.next_ = head_.previous_ = nullptr;
    }

    [[nodiscard]] bool empty() const { return head_.next_ == &head_; }
    T* front() { return empty() ? nullptr : static_cast<T*>(head_.next_); }
    T* back() { return empty() ? nullptr : static_cast<T*>(head_.previous_); }
    void push_front(T& element) { insert(element, *head_.next_); }
    void push_back(T& element) { insert(element, head_); }
    T* pop_front() { return pop(front()); }
    T* pop_back() { return pop(back()); }
    /// The element after `element`, or null at the end.
    T* next(T& element) {
        ListHook<Tag>* hook = static_cast<ListHook<Tag>&>(element).next_;
        return hook == &head_ ? nullptr : static_cast<T*>(hook);
    }
    /// Moves every element of `other` to the end of this list.
    void take(List& other) {
        while (T* element = other.pop_front()) push_back(*element);
    }

private:
    using Hook = ListHook<Tag>;
    static void insert(Hook& element, Hook& before) {
        element.unlink();
        element.next_ = &before;
        element.previous_ = before.previous_;
        before.previous_->next_ = &element;
        before.previous_ = &element;
    }
    static T* pop(T* element) {
        if (element) static_cast<Hook*>(element)->unlink();
        return element;
    }
    Hook head_;
};

}  // namespace breakwater
