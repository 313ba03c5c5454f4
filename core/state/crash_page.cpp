#include "state/crash_page.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "io/files.h"

namespace copydesk::state {
namespace {

constexpr std::uint64_t kMagic = 0x32'65'67'61'70'2d'64'63;  // "cd-page2" read as a number
constexpr std::size_t kStackBytes = 64 << 10;
constexpr std::array kSignals{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

enum State : std::uint32_t { kFree, kBound, kHolding, kCrashed };

}  // namespace

// As it lies in the file. Written by one thread, the slot's own, and read by the next run.
struct CrashPage::Slot {
  std::atomic<std::uint32_t> state;
  std::atomic<std::uint32_t> signal;
  std::atomic<std::uint32_t> count;
  std::array<char, kMaxNameBytes + 1> component;
  std::array<std::uint64_t, kMaxOrigins> origins;
};

struct CrashPage::Page {
  std::uint64_t magic;
  std::uint64_t bytes;
  std::uint64_t epoch;
  std::array<Slot, kSlots> slots;
};

static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

namespace {
// The calling thread's slot. Without a constructor, so that a signal handler may read it.
thread_local void* thread_slot = nullptr;

std::atomic<void (*)(int) noexcept> tell_signal = nullptr;
static_assert(decltype(tell_signal)::is_always_lock_free);
}  // namespace

// One for each thread that was ever bound; gives the slot and the stack back when the thread ends.
class CrashPage::Binding {
 public:
  void take(Slot* slot) {
    if (!stack_) {
      stack_ = std::make_unique<std::byte[]>(kStackBytes);
      stack_t alternative{};
      alternative.ss_sp = stack_.get();
      alternative.ss_size = kStackBytes;
      ::sigaltstack(&alternative, nullptr);
    }
    thread_slot = slot;
  }
  void give_back() {
    if (thread_slot != nullptr) static_cast<Slot*>(thread_slot)->state.store(kFree);
    thread_slot = nullptr;
  }
  ~Binding() {
    give_back();
    if (!stack_) return;
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    ::sigaltstack(&none, nullptr);
  }

 private:
  // a handler runs here, so that a stack overflow can be told too
  std::unique_ptr<std::byte[]> stack_;
};

CrashPage::Binding& CrashPage::binding() {
  thread_local Binding binding;
  return binding;
}

Result<CrashPage::Opened> CrashPage::open(const std::string& file) {
  const auto failed = [&](const char* verb) {
    return config_error("'" + file + "' cannot be " + verb + ": " + std::strerror(errno));
  };
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return failed("opened");
  struct stat info {};
  const bool same_size =
      ::fstat(fd, &info) == 0 && info.st_size == static_cast<off_t>(sizeof(Page));
  // Blocks are reserved now: a page that the disk has no room for would be SIGBUS in the middle of work.
  if (!same_size) {
    // which leaves errno alone
    const int error = ::ftruncate(fd, 0) != 0 ? errno : ::posix_fallocate(fd, 0, sizeof(Page));
    if (error != 0) {
      ::close(fd);
      return io::system_error(file, "reserve " + std::to_string(sizeof(Page)) + " bytes", error);
    }
  }
  void* mapped = ::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (mapped == MAP_FAILED) return failed("mapped");
  auto* page = static_cast<Page*>(mapped);
  Opened opened;
  opened.page.reset(new CrashPage(page));
  if (page->magic != kMagic || page->bytes != sizeof(Page)) {
    std::memset(mapped, 0, sizeof(Page));
    page->magic = kMagic;
    page->bytes = sizeof(Page);
    page->epoch =
        static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  }
  for (Slot& slot : page->slots) {
    const std::uint32_t state = slot.state.load();
    if (state != kCrashed) {
      slot.state.store(kFree);
      continue;
    }
    Marked marked;
    slot.component.back() = '\0';
    marked.component = slot.component.data();
    marked.signal = static_cast<int>(slot.signal.load());
    const std::size_t count = std::min<std::size_t>(slot.count.load(), kMaxOrigins);
    marked.origins.assign(slot.origins.begin(),
                          slot.origins.begin() + static_cast<std::ptrdiff_t>(count));
    opened.marked.push_back(std::move(marked));
  }
  return opened;
}

CrashPage::~CrashPage() { ::munmap(page_, sizeof(Page)); }

std::uint64_t CrashPage::epoch() const { return page_->epoch; }

void CrashPage::reset() {
  for (Slot& slot : page_->slots) {
    std::uint32_t crashed = kCrashed;
    slot.state.compare_exchange_strong(crashed, kFree);
  }
  // last: marks that a crash leaves in between are of the old epoch, which is counted
  ++page_->epoch;
}

bool CrashPage::bind() {
  unbind();
  for (Slot& slot : page_->slots) {
    std::uint32_t expected = kFree;
    if (!slot.state.compare_exchange_strong(expected, kBound)) continue;
    binding().take(&slot);
    return true;
  }
  return false;
}

void CrashPage::unbind() {
  if (thread_slot != nullptr) binding().give_back();
}

void CrashPage::hold(std::string_view component, std::span<const std::uint64_t> origins) {
  auto* slot = static_cast<Slot*>(thread_slot);
  if (slot == nullptr) return;
  slot->state.store(kBound);
  const std::size_t name = std::min(component.size(), kMaxNameBytes);
  std::memcpy(slot->component.data(), component.data(), name);
  slot->component[name] = '\0';
  const std::size_t count = std::min(origins.size(), kMaxOrigins);
  std::copy_n(origins.begin(), count, slot->origins.begin());
  slot->count.store(static_cast<std::uint32_t>(count));
  slot->state.store(kHolding);
}

void CrashPage::release() {
  if (auto* slot = static_cast<Slot*>(thread_slot)) slot->state.store(kBound);
}

// Async-signal-safe: atomics, sigaction, raise and what `tell` does.
void CrashPage::on_signal(int signal) {
  if (auto* slot = static_cast<Slot*>(thread_slot);
      slot != nullptr && slot->state.load() == kHolding) {
    slot->signal.store(static_cast<std::uint32_t>(signal));
    slot->state.store(kCrashed);
  }
  if (const auto tell = tell_signal.load()) tell(signal);
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  ::sigaction(signal, &standard, nullptr);
  ::raise(signal);  // held back until we return: a core then shows the place of the fault
}

void install_crash_handlers(void (*tell)(int) noexcept) {
  tell_signal.store(tell);
  struct sigaction action {};
  action.sa_handler = &CrashPage::on_signal;
  action.sa_flags = SA_ONSTACK;
  ::sigemptyset(&action.sa_mask);
  for (int signal : kSignals) ::sigaction(signal, &action, nullptr);
}

std::uint64_t origin_hash(std::string_view origin_key) {
  return XXH3_64bits(origin_key.data(), origin_key.size());
}

}  // namespace copydesk::state
