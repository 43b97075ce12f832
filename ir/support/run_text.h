/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that exist only in the job, as parts of texts. `${run:WORD}` and `${run:WORD:-default}` stand in a
 * text as a mark: two characters that no text uses (U+FDD0, U+FDD1), and between them the words in
 * letters, digits and '_', so that nobody who splits or folds a text can break it.
 *
 *	http://${run:etcd.host}:2379	http://<FDD0>etcdz2ehost<FDD1>:2379	in the program
 *					'http://'"$HPCC_RUN_etcdz2ehost"':2379'	in the script
 */
#ifndef HPCC_IR_SUPPORT_RUN_TEXT_H
#define HPCC_IR_SUPPORT_RUN_TEXT_H

#include "ir/support/run_variable.h"
#include "ir/support/str.h"

/* A text has marks, or could be taken for one that has: the latter is refused where texts come in. */
bool run_has_mark(struct str text);
bool run_begins_with_mark(struct str text);

/* Words ("etcd.host", "TMPDIR:-/tmp") as a mark. */
struct str run_mark(struct arena *a, struct str words);

/* Cuts a text in front of its first mark: the text before, what stands in the mark (empty without
   one), and what is behind. */
struct str run_split(struct str text, struct str *before, struct str *code);

/* "HPCC_RUN_etcdz2ehost", and the words again. */
struct str run_variable(struct arena *a, struct str code);
struct str run_words(struct arena *a, struct str code);

/* For people: marks as they were written, and `$${run:` for these characters themselves; and back. */
struct str run_shown(struct arena *a, struct str text);
struct str run_read(struct arena *a, struct str text);

#endif
