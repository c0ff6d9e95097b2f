// The roles that read by copying.
#pragma once

#include "python.hpp"

namespace sluice::python {

extern PyType_Spec observerSpec;
extern PyType_Spec messageObserverSpec;

}  // namespace sluice::python
