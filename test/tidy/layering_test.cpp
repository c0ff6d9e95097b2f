// Which file may include what, and which may talk to the kernel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <string>

#include "source_tree.hpp"

namespace sluice::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Layers = std::set<std::string>;

/// What each layer may include, itself among it.
const std::map<std::string, Layers>& layersBelow() {
  static const Layers roles{"value",   "os",   "format",  "liveness",
                            "waiting", "ring", "segment", "roles"};
  static const std::map<std::string, Layers> below{
      {"value", {"value"}},
      {"os", {"value", "os"}},
      {"format", {"value", "os", "format"}},
      {"liveness", {"value", "os", "format", "liveness"}},
      {"waiting", {"value", "os", "format", "waiting"}},
      {"ring", {"value", "os", "format", "waiting", "ring"}},
      {"segment", {"value", "os", "format", "liveness", "waiting", "segment"}},
      {"roles", roles},
      {"inspect", {"value", "os", "format", "inspect"}},
      {"document", {"value", "os", "format", "inspect", "document"}},
      {"c",
       {"value", "os", "format", "liveness", "waiting", "ring", "segment", "roles", "inspect",
        "document", "c"}},
      {"python", {"c", "python"}},
      {"shm-dump", {"value", "os", "format", "inspect", "document"}},
  };
  return below;
}

/// The layer of each installed header; those of src are known by their folder.
const std::map<std::string, Layers>& installedHeaders() {
  static const std::map<std::string, Layers> headers{
      {"value",
       {"error.hpp",
        "fan_in_options.hpp",
        "merged.hpp",
        "merged_by.hpp",
        "lost_records.hpp",
        "message_kind.hpp",
        "message_options.hpp",
        "observation.hpp",
        "options.hpp",
        "policy.hpp",
        "record.hpp",
        "result.hpp",
        "segment_id.hpp",
        "sent.hpp",
        "sequence.hpp",
        "slot_layout.hpp",
        "status.hpp",
        "wait_limit.hpp",
        "wait_strategy.hpp",
        "detail/expectation.hpp",
        "detail/futex_expectation.hpp",
        "detail/poll_pace.hpp",
        "detail/processor.hpp",
        "detail/ticks.hpp",
        "detail/time_point.hpp"}},
      {"os", {"detail/descriptor_copy.hpp", "detail/fence.hpp"}},
      {"format",
       {"detail/doorbell.hpp", "detail/message_slot.hpp", "detail/payload_region.hpp",
        "detail/slot.hpp"}},
      {"waiting",
       {"barrier_group.hpp", "sequence_barrier.hpp", "stop_word.hpp", "wait_set.hpp",
        "detail/wait_member.hpp", "detail/awaited.hpp", "detail/eventcount.hpp", "detail/lull.hpp",
        "detail/wait.hpp"}},
      {"ring",
       {"single_producer_sequencer.hpp", "detail/claim_limit.hpp", "detail/gate.hpp",
        "detail/ring.hpp", "detail/sequencer_words.hpp"}},
      {"segment", {"segment.hpp"}},
      {"roles",
       {"asio.hpp",
        "batch.hpp",
        "consumer.hpp",
        "fan_in.hpp",
        "fan_in_event.hpp",
        "message.hpp",
        "message_batch.hpp",
        "message_claim.hpp",
        "message_consumer.hpp",
        "message_fan_in.hpp",
        "message_observer.hpp",
        "message_producer.hpp",
        "detail/message_ledger.hpp",
        "detail/room_poll.hpp",
        "observer.hpp",
        "producer.hpp",
        "sluice.hpp",
        "untyped.hpp",
        "untyped_batch.hpp",
        "untyped_fan_in.hpp",
        "untyped_consumer.hpp",
        "untyped_observer.hpp",
        "untyped_producer.hpp",
        "detail/claimed_slots.hpp",
        "detail/consumer_attachment.hpp",
        "detail/consumer_engine.hpp",
        "detail/consumer_member.hpp",
        "detail/consumer_run.hpp",
        "detail/fan_in_core.hpp",
        "detail/fan_in_reader.hpp",
        "detail/observer_attachment.hpp",
        "detail/observer_engine.hpp",
        "detail/observer_member.hpp",
        "detail/own_wait_set.hpp",
        "detail/producer_attachment.hpp",
        "detail/producer_engine.hpp",
        "detail/producer_hot.hpp",
        "detail/producer_member.hpp"}},
  };
  return headers;
}

std::string layerOfInstalled(const std::string& header) {
  for (const auto& [layer, headers] : installedHeaders())
    if (headers.contains(header)) return layer;
  return "no layer";
}

/// A header of the C interface. How functions are declared is for C++ too.
bool isOfC(const std::string& header) {
  return header == "sluice.h" || header.starts_with("sluice/c/");
}

