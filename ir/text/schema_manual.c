/* SPDX-License-Identifier: Apache-2.0 */
/* The manual page of the language, hpcc-compose(5), in roff, from the rows of its fields. */
#include "ir/text/schema_text.h"

/* Text with roff's own characters made harmless, and Markdown's marks of code left out. */
static void add_roff(struct buf *b, struct str text)
{
	bool is_start = true;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (is_start && (c == '.' || c == '\''))
			buf_add_c(b, "\\&");
		is_start = c == '\n';
		if (c == '\\')
			buf_add_c(b, "\\e");
		else if (c == '-')
			buf_add_c(b, "\\-");
		else if (c != '`')
			buf_add_byte(b, c);
	}
}

static void add_field(struct buf *b, const struct field *f)
{
	buf_add_c(b, ".TP\n.B ");
	add_roff(b, str_c(f->key));
	buf_add_c(b, "\n");
	add_roff(b, str_c(f->help));
	buf_add_c(b, "\n.br\n");
	buf_add_c(b, f->bits & FIELD_REQ ? "Required; takes " : "Takes ");
	add_roff(b, schema_takes(b->arena, f));
	if (*f->initial && f->kind != KIND_RECORD) {
		buf_add_c(b, "; default: ");
		add_roff(b, str_c(f->initial));
	}
	if (*f->effect) {
		buf_add_c(b, "; becomes ");
		add_roff(b, str_c(f->effect));
	}
	buf_add_c(b, ".\n");
}

struct str schema_manual(struct arena *a)
{
	struct record_list list = {0};
	struct buf b;
	buf_init(&b, a);
	schema_records(a, &list);
	buf_add_c(
		&b,
		".TH HPCC\\-COMPOSE 5 \"\" \"hpcc " HPCC_VERSION "\" \"hpcc manual\"\n"
		".SH NAME\nhpcc\\-compose \\- services of one Slurm job, in YAML\n"
		".SH DESCRIPTION\n"
		"A spec describes services much as a Compose file does, and the allocation they run in.\n"
		".BR hpcc (1)\ncompiles it into one batch script.\n"
		"One section below for each mapping, one entry for each of its keys.\n"
		"A key with null counts as absent.\n"
		".PP\n.B hpcc explain\nFIELD says more of one field, and of a rule by its id.\n"
		".SH EXAMPLE\n.nf\nname: first\nruntime: {backend: host}\nservices:\n"
		"  server:\n    command: python3 \\-m http.server 8000\n"
		"    readiness: {type: tcp, port: 8000}\n"
		"    x\\-slurm: {lifetime: dependents}\n"
		"  client:\n    command: curl \\-\\-silent \\-\\-fail http://127.0.0.1:8000/\n"
		"    depends_on: {server: {condition: service_healthy}}\n.fi\n");
	for (uint32_t i = 0; i < list.records.n; i++) {
		const struct record *r = list.records.items[i];
		buf_add_c(&b, ".SH \"");
		add_roff(&b, *r->path ? str_c(r->path) : STR("THE ROOT"));
		buf_add_c(&b, "\"\n");
		for (size_t k = 0; k < r->n_fields; k++)
			add_field(&b, &r->fields[k]);
	}
	buf_add_c(&b, ".SH SEE ALSO\n.BR hpcc (1),\n.BR hpcc\\-explain (1),\n.BR hpcc\\-new (1)\n");
	return buf_str(&b);
}
