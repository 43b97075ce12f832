/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc lsp: a language server on standard input and output. It checks documents as they are
 * written, explains the key under the cursor, and offers the edits that are certain.
 */
#include <stdlib.h>
#include <string.h>

#include "driver/commands/cmd.h"
#include "driver/editor/lsp.h"

/* Codes of JSON-RPC and of the protocol. */
enum lsp_error {
	NOT_JSON = -32700,
	NO_REQUEST = -32600,
	NO_METHOD = -32601,
	NOT_INITIALIZED = -32002,
};

struct document {
	json_t *uri, *text;
	struct document *next;
};

struct server {
	struct invocation *inv;
	FILE *out;
	struct document *documents;
	bool is_initialized, is_shut_down, is_done;
};

static struct document *find_document(const struct server *s, const json_t *uri)
{
	struct document *d = s->documents;

	while (d && !json_equal(d->uri, uri))
		d = d->next;
	return d;
}

static void set_text(struct server *s, json_t *uri, json_t *text)
{
	struct document *d = find_document(s, uri);

	if (!json_is_string(text))
		return;
	if (!d) {
		d = calloc(1, sizeof(*d));
		if (!d)
			return;
		d->uri = json_incref(uri);
		d->next = s->documents;
		s->documents = d;
	}
	json_decref(d->text);
	d->text = json_incref(text);
}

