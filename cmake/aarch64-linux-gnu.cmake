# Cross-builds for AArch64 with Debian's compiler, and runs what it has built under qemu-user.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static;-L;/usr/aarch64-linux-gnu)

set(CMAKE_FIND_ROOT_PATH /usr/aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# Boost's headers are those of every machine; the others of /usr/include are not.
get_property(is_trial GLOBAL PROPERTY IN_TRY_COMPILE)
if(NOT is_trial)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/boost_headers)
  file(CREATE_LINK /usr/include/boost ${CMAKE_BINARY_DIR}/boost_headers/boost SYMBOLIC)
  set(Boost_INCLUDE_DIR ${CMAKE_BINARY_DIR}/boost_headers CACHE PATH "Boost's headers alone")
  set(Boost_NO_BOOST_CMAKE ON)
endif()
