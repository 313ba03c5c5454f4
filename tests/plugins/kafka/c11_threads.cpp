// librdkafka uses the threads of C11, which the thread sanitizer of GCC 12 does not know: it crashes in their first call.
// Here they lead to those of POSIX, which glibc makes them of anyway. In sanitizer builds only.
#ifdef __SANITIZE_THREAD__
#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <cstdint>
#include <memory>

namespace {

struct Start {
  thrd_start_t run;
  void* argument;
};

void* run(void* raw) {
  const std::unique_ptr<Start> start(static_cast<Start*>(raw));
  return reinterpret_cast<void*>(static_cast<std::intptr_t>(start->run(start->argument)));
}

pthread_mutex_t* posix(mtx_t* m) { return reinterpret_cast<pthread_mutex_t*>(m); }
pthread_cond_t* posix(cnd_t* c) { return reinterpret_cast<pthread_cond_t*>(c); }
int answer(int error) {
  return error == 0 ? thrd_success : error == ETIMEDOUT ? thrd_timedout : thrd_error;
}

}  // namespace

extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t start, void* argument) {
  auto first = std::make_unique<Start>(Start{start, argument});
  const int error = pthread_create(thread, nullptr, run, first.get());
  if (error == 0) (void)first.release();
  return answer(error);
}
int thrd_join(thrd_t thread, int* result) {
  void* out = nullptr;
  const int error = pthread_join(thread, &out);
  if (result != nullptr) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(out));
  return answer(error);
}
int mtx_init(mtx_t* m, int type) noexcept {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  if ((type & mtx_recursive) != 0) pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  const int error = pthread_mutex_init(posix(m), &attributes);
  pthread_mutexattr_destroy(&attributes);
  return answer(error);
}
void mtx_destroy(mtx_t* m) noexcept { pthread_mutex_destroy(posix(m)); }
int mtx_lock(mtx_t* m) { return answer(pthread_mutex_lock(posix(m))); }
int mtx_unlock(mtx_t* m) noexcept { return answer(pthread_mutex_unlock(posix(m))); }
int cnd_init(cnd_t* c) noexcept { return answer(pthread_cond_init(posix(c), nullptr)); }
void cnd_destroy(cnd_t* c) noexcept { pthread_cond_destroy(posix(c)); }
int cnd_signal(cnd_t* c) noexcept { return answer(pthread_cond_signal(posix(c))); }
int cnd_broadcast(cnd_t* c) noexcept { return answer(pthread_cond_broadcast(posix(c))); }
int cnd_wait(cnd_t* c, mtx_t* m) { return answer(pthread_cond_wait(posix(c), posix(m))); }
int cnd_timedwait(cnd_t* c, mtx_t* m, const timespec* until) {
  return answer(pthread_cond_timedwait(posix(c), posix(m), until));
}

}  // extern "C"
#endif
