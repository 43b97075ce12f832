# SPDX-License-Identifier: Apache-2.0
# Builds for arm64 on another machine: HPCC_ROOT is a folder with the libraries of an arm64 Debian (packaging/build
# makes it), and what the build itself starts of hpcc runs under qemu's user mode.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_STRIP aarch64-linux-gnu-strip)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES HPCC_ROOT)
set(CMAKE_C_FLAGS_INIT "-isystem ${HPCC_ROOT}/usr/include")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-L${HPCC_ROOT}/usr/lib/aarch64-linux-gnu")
set(CMAKE_FIND_ROOT_PATH ${HPCC_ROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
