// The role that writes records.
#pragma once

#include "python.hpp"
#include "role.hpp"

namespace sluice::python {

struct Producer {
  Role role;
  PyObject* claims;  ///< a list of the views of what is claimed, or null
};

extern PyType_Spec producerSpec;

}  // namespace sluice::python
