/* SPDX-License-Identifier: Apache-2.0 */
/* How texts are written in YAML. */
#ifndef HPCC_FRONTEND_YAML_YAML_PLAIN_H
#define HPCC_FRONTEND_YAML_YAML_PLAIN_H

#include "ir/support/str.h"

/* Text that means the same without quotes, to us and to YAML 1.1 readers. */
bool yaml_is_plain(struct str text);

#endif
