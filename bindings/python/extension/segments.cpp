#include "segments.hpp"

#include "options.hpp"
#include "package.hpp"
#include "sluice.h"

namespace sluice::python {

namespace {

PyObject* noneOrError(int status) noexcept {
  if (status != SLUICE_OK) return raise(status, nullptr);
  Py_RETURN_NONE;
}

/// Names are bytes of any kind in the file system.
PyObject* textOf(const char* bytes) noexcept {
  return PyUnicode_DecodeFSDefault(bytes);
}

}  // namespace

PyObject* removeSegment(PyObject*, PyObject* arguments) {
  PyObject* text = nullptr;
  PyObject* path = nullptr;
  GivenPath name;
  GivenPath directory;
  sluice_remove_options options{};
  options.struct_size = sizeof options;
  if (!PyArg_ParseTuple(arguments, "UOppp", &text, &path, &options.even_if_in_use,
                        &options.even_if_held, &options.even_if_foreign) ||
      !name.read(text) || !directory.read(path))
    return nullptr;
  options.directory = directory.text();
  return noneOrError(sluice_remove_segment(name.text(), &options));
}

PyObject* removeConsumer(PyObject*, PyObject* arguments) {
  PyObject* text = nullptr;
  const char* consumer = nullptr;
  PyObject* path = nullptr;
  GivenPath name;
  GivenPath directory;
  if (!PyArg_ParseTuple(arguments, "UsO", &text, &consumer, &path) || !name.read(text) ||
      !directory.read(path))
    return nullptr;
  return noneOrError(sluice_remove_consumer(name.text(), consumer, directory.text()));
}

PyObject* listSegments(PyObject*, PyObject* arguments) {
  PyObject* path = nullptr;
  GivenPath directory;
  if (!PyArg_ParseTuple(arguments, "O", &path) || !directory.read(path)) return nullptr;
  char** names = nullptr;
  std::size_t count = 0;
  const int status = sluice_list_segments(directory.text(), &names, &count);
  if (status != SLUICE_OK) return raise(status, nullptr);
  Reference list(PyList_New(0));
  for (std::size_t i = 0; list && i < count; ++i) {
    const Reference name(textOf(names[i]));
    if (!name || PyList_Append(list.get(), name.get()) != 0) list = Reference();
  }
  sluice_free(names);
  return list.release();
}

PyObject* dumpSegment(PyObject*, PyObject* arguments) {
  PyObject* text = nullptr;
  PyObject* path = nullptr;
  GivenPath name;
  GivenPath directory;
  if (!PyArg_ParseTuple(arguments, "UO", &text, &path) || !name.read(text) || !directory.read(path))
    return nullptr;
  char* json = nullptr;
  const int status = sluice_dump_segment(name.text(), directory.text(), &json);
  if (status != SLUICE_OK) return raise(status, nullptr);
  Reference read = decoded(json);
  sluice_free(json);
  return read.release();
}

PyObject* version(PyObject*, PyObject*) {
  return PyUnicode_FromString(sluice_version());
}

}  // namespace sluice::python