static void close_document(struct server *s, const json_t *uri)
{
	struct document **link = &s->documents;

	while (*link && !json_equal((*link)->uri, uri))
		link = &(*link)->next;
	if (*link) {
		struct document *d = *link;

		*link = d->next;
		json_decref(d->uri);
		json_decref(d->text);
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
static json_t *ask_document(struct server *s, const json_t *uri, const json_t *params, answer *ask)
{
	const struct document *d = find_document(s, uri);
	struct invocation inv = *s->inv;
	json_t *result = NULL;

	if (!d)
		return json_null();
	struct arena arena;
	arena_init(&arena);
	inv.arena = &arena;
	struct str path = lsp_path(&arena, json_string_value(uri));
	struct compilation c;
	if (path.len > 0 &&
	    lsp_compile(&c, &inv, path,
			(struct str){json_string_value(d->text), json_string_length(d->text)}))
		result = ask(&c, json_string_value(uri), params);
	arena_free(&arena);
	return result ? result : json_null();
}

static void publish(struct server *s, json_t *uri)
{
	json_t *list = ask_document(s, uri, NULL, answer_diagnostics);

	if (!json_is_array(list)) {
		json_decref(list);
		list = json_array();
	}
	lsp_write(s->out, json_pack("{s:s, s:s, s:{s:O, s:o}}", "jsonrpc", "2.0", "method",
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

static void handle_notification(struct server *s, const char *method, const json_t *params)
{
	const json_t *document = json_object_get(params, "textDocument");
	const json_t *changes = json_object_get(params, "contentChanges");
	const json_t *last = json_array_get(changes, json_array_size(changes) - 1);
	json_t *uri = json_object_get(document, "uri");

	if (strcmp(method, "exit") == 0)
		s->is_done = true;
	/* Before the client has said who it is, and without a document, there is nothing to do. */
	if (!s->is_initialized || s->is_done || !json_is_string(uri))
		return;
	if (strcmp(method, "textDocument/didOpen") == 0)
		set_text(s, uri, json_object_get(document, "text"));
	else if (strcmp(method, "textDocument/didChange") == 0 && find_document(s, uri))
		set_text(s, uri, json_object_get(last, "text"));
	else if (strcmp(method, "textDocument/didClose") == 0)
		close_document(s, uri);
	else if (strcmp(method, "textDocument/didSave") != 0)
		return;
	publish(s, uri);
}

/* The result of a request, or NULL for a method that the server doesn't have. */
static json_t *handle_request(struct server *s, const char *method, const json_t *params)
{
	static const struct {
		const char *method;
		answer *ask;
	} asked[] = {{"textDocument/hover", answer_hover},
		     {"textDocument/completion", answer_completion},
		     {"textDocument/codeAction", answer_actions}};
	const json_t *uri = json_object_get(json_object_get(params, "textDocument"), "uri");

	if (strcmp(method, "initialize") == 0) {
		s->is_initialized = true;
		return capabilities();
	}
	if (strcmp(method, "shutdown") == 0) {
		s->is_shut_down = true;
		return json_null();
	}
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++)
		if (strcmp(method, asked[i].method) == 0)
			return json_is_string(uri) ? ask_document(s, uri, params, asked[i].ask)
						   : json_null();
	return NULL;
}

static json_t *failure(json_t *id, enum lsp_error code, const char *text)
{
	return json_pack("{s:s, s:O, s:{s:i, s:s}}", "jsonrpc", "2.0", "id", id, "error", "code",
			 (int)code, "message", text);
}

/* The answer to one message; NULL for one that gets none. */
static json_t *handle(struct server *s, const json_t *message)
{
	const json_t *method = json_object_get(message, "method");
	json_t *id = json_object_get(message, "id");
	const json_t *params = json_object_get(message, "params");

	/* Answers of the client's are for nobody: the server asks nothing. */
	if (!method && id &&
	    (json_object_get(message, "result") || json_object_get(message, "error")))
		return NULL;
	if (id && !json_is_string(id) && !json_is_number(id) && !json_is_null(id))
		return failure(json_null(), NO_REQUEST, "an id is a number or a string");
	if (!json_is_string(method))
		return failure(id ? id : json_null(), NO_REQUEST, "a message has a method");
	if (!id) {
		handle_notification(s, json_string_value(method), params);
		return NULL;
	}
	if (!s->is_initialized && strcmp(json_string_value(method), "initialize") != 0)
		return failure(id, NOT_INITIALIZED, "the first request is 'initialize'");
	if (s->is_shut_down)
		return failure(id, NO_REQUEST, "the server is shut down");
	json_t *result = handle_request(s, json_string_value(method), params);
	if (!result)
		return failure(id, NO_METHOD, "no such method");
	return json_pack("{s:s, s:O, s:o}", "jsonrpc", "2.0", "id", id, "result", result);
}

/* Several messages at once get their answers at once. */
static json_t *handle_batch(struct server *s, const json_t *batch)
{
	json_t *answers = json_array();

	for (size_t i = 0; i < json_array_size(batch) && !s->is_done; i++) {
		json_t *one = handle(s, json_array_get(batch, i));
		if (one)
			json_array_append_new(answers, one);
	}
	if (json_array_size(batch) > 0 && json_array_size(answers) > 0)
		return answers;
	json_decref(answers);
	return json_array_size(batch) > 0 ? NULL
					  : failure(json_null(), NO_REQUEST, "an empty batch");
}

static json_t *answer_to(struct server *s, enum lsp_input input, const json_t *message)
{
	switch (input) {
	case LSP_MESSAGE:
		return json_is_array(message) ? handle_batch(s, message) : handle(s, message);
	case LSP_NO_JSON:
		return failure(json_null(), NOT_JSON, "the message is no JSON");
	case LSP_NO_LENGTH:
		return failure(json_null(), NOT_JSON,
			       "no usable Content-Length; the next one is looked for");
	case LSP_TOO_LONG:
		return failure(json_null(), NO_REQUEST, "the message is too long");
	case LSP_END:
		break;
	}
	return NULL;
}

int lsp_serve(struct invocation *inv, FILE *in, FILE *out)
{
	struct server s = {.inv = inv, .out = out};
	struct lsp_stream stream = {.in = in};
	enum lsp_input input;
	json_t *message;

	while (!s.is_done && (input = lsp_read(&stream, &message)) != LSP_END) {
		json_t *reply = answer_to(&s, input, message);
		if (reply)
			lsp_write(out, reply);
		json_decref(message);
	}
	while (s.documents)
		close_document(&s, s.documents->uri);
	return s.is_shut_down || !s.is_done ? EXIT_OK : EXIT_UNEXPECTED;
}

int cmd_lsp(struct invocation *inv)
{
	return lsp_serve(inv, stdin, stdout);
}
