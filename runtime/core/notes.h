/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the supervisor tells of a note, in one row each (ir/facts/notes.m4): the word of its event, the
 * sentence, who tells it and in which tone. Batch log, events, screens and timelines have it from here.
 *
 *	char text[RT_NOTE_ROOM];
 *	rt_note_text(core, action, "404", true, text);	service 'a' was not ready within 4s: job fails (last look: 404)
 *	rt_note_text(core, action, "404", false, text);	was not ready within 4s: job fails (last look: 404)
 */
#ifndef HPCC_RUNTIME_CORE_NOTES_H
#define HPCC_RUNTIME_CORE_NOTES_H

#include "runtime/core/core.h"

/* Who tells it: each one, and those before it. */
enum rt_told {
	RT_TOLD_EVENT,    /* the event file alone */
	RT_TOLD_TIMELINE, /* hpcc simulate */
	RT_TOLD_SCREEN,   /* hpcc watch and up */
	RT_TOLD_LOG       /* the batch log */
};

enum rt_tone {
	RT_TONE_PLAIN,
	RT_TONE_GOOD,
	RT_TONE_BUSY,
	RT_TONE_BAD /* worth the end of the service's log */
};

/* What an event shows beside what all show. */
enum rt_shows {
	RT_SHOWS_NOTHING,
	RT_SHOWS_LAST_LOOK
};

struct rt_note_row {
	const char *word;     /* "restarting" */
	const char *sentence; /* with values as bytes that notes.c knows; {…}: only with the name */
	enum rt_told told;
	enum rt_tone tone;
	enum rt_shows shows;
	bool is_job; /* it speaks of the job, not of a service */
};

const struct rt_note_row *rt_note_row(enum rt_note note);
/* The row of that word; NULL when there is none. */
const struct rt_note_row *rt_note_of_word(const char *word);

enum {
	RT_NOTE_ROOM = 1000
};

/* The sentence of a note that the last step made, cut at the room; with the service's name, or for
   a place that has the name in a column of its own. `look` is what the probe's last look saw, or "". */
const char *rt_note_text(const struct rt_core *core, const struct rt_action *note, const char *look,
			 bool is_named, char room[RT_NOTE_ROOM]);

#endif
