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
  const char* name = nullptr;
  PyObject* path = nullptr;
  GivenPath directory;
  sluice_remove_options options{};
  options.struct_size = sizeof options;
  if (!PyArg_ParseTuple(arguments, "sOppp", &name, &path, &options.even_if_in_use,
                        &options.even_if_held, &options.even_if_foreign) ||
      !directory.read(path))
    return nullptr;
  options.directory = directory.text();
  return noneOrError(sluice_remove_segment(name, &options));
}

PyObject* removeConsumer(PyObject*, PyObject* arguments) {
  const char* segment = nullptr;
  const char* consumer = nullptr;
  PyObject* path = nullptr;
  GivenPath directory;
  if (!PyArg_ParseTuple(arguments, "ssO", &segment, &consumer, &path) || !directory.read(path))
    return nullptr;
  return noneOrError(sluice_remove_consumer(segment, consumer, directory.text()));
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
  const char* name = nullptr;
  PyObject* path = nullptr;
  GivenPath directory;
  if (!PyArg_ParseTuple(arguments, "sO", &name, &path) || !directory.read(path)) return nullptr;
  char* json = nullptr;
  const int status = sluice_dump_segment(name, directory.text(), &json);
  if (status != SLUICE_OK) return raise(status, nullptr);
  Reference text = decoded(json);
  sluice_free(json);
  return text.release();
}

PyObject* version(PyObject*, PyObject*) {
  return PyUnicode_FromString(sluice_version());
}

}  // namespace sluice::python
