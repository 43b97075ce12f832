/* SPDX-License-Identifier: Apache-2.0 */
/* Between the scanner and the parser of dotenv files. */
#ifndef HPCC_FRONTEND_VARIABLES_DOTENV_SCAN_H
#define HPCC_FRONTEND_VARIABLES_DOTENV_SCAN_H

#include "frontend/variables/dotenv.h"
#include "ir/grammar/scan.h"

struct dotenv_scan {
	struct unit *u;
	struct str text; /* the whole file */
	size_t at;
	uint32_t base; /* of the file in the source map */
	void *scanner;
	struct dotenv *out;
	bool has_failed;
};

int dotenv_scan_token(struct str *token, struct loc *at, struct dotenv_scan *in);
void dotenv_scan_begin(struct dotenv_scan *in);
int dotenv_file_parse(struct dotenv_scan *in);

#endif
