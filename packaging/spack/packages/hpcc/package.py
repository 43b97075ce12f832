# SPDX-License-Identifier: Apache-2.0
# Spack's recipe. With a clone of hpcc at hand (docs/installing.md):
#
#	spack repo add packaging/spack && spack dev-build hpcc@0.2.0
from spack.package import *


class Hpcc(CMakePackage):
    """Compiles a Compose-like YAML file into one batch script for one Slurm allocation."""

    license("Apache-2.0")

    version("0.2.0")

    depends_on("c", type="build")
    depends_on("cmake@3.18:", type="build")
    depends_on("flex", type="build")
    depends_on("bison@3:", type="build")
    depends_on("m4", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("libyaml")
    depends_on("jansson")
    depends_on("ncurses")
    depends_on("libmd")
    depends_on("musl")  # of the supervisor alone, which is one static file

    def cmake_args(self):
        return [
            self.define("HPCC_TESTS", False),
            self.define("HPCC_STATIC", False),
            self.define("HPCC_RT_CC", join_path(self.spec["musl"].prefix.bin, "musl-gcc")),
        ]
