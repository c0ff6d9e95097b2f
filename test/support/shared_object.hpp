// An object that a test and its forked children share.
#pragma once

#include <sys/mman.h>

#include <new>

namespace sluice::testing {

/// Make it before the fork. Nothing is destroyed but the memory.
template <class Object>
class SharedObject {
 public:
  SharedObject() {
    void* const memory =
        ::mmap(nullptr, sizeof(Object), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    object_ = new (memory) Object;
  }
  ~SharedObject() { ::munmap(object_, sizeof(Object)); }
  SharedObject(const SharedObject&) = delete;
  SharedObject& operator=(const SharedObject&) = delete;

  Object& operator*() const noexcept { return *object_; }
  Object* operator->() const noexcept { return object_; }

 private:
  Object* object_;
};

}  // namespace sluice::testing
