#include "record_parser.hpp"

#include "csv_parser.hpp"
#include "json_parser.hpp"

namespace shm_pub {

std::unique_ptr<RecordParser> recordParser(const sluice::RecordDescription& record,
                                           segment_tools::RecordFormat format) {
  if (format == segment_tools::RecordFormat::csv) return std::make_unique<CsvParser>(record);
  return std::make_unique<JsonParser>(record);
}

}  // namespace shm_pub
