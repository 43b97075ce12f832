/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of one log or of several, and where a reader is in them.
 *
 *	pane_begin(&pane);  pane_add(&pane, …);  …
 *	pane_read(&pane);  pane_settle(&pane, columns, rows);
 *	pane_line(&pane, pane.scroll.line, &cells);
 */
#ifndef HPCC_DRIVER_LIVE_LOG_PANE_H
#define HPCC_DRIVER_LIVE_LOG_PANE_H

#include "driver/live/log/cells.h"
#include "driver/live/log/logbook.h"
#include "driver/live/log/scroll.h"

struct pane {
	struct arena arena;   /* of books and lines */
	struct arena scratch; /* of one line */
	LIST(struct logbook) books;
	LIST(struct log_entry) lines;
	uint32_t *open;   /* for each book the last of its lines, plus one */
	uint32_t reading; /* which book */
	unsigned columns, rows;
	unsigned name_width; /* of the names before the lines of several */
	bool wraps;
	unsigned left; /* the first column shown of what isn't wrapped */
	struct scroll scroll;
	char needle[128]; /* what is searched for, and the line where it was found last */
	uint32_t found;
	bool has_more;   /* to read at once */
	bool is_ordered; /* what was there at the first look */
};

void pane_init(struct pane *pane);
void pane_free(struct pane *pane);

/* Shows other logs, from their ends on. */
void pane_begin(struct pane *pane);
void pane_add(struct pane *pane, struct str name, const struct job_files *part, struct str token);
/* A file that is open; it stays so. */
void pane_add_file(struct pane *pane, struct str name, int fd);

/* True when something has come. */
bool pane_read(struct pane *pane);

/* Its size is this by now. */
void pane_settle(struct pane *pane, unsigned columns, unsigned rows);

/* The cells of a line, the name of its log before it; valid until the next call. *book says which it is, and
   *name_end where the line itself begins. */
void pane_line(struct pane *pane, uint32_t line, struct cells *cells, uint32_t *name_end);

void pane_move(struct pane *pane, long rows);
void pane_to_begin(struct pane *pane);
void pane_to_end(struct pane *pane);
/* Sideways, where lines aren't wrapped. */
void pane_shift(struct pane *pane, long columns);

/* Goes to the next line with the needle, or the one before; false when there is none. */
bool pane_find(struct pane *pane, bool is_backward, bool from_here);

#endif
