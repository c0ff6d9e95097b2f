// The role that reads every message in place.
#pragma once

#include "python.hpp"

namespace sluice::python {

extern PyType_Spec messageConsumerSpec;

}  // namespace sluice::python