/// The layer of what an include names; empty for what is not ours.
std::string layerOfIncluded(const std::string& included) {
  static const std::regex inside(
      "(os|format|liveness|waiting|ring|segment|roles|inspect|document|c)/[a-z_]+\\.hpp");
  std::smatch match;
  if (isOfC(included)) return included == "sluice/c/linkage.h" ? "value" : "c";
  if (included.starts_with("sluice/")) return layerOfInstalled(included.substr(7));
  return std::regex_match(included, match, inside) ? match[1].str() : "";
}

/// The layer whose rules a file obeys; empty for a file that may include everything. Tests of
/// inspect and of the tools need live streams to look at.
std::string layerOf(const std::string& path) {
  static const std::regex place(
      R"(^src/([a-z]+)/.*|^tools/(shm-dump)/.*|^test/(os|format|liveness|ring|roles)/.*|^bindings/(c)/.*|^bindings/(python)/extension/.*)");
  std::smatch match;
  if (path.starts_with("include/") && isOfC(path.substr(8))) return "c";
  if (path.starts_with("include/sluice/")) return layerOfInstalled(path.substr(15));
  if (!std::regex_match(path, match, place)) return "";
  return match[1].str() + match[2].str() + match[3].str() + match[4].str() + match[5].str();
}

Findings forbiddenIncludes(const SourceFile& file) {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  const std::string layer = layerOf(file.path);
  const bool isInstalled = file.path.starts_with("include/");
  Findings findings;
  std::size_t number = 0;
  for (const std::string& line : linesOf(file.text)) {
    ++number;
    std::smatch match;
    if (!std::regex_search(line, match, include)) continue;
    const std::string included = match[1];
    if (included.starts_with("../")) findings.push_back(finding(file, number, "includes upwards"));
    const std::string other = layerOfIncluded(included);
    if (layer.empty() || other.empty()) continue;
    const auto rule = layersBelow().find(layer);
    if (rule == layersBelow().end())
      findings.push_back(finding(file, number, "lies in no layer: " + layer));
    else if (!rule->second.contains(other))
      findings.push_back(
          finding(file, number, std::string(layer).append(" may not include ").append(included)));
    else if (isInstalled && !included.starts_with("sluice/"))
      findings.push_back(finding(file, number, "is installed, and " + included + " is not"));
  }
  return findings;
}

bool mayTalkToTheKernel(const SourceFile& file) {
  return file.isIn("src/os") || file.isIn("src/liveness");
}

Findings kernelIncludes(const SourceFile& file) {
  static const std::regex kernel(
      R"re(^\s*#\s*include\s*[<"]((?:boost/interprocess|linux|asm|sys|bits)/[^>"]*|(?:dirent|fcntl|poll|pthread|sched|semaphore|signal|spawn|time|unistd)\.h)[>"])re");
  Findings findings;
  std::size_t number = 0;
  for (const std::string& line : linesOf(file.text)) {
    ++number;
    std::smatch match;
    if (std::regex_search(line, match, kernel))
      findings.push_back(
          finding(file, number, "only src/os and src/liveness include " + match[1].str()));
  }
  return findings;
}

Findings systemCalls(const SourceFile& file) {
  static const std::regex call(
      R"((^|[^\w.>:]|[^\w]::)(syscall|mmap|munmap|mprotect|madvise|mlock|fcntl|ioctl|ftruncate|fallocate|posix_fallocate|fstat|fchmod|linkat|unlinkat|unlink|shm_open|shm_unlink|openat|pread|pwrite|fsync|flock|getpid|gettid|fork|clone|unshare|kill|waitpid|poll|epoll_wait|sched_yield|clock_gettime|nanosleep|usleep)\s*\()");
  const std::string code = codeOf(file.text);
  Findings findings;
  for (std::sregex_iterator it(code.begin(), code.end(), call), end; it != end; ++it)
    findings.push_back(finding(file, lineAt(code, static_cast<std::size_t>(it->position(2))),
                               "only src/os and src/liveness call " + (*it)[2].str()));
  return findings;
}

std::vector<SourceFile> aboveTheKernel() {
  std::vector<SourceFile> files = cppFilesOf({"include", "src", "bindings", "tools"});
  std::erase_if(files, mayTalkToTheKernel);
  return files;
}

TEST(Layering, EachLayerIncludesOnlyItselfAndWhatLiesBelow) {
  EXPECT_THAT(
      findingsIn(cppFilesOf({"include", "src", "bindings", "tools", "test"}), forbiddenIncludes),
      IsEmpty());
}

TEST(Layering, OnlyOsAndLivenessIncludeHeadersOfTheKernelOrOfBoostInterprocess) {
  EXPECT_THAT(findingsIn(aboveTheKernel(), kernelIncludes), IsEmpty());
}

