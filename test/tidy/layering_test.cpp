// Who may include what, and who may talk to the kernel.
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

const std::map<std::string, Layers>& layersBelow() {
  static const std::map<std::string, Layers> below{
      {"platform", {"platform"}},
      {"layout", {"platform", "layout"}},
      {"core", {"platform", "layout", "core"}},
      {"liveness", {"platform", "layout", "liveness"}},
      {"roles", {"platform", "layout", "core", "liveness", "roles"}},
      {"inspect", {"platform", "layout", "inspect"}},
      {"shm-dump", {"platform", "layout", "inspect"}},
      {"roles' tests", {"platform", "layout", "core", "liveness", "roles", ""}},
  };
  return below;
}

/// The layer whose rules a file obeys; empty for one that may include everything. Tests of inspect
/// and of the tools need live streams to look at; those of roles include what a user does.
std::string layerOf(const std::string& path) {
  static const std::regex place(
      R"(^(?:include/sluice|src)/([a-z]+)/.*|^tools/(shm-dump)/.*|^test/(platform|layout|core|liveness)/.*)");
  std::smatch match;
  if (path.starts_with("test/roles/")) return "roles' tests";
  if (!std::regex_match(path, match, place)) return "";
  return match[1].str() + match[2].str() + match[3].str();
}

Findings forbiddenIncludes(const SourceFile& file) {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  static const std::regex ours("^sluice/(?:([a-z]+)/)?.*");
  const std::string layer = layerOf(file.path);
  Findings findings;
  std::size_t number = 0;
  for (const std::string& line : linesOf(file.text)) {
    ++number;
    std::smatch match;
    if (!std::regex_search(line, match, include)) continue;
    const std::string included = match[1];
    if (included.starts_with("../")) findings.push_back(finding(file, number, "includes upwards"));
    if (layer.empty() || !std::regex_match(included, match, ours)) continue;
    const auto rule = layersBelow().find(layer);
    if (rule == layersBelow().end())
      findings.push_back(finding(file, number, "lies in a folder that is no layer: " + layer));
    else if (!rule->second.contains(match[1]))
      findings.push_back(
          finding(file, number, std::string(layer).append(" may not include ").append(included)));
  }
  return findings;
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
      findings.push_back(finding(file, number, "only src/platform includes " + match[1].str()));
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
                               "only src/platform calls " + (*it)[2].str()));
  return findings;
}

std::vector<SourceFile> outsidePlatform() {
  std::vector<SourceFile> files = cppFilesOf({"include", "src", "tools"});
  std::erase_if(files, [](const SourceFile& file) { return file.isIn("src/platform"); });
  return files;
}

TEST(Layering, EachLayerIncludesOnlyItselfAndWhatLiesBelow) {
  EXPECT_THAT(findingsIn(cppFilesOf({"include", "src", "tools", "test"}), forbiddenIncludes),
              IsEmpty());
}

TEST(Layering, OnlyPlatformIncludesHeadersOfTheKernelOrOfBoostInterprocess) {
  EXPECT_THAT(findingsIn(outsidePlatform(), kernelIncludes), IsEmpty());
}

TEST(Layering, OnlyPlatformMakesSystemCalls) {
  EXPECT_THAT(findingsIn(outsidePlatform(), systemCalls), IsEmpty());
}

SourceFile including(const std::string& path, const std::string& included) {
  return {path, "#include \"" + included + "\"\n"};
}

TEST(LayeringCheck, FindsAnIncludeOfAHigherOrForeignLayer) {
  const std::map<std::string, std::string> forbidden{
      {"include/sluice/platform/a.hpp", "sluice/layout/b.hpp"},
      {"src/layout/a.cpp", "sluice/core/b.hpp"},
      {"src/core/a.cpp", "sluice/liveness/b.hpp"},
      {"src/liveness/a.cpp", "sluice/core/b.hpp"},
      {"src/inspect/a.cpp", "sluice/roles/b.hpp"},
      {"src/roles/a.cpp", "sluice/inspect/b.hpp"},
      {"tools/shm-dump/a.cpp", "sluice/sluice.hpp"},
      {"tools/shm-dump/b.cpp", "../../src/inspect/b.hpp"},
      {"test/core/a.cpp", "sluice/roles/b.hpp"},
      {"test/roles/a.cpp", "sluice/inspect/b.hpp"},
      {"src/newcomer/a.cpp", "sluice/layout/b.hpp"},
  };
  for (const auto& [path, included] : forbidden)
    EXPECT_THAT(forbiddenIncludes(including(path, included)),
                ElementsAre(HasSubstr(path + ":1: ")));
}

TEST(LayeringCheck, TakesAnIncludeOfTheSameOrALowerLayer) {
  EXPECT_THAT(forbiddenIncludes(including("src/roles/a.cpp", "sluice/core/b.hpp")), IsEmpty());
  EXPECT_THAT(forbiddenIncludes(including("src/core/a.cpp", "sluice/core/b.hpp")), IsEmpty());
  EXPECT_THAT(forbiddenIncludes(including("test/roles/a.cpp", "sluice/sluice.hpp")), IsEmpty());
}

TEST(LayeringCheck, FindsHeadersOfTheKernelAndOfBoostInterprocess) {
  const SourceFile file{"src/core/a.cpp",
                        "#include <cstdint>\n#include <linux/futex.h>\n#include <sys/mman.h>\n"
                        "#include <unistd.h>\n#include <boost/interprocess/mapped_region.hpp>\n"
                        "#include <boost/system/result.hpp>\n"};
  EXPECT_THAT(kernelIncludes(file),
              ElementsAre(HasSubstr(":2:"), HasSubstr(":3:"), HasSubstr(":4:"), HasSubstr(":5:")));
}

TEST(LayeringCheck, FindsSystemCallsButNotNamesLikeThem) {
  EXPECT_THAT(systemCalls({"src/core/a.cpp", "f();\n::mmap(p);\n  syscall (3);\nx = getpid();\n"}),
              ElementsAre(HasSubstr(":2:"), HasSubstr(":3:"), HasSubstr(":4:")));
  EXPECT_THAT(systemCalls({"src/core/a.cpp",
                           "ring.poll();\nring->unlink();\nours::fork();\nremap(1);\n"
                           "// mmap(1)\nsay(\"mmap(1)\");\n"}),
              IsEmpty());
}

}  // namespace
}  // namespace sluice::tidy
