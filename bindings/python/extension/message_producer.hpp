// The role that writes messages.
#pragma once

#include "python.hpp"

namespace sluice::python {

extern PyType_Spec messageProducerSpec;

}  // namespace sluice::python
