/* SPDX-License-Identifier: Apache-2.0 */
/* No container: steps run on the nodes as they are. */
#include "backends/writer.h"

#define host_end           NULL
#define host_folders       NULL
#define host_set_up        NULL
#define host_records       NULL
#define host_clean_up      NULL
#define host_first_options NULL
#define host_last_options  NULL
#define host_is_apart      NULL
#define host_environment   NULL
#define host_words         NULL
CONTAINER_EMITTER(host);