TEST(Layering, OnlyOsAndLivenessMakeSystemCalls) {
  EXPECT_THAT(findingsIn(aboveTheKernel(), systemCalls), IsEmpty());
}

SourceFile including(const std::string& path, const std::string& included) {
  return {path, "#include \"" + included + "\"\n"};
}

TEST(LayeringCheck, FindsAnIncludeOfAHigherOrForeignLayer) {
  const std::map<std::string, std::string> forbidden{
      {"include/sluice/status.hpp", "sluice/sequence_barrier.hpp"},
      {"include/sluice/producer.hpp", "roles/rows_gate.hpp"},
      {"include/sluice/newcomer.hpp", "sluice/status.hpp"},
      {"src/os/a.cpp", "format/b.hpp"},
      {"src/format/a.cpp", "sluice/detail/wait.hpp"},
      {"src/waiting/a.cpp", "liveness/b.hpp"},
      {"src/liveness/a.cpp", "segment/b.hpp"},
      {"src/segment/a.cpp", "roles/b.hpp"},
      {"src/inspect/a.cpp", "roles/b.hpp"},
      {"src/roles/a.cpp", "inspect/b.hpp"},
      {"tools/shm-dump/a.cpp", "sluice/sluice.hpp"},
      {"tools/shm-dump/b.cpp", "../../src/inspect/b.hpp"},
      {"test/ring/a.cpp", "sluice/consumer.hpp"},
      {"test/roles/a.cpp", "inspect/b.hpp"},
      {"src/newcomer/a.cpp", "format/b.hpp"},
      {"src/roles/b.cpp", "c/b.hpp"},
      {"src/roles/c.cpp", "sluice.h"},
      {"include/sluice/error.hpp", "sluice/c/producer.h"},
      {"src/inspect/b.cpp", "document/b.hpp"},
      {"include/sluice/c/producer.h", "c/b.hpp"},
      {"bindings/python/extension/a.cpp", "sluice/producer.hpp"},
      {"bindings/python/extension/a.cpp", "os/b.hpp"},
  };
  for (const auto& [path, included] : forbidden)
    EXPECT_THAT(forbiddenIncludes(including(path, included)),
                ElementsAre(HasSubstr(path + ":1: ")));
}

TEST(LayeringCheck, TakesAnIncludeOfTheSameOrALowerLayer) {
  EXPECT_THAT(forbiddenIncludes(including("src/roles/a.cpp", "segment/b.hpp")), IsEmpty());
  EXPECT_THAT(forbiddenIncludes(including("src/os/a.cpp", "os/b.hpp")), IsEmpty());
  EXPECT_THAT(forbiddenIncludes(including("bindings/c/a.cpp", "document/b.hpp")), IsEmpty());
  EXPECT_THAT(forbiddenIncludes(including("bindings/python/extension/a.cpp", "sluice.h")),
              IsEmpty());
  EXPECT_THAT(forbiddenIncludes(including("include/sluice/status.hpp", "sluice/c/linkage.h")),
              IsEmpty());
  EXPECT_THAT(forbiddenIncludes(including("include/sluice/producer.hpp", "sluice/batch.hpp")),
              IsEmpty());
  EXPECT_THAT(forbiddenIncludes(including("test/roles/a.cpp", "sluice/sluice.hpp")), IsEmpty());
}

TEST(LayeringCheck, FindsHeadersOfTheKernelAndOfBoostInterprocess) {
  const SourceFile file{"src/ring/a.cpp",
                        "#include <cstdint>\n#include <linux/futex.h>\n#include <sys/mman.h>\n"
                        "#include <unistd.h>\n#include <boost/interprocess/mapped_region.hpp>\n"
                        "#include <boost/system/result.hpp>\n"};
  EXPECT_THAT(kernelIncludes(file),
              ElementsAre(HasSubstr(":2:"), HasSubstr(":3:"), HasSubstr(":4:"), HasSubstr(":5:")));
}

TEST(LayeringCheck, FindsSystemCallsButNotNamesLikeThem) {
  EXPECT_THAT(systemCalls({"src/ring/a.cpp", "f();\n::mmap(p);\n  syscall (3);\nx = getpid();\n"}),
              ElementsAre(HasSubstr(":2:"), HasSubstr(":3:"), HasSubstr(":4:")));
  EXPECT_THAT(systemCalls({"src/ring/a.cpp",
                           "ring.poll();\nring->unlink();\nours::fork();\nremap(1);\n"
                           "// mmap(1)\nsay(\"mmap(1)\");\n"}),
              IsEmpty());
}

}  // namespace
}  // namespace sluice::tidy
