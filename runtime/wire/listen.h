/* SPDX-License-Identifier: Apache-2.0 */
/* The port of the wire. */
#ifndef HPCC_RUNTIME_WIRE_LISTEN_H
#define HPCC_RUNTIME_WIRE_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

/* Listens on a port that the system chooses: of all addresses, or of the loopback address alone. -1
   with errno. */
int rt_wire_listen(bool to_nodes, uint16_t *port);
/* What each connection has: keep-alive, and no delay of small messages. */
void rt_wire_options(int fd);

#endif
