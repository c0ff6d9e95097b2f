#ifdef SLUICE_BENCH_ICEORYX
#include "systems/iceoryx_daemon.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <iceoryx_hoofs/log/logmanager.hpp>
#include <iceoryx_posh/iceoryx_posh_config.hpp>
#include <iceoryx_posh/internal/roudi/roudi.hpp>
#include <iceoryx_posh/roudi/iceoryx_roudi_components.hpp>
#include <iostream>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

namespace sluice::bench {
namespace {

/// Serves until it is asked to end. `ready` is in shared memory.
void serve(std::atomic<bool>& ready) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigset_t asked;
  sigemptyset(&asked);
  sigaddset(&asked, SIGTERM);
  // Before it makes threads, so that none of them is interrupted.
  ::pthread_sigmask(SIG_BLOCK, &asked, nullptr);
  // It tells there how much memory it reserves and that it is ready; errors go elsewhere.
  std::clog.setstate(std::ios::failbit);
  std::cout.setstate(std::ios::failbit);
  iox::log::LogManager::GetLogManager().SetDefaultLogLevel(iox::log::LogLevel::kError,
                                                           iox::log::LogLevelOutput::kHideLogLevel);
  iox::RouDiConfig_t config;
  config.setDefaults();
  iox::roudi::IceOryxRouDiComponents components(config);
  constexpr bool killItsUsers = false;
  const iox::roudi::RouDi daemon(
      components.rouDiMemoryManager, components.portManager,
      iox::roudi::RouDi::RoudiStartupParameters{iox::roudi::MonitoringMode::OFF, killItsUsers});
  ready.store(true, std::memory_order_release);
  int signal = 0;
  ::sigwait(&asked, &signal);
}

std::atomic<bool>& readyIn(const SharedMemory& memory) {
  return *static_cast<std::atomic<bool>*>(memory.base());
}

}  // namespace

IceoryxDaemon::IceoryxDaemon()
    : memory_(sizeof(std::atomic<bool>)),
      process_([this] { serve(*new (memory_.base()) std::atomic<bool>(false)); }) {
  while (!readyIn(memory_).load(std::memory_order_acquire)) {
    try {
      process_.mustRun();
    } catch (const std::exception&) {
      throw std::runtime_error("iceoryx's daemon does not start; is another RouDi running?");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

IceoryxDaemon::~IceoryxDaemon() {
  process_.terminate();
  const std::string prefix = prefixOfUsersFrom(::getpid());
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/tmp", ignored))
    if (entry.path().filename().string().starts_with(prefix))
      std::filesystem::remove(entry.path(), ignored);
}

std::string IceoryxDaemon::prefixOfUsersFrom(pid_t parent) {
  return "sluice-bench-" + std::to_string(parent) + "-";
}

}  // namespace sluice::bench
#endif
