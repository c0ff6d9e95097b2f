// What shm-dump shows of a segment of messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "dumped_image.hpp"
#include "sluice/message.hpp"

namespace sluice {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class ShmDumpMessages : public ShmDump {
 protected:
  /// A short message, an empty one, and one of 100 bytes, of which a consumer has read the first.
  ShmDumpMessages()
      : ring_(MessageProducer::create("log", {.payloadBytes = 4096,
                                              .capacity = 16,
                                              .producer = {.directory = directory_.path()}})
                  .value()),
        in_(MessageConsumer::attach("log", {.name = "disk", .directory = directory_.path()})
                .value()) {
    ring_.send("a short one", Kind{5});
    ring_.send("", Kind{6});
    ring_.send(std::string(100, 'x'), Kind{7});
    (void)in_.wait();
    in_.commit(1);
  }

  MessageProducer ring_;
  MessageConsumer in_;
};

TEST_F(ShmDumpMessages, AreShownWithKindSizeAndPlace) {
  const Ran ran = dump("log --last 3 --cut 16");
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("messages    of at most 2048 bytes, those of at most 40 in"));
  EXPECT_THAT(ran.output, HasSubstr("(messages)"));
  EXPECT_THAT(ran.output, HasSubstr("payload     4.0 KiB"));
  EXPECT_THAT(ran.output, HasSubstr("payload     to 4224, limit "));
  EXPECT_THAT(ran.output, HasSubstr("kind 5, 11 bytes in its slot"));
  EXPECT_THAT(ran.output, HasSubstr("|a short one|"));
  EXPECT_THAT(ran.output, HasSubstr("kind 6, 0 bytes in its slot"));
  EXPECT_THAT(ran.output, HasSubstr("kind 7, 100 bytes in the payload region at 4096"));
  EXPECT_THAT(ran.output, HasSubstr("|xxxxxxxxxxxxxxxx|"));
  EXPECT_THAT(ran.output, HasSubstr("84 more bytes are not shown (--cut)"));
  EXPECT_THAT(ran.output, Not(HasSubstr("record")));
  EXPECT_THAT(ran.output, HasSubstr("messages, and 3968 bytes of payload, 96.9 % of the region,"));
}

TEST_F(ShmDumpMessages, AreShownInJson) {
  const json document = json::parse(dump("log --json --slots 1..2").output);
  EXPECT_EQ(document.at("geometry").at("slotLayout"), "messages");
  EXPECT_EQ(document.at("geometry").at("payloadSize"), 4096);
  EXPECT_EQ(document.at("producer").at("payloadEnd"), 4096 + 128);
  EXPECT_EQ(document.at("producer").at("payloadWaits"), 0);
  EXPECT_EQ(document.at("consumers").at(0).at("payloadLag"), 128);
  const json& slot = document.at("slots").at(1);
  EXPECT_EQ(slot.at("state"), "whole");
  EXPECT_EQ(slot.at("message").at("kind"), 7);
  EXPECT_EQ(slot.at("message").at("size"), 100);
  EXPECT_EQ(slot.at("message").at("inRegion"), true);
  EXPECT_EQ(slot.at("bytes").get<std::string>().size(), 200U);
  EXPECT_EQ(slot.at("cut"), false);
}

TEST_F(ShmDumpMessages, WhosePayloadIsShortAreSaidToWaitForItsReader) {
  EXPECT_THAT(dump("log").output, Not(HasSubstr("bytes left")));
  ring_.send(std::string(2048, 'y'));
  ring_.send(std::string(1500, 'y'));
  EXPECT_THAT(dump("log").output,
              HasSubstr("the payload region has 384 of 4096 bytes left: a longer message waits for "
                        "consumer 'disk'"));
}

TEST_F(ShmDumpMessages, WrittenOverByALaterPayloadAreSaidToBe) {
  in_.resign();
  for (int i = 0; i < 4; ++i)
    ring_.send(std::string(2000, 'y'));
  EXPECT_THAT(dump("log --slots 2..2").output, HasSubstr("overwritten by a later record"));
}

}  // namespace
}  // namespace sluice
