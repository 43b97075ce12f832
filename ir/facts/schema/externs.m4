m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Output 3 of the schema: declarations of all descriptors.
m4_divert(-1)
m4_define(«enumeration», «»)
m4_define(«record», «extern const struct «record» record_$1;
»)
m4_define(«field», «»)
m4_define(«fact», «»)
m4_define(«end», «»)
m4_divert«»m4_dnl
