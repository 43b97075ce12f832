/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc lsp: a language server on standard input and output. It checks documents as they are
 * written, explains the key under the cursor, and offers the edits that are certain.
 */
#include <stdlib.h>
#include <string.h>

#include "driver/cmd.h"
#include "driver/lsp.h"

struct document {
	char *uri, *text;
	struct document *next;
};

struct server {
	struct invocation *inv;
	struct document *documents;
	bool is_shut_down;
};

static struct document *find_document(const struct server *s, const char *uri)
{
	struct document *d = s->documents;

	while (d && strcmp(d->uri, uri) != 0)
		d = d->next;
	return d;
}

static void set_text(struct server *s, const char *uri, const char *text)
{
	struct document *d = find_document(s, uri);

	if (!d) {
		d = calloc(1, sizeof(*d));
		if (!d)
			return;
		d->uri = strdup(uri);
		d->next = s->documents;
		s->documents = d;
	}
	free(d->text);
	d->text = strdup(text);
}

static void close_document(struct server *s, const char *uri)
{
	struct document **link = &s->documents;

	while (*link && strcmp((*link)->uri, uri) != 0)
		link = &(*link)->next;
	if (*link) {
		struct document *d = *link;

		*link = d->next;
		free(d->uri);
		free(d->text);
		free(d);
	}
}

typedef json_t *answer(struct compilation *c, const char *uri, const json_t *params);

static json_int_t number_at(const json_t *object, const char *x, const char *y)
{
	return json_integer_value(json_object_get(json_object_get(object, x), y));
}

static json_t *answer_diagnostics(struct compilation *c, const char *uri, const json_t *params)
{
	(void)uri;
	(void)params;
	return lsp_diagnostics(c);
}

static json_t *answer_hover(struct compilation *c, const char *uri, const json_t *params)
{
	(void)uri;
	return lsp_hover(c, number_at(params, "position", "line"),
			 number_at(params, "position", "character"));
}

static json_t *answer_completion(struct compilation *c, const char *uri, const json_t *params)
{
	(void)uri;
	return lsp_completion(c, number_at(params, "position", "line"),
			      number_at(params, "position", "character"));
}

static json_t *answer_actions(struct compilation *c, const char *uri, const json_t *params)
{
	const json_t *range = json_object_get(params, "range");

	return lsp_actions(c, uri, number_at(range, "start", "line"),
			   number_at(range, "end", "line"));
}

/* Compiles the document in memory of its own, and lets `ask` look at the result. */
static json_t *ask_document(struct server *s, const char *uri, const json_t *params, answer *ask)
{
	const struct document *d = find_document(s, uri);
	struct invocation inv = *s->inv;
	struct compilation c;
	struct arena arena;
	json_t *result = NULL;
	struct str path;

	arena_init(&arena);
	inv.arena = &arena;
	path = lsp_path(&arena, uri);
	if (d && path.len > 0 && lsp_compile(&c, &inv, path, str_c(d->text)))
		result = ask(&c, uri, params);
	arena_free(&arena);
	return result ? result : json_null();
}

static void publish(struct server *s, const char *uri)
{
	json_t *list = ask_document(s, uri, NULL, answer_diagnostics);

	if (!json_is_array(list)) {
		json_decref(list);
		list = json_array();
	}
	lsp_write(stdout, json_pack("{s:s, s:s, s:{s:s, s:o}}", "jsonrpc", "2.0", "method",
				    "textDocument/publishDiagnostics", "params", "uri", uri,
				    "diagnostics", list));
}

static json_t *capabilities(void)
{
	return json_pack("{s:{s:{s:b, s:i, s:b}, s:b, s:{}, s:{s:[s]}}, s:{s:s, s:s}}",
			 "capabilities", "textDocumentSync", "openClose", 1, "change", 1, "save", 1,
			 "hoverProvider", 1, "completionProvider", "codeActionProvider",
			 "codeActionKinds", "quickfix", "serverInfo", "name", "hpcc", "version",
			 HPCC_VERSION);
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void handle_notification(struct server *s, const char *method, const json_t *params)
{
	const json_t *document = json_object_get(params, "textDocument");
	const json_t *changes = json_object_get(params, "contentChanges");
	const char *uri = text_of(document, "uri");

	if (strcmp(method, "textDocument/didOpen") == 0)
		set_text(s, uri, text_of(document, "text"));
	else if (strcmp(method, "textDocument/didChange") == 0 && json_array_size(changes) > 0)
		set_text(s, uri,
			 text_of(json_array_get(changes, json_array_size(changes) - 1), "text"));
	else if (strcmp(method, "textDocument/didClose") == 0)
		close_document(s, uri);
	else if (strcmp(method, "textDocument/didSave") != 0)
		return;
	publish(s, uri);
}

/* The result of a request, or NULL for a method that the server doesn't have. */
static json_t *handle_request(struct server *s, const char *method, const json_t *params)
{
	const char *uri = text_of(json_object_get(params, "textDocument"), "uri");

	if (strcmp(method, "initialize") == 0)
		return capabilities();
	if (strcmp(method, "shutdown") == 0) {
		s->is_shut_down = true;
		return json_null();
	}
	if (strcmp(method, "textDocument/hover") == 0)
		return ask_document(s, uri, params, answer_hover);
	if (strcmp(method, "textDocument/completion") == 0)
		return ask_document(s, uri, params, answer_completion);
	if (strcmp(method, "textDocument/codeAction") == 0)
		return ask_document(s, uri, params, answer_actions);
	return NULL;
}

static void handle(struct server *s, const json_t *message)
{
	const char *method = text_of(message, "method");
	const json_t *params = json_object_get(message, "params");
	json_t *id = json_object_get(message, "id"), *result;

	if (!id) {
		handle_notification(s, method, params);
		return;
	}
	result = handle_request(s, method, params);
	if (result)
		lsp_write(stdout, json_pack("{s:s, s:O, s:o}", "jsonrpc", "2.0", "id", id, "result",
					    result));
	else
		lsp_write(stdout, json_pack("{s:s, s:O, s:{s:i, s:s}}", "jsonrpc", "2.0", "id", id,
					    "error", "code", -32601, "message", "no such method"));
}

int cmd_lsp(struct invocation *inv)
{
	struct server s = {.inv = inv};
	bool is_exit = false;
	json_t *message;

	while (!is_exit && (message = lsp_read(stdin)) != NULL) {
		is_exit = strcmp(text_of(message, "method"), "exit") == 0;
		if (!is_exit)
			handle(&s, message);
		json_decref(message);
	}
	while (s.documents)
		close_document(&s, s.documents->uri);
	return s.is_shut_down || !is_exit ? EXIT_OK : EXIT_UNEXPECTED;
}
