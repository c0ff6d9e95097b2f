// The module _sluice: the roles of the C interface as types that the package derives its own from.
#include "attachment.hpp"
#include "batch.hpp"
#include "consumer.hpp"
#include "message.hpp"
#include "message_consumer.hpp"
#include "message_producer.hpp"
#include "methods.hpp"
#include "observer.hpp"
#include "package.hpp"
#include "producer.hpp"
#include "python.hpp"
#include "segments.hpp"

namespace sluice::python {

namespace {

PyMethodDef functions[] = {
    keywords("set_up", method(setUp), "What the package hands to the extension."),
    {"begin_process", beginProcess, METH_O, "In a new process: the number of its main thread."},
    positional("remove_segment", removeSegment, nullptr),
    positional("remove_consumer", removeConsumer, nullptr),
    positional("list_segments", listSegments, nullptr),
    positional("dump_segment", dumpSegment, nullptr),
    plain("version", version, "The version of the library that runs."),
    {}};

// One copy of a role's memory a process: so the module is not for several interpreters in one.
PyModuleDef definition{PyModuleDef_HEAD_INIT,
                       "_sluice",
                       "Sluice's roles, for the package sluice.",
                       -1,
                       functions,
                       nullptr,
                       nullptr,
                       nullptr,
                       nullptr};

/// The type, borrowed from the module; null with an exception.
PyObject* add(PyObject* module, const char* name, PyType_Spec& spec) noexcept {
  const Reference type(PyType_FromSpec(&spec));
  if (!type || PyModule_AddObjectRef(module, name, type.get()) != 0) return nullptr;
  return type.get();
}

}  // namespace

PyObject* makeModule() noexcept {
  Reference module(PyModule_Create(&definition));
  if (!module) return nullptr;
  PyObject* const m = module.get();
  attachmentType = add(m, "Attachment", attachmentSpec);
  batchType = add(m, "Batch", batchSpec);
  messageType = add(m, "Message", messageSpec);
  const bool isMade = attachmentType != nullptr && batchType != nullptr && messageType != nullptr &&
                      add(m, "Producer", producerSpec) != nullptr &&
                      add(m, "Consumer", consumerSpec) != nullptr &&
                      add(m, "Observer", observerSpec) != nullptr &&
                      add(m, "MessageProducer", messageProducerSpec) != nullptr &&
                      add(m, "MessageConsumer", messageConsumerSpec) != nullptr &&
                      add(m, "MessageObserver", messageObserverSpec) != nullptr;
  return isMade ? module.release() : nullptr;
}

}  // namespace sluice::python

PyMODINIT_FUNC PyInit__sluice() {
  return sluice::python::makeModule();
}
