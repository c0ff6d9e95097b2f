#include "acknowledgement.hpp"

#include <nlohmann/json.hpp>

namespace shm_bridge {

Acknowledgement parseAcknowledgement(std::string_view text) try {
  const auto json = nlohmann::json::parse(text);
  if (const auto error = json.find("error"); error != json.end())
    return {0, error->value("err_code", -1), error->value("description", "an unknown error")};
  return {json.at("seq").get<std::uint64_t>(), 0, {}};
} catch (const nlohmann::json::exception& error) {
  return {0, -1, "an answer that is none of JetStream's: " + std::string(text.substr(0, 100))};
}

}  // namespace shm_bridge
