#include "mirror_note.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "file_replacement.hpp"
#include "refusal.hpp"

namespace shm_bridge {

namespace {

using Json = nlohmann::ordered_json;

}  // namespace

std::string MirrorNote::pathOf(const std::string& directory, const std::string& name) {
  return directory + "/." + name + ".bridge";
}

std::optional<MirrorNote> MirrorNote::read(const std::string& path) try {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  const Json json = Json::parse(file);
  MirrorNote note{json.at("stream"), ringIdOf(json.at("ring").get<std::string>()),
                  json.at("part"),   json.at("first"),
                  std::nullopt,      std::nullopt};
  if (json.contains("replaces")) note.replaces = ringIdOf(json["replaces"].get<std::string>());
  if (json.contains("mirror")) note.mirror = ringIdOf(json["mirror"].get<std::string>());
  return note;
} catch (const std::exception& error) {
  throw Refusal(fmt::format("{}: is no note of a mirror ring ({}); remove it with the ring", path,
                            error.what()));
}

void MirrorNote::write(const std::string& path) const {
  Json json{{"stream", stream}, {"ring", inHex(ring)}, {"part", part}, {"first", first}};
  if (replaces) json["replaces"] = inHex(*replaces);
  if (mirror) json["mirror"] = inHex(*mirror);
  if (const auto error = replaceFile(path, json.dump() + '\n'))
    throw Refusal(fmt::format("{}: cannot be written: {}", path, error.message()));
}

}  // namespace shm_bridge
