m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Of the rows of containers only their names, for the enumeration of backends.
m4_divert(-1)
# Words of help texts are no calls.
m4_define(«silent», «m4_define(«$1», «m4_ifelse(»$«#, 0, ««$1»»)»)»)
silent(«image_file»)
silent(«container_part»)
silent(«has»)
m4_define(«container_end», «»)
m4_define(«container», «m4_ifelse($#, 0, ««container»», «m4_ifdef(«container_names», «m4_define(«container_names», m4_defn(«container_names»)«, «$1»»)», «m4_define(«container_names», ««$1»»)»)»)»)
m4_divert«»m4_dnl
