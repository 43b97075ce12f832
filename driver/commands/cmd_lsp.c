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
	REFUSED = -32803,
};

struct server {
	struct invocation *inv;
	FILE *out;
	struct lsp_client client;
	struct lsp_document *documents;
	bool is_initialized, is_shut_down, is_done;
};

/* A request that the server has. */
struct request {
	const char *method;
	lsp_answer *answer;
	bool wants_tree; /* it looks at what stands before a fault, where the text is no YAML */
};

static const struct request requests[] = {
	{"textDocument/hover", lsp_hover, true},
	{"textDocument/completion", lsp_completion, false},
	{"textDocument/codeAction", lsp_actions, false},
	{"textDocument/definition", lsp_definition, true},
	{"textDocument/references", lsp_references, true},
	{"textDocument/documentHighlight", lsp_highlights, true},
	{"textDocument/prepareRename", lsp_prepare_rename, false},
	{"textDocument/rename", lsp_rename, false},
	{"textDocument/documentSymbol", lsp_outline, true},
	{"textDocument/foldingRange", lsp_folding, false},
	{"textDocument/formatting", lsp_formatting, false},
};

static struct lsp_document *find_document(const struct server *s, const json_t *uri)
{
	struct lsp_document *d = s->documents;

	while (d && !json_equal(d->uri, uri))
		d = d->next;
	return d;
}

static void set_text(struct server *s, json_t *uri, json_t *version, json_t *text)
{
	struct lsp_document *d = find_document(s, uri);

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
	json_decref(d->version);
	d->text = json_incref(text);
	d->version = json_is_integer(version) ? json_incref(version) : json_null();
}

static void close_document(struct server *s, const json_t *uri)
{
	struct lsp_document **link = &s->documents;

	while (*link && !json_equal((*link)->uri, uri))
		link = &(*link)->next;
	if (*link) {
		struct lsp_document *d = *link;

		*link = d->next;
		json_decref(d->uri);
		json_decref(d->text);
		json_decref(d->version);
		free(d);
	}
}

/* Compiles the document in memory of its own, and lets the request look at the result. `refusal` is why it
   can't be carried out, or NULL. */
static json_t *ask_document(struct server *s, const json_t *uri, const json_t *params,
			    const struct request *r, const char **refusal)
{
	struct lsp_view v = {
		.client = &s->client, .documents = s->documents, .document = find_document(s, uri)};
	struct invocation inv = *s->inv;
	json_t *result = NULL;

	*refusal = NULL;
	if (!v.document)
		return json_null();
	struct arena arena;
	arena_init(&arena);
	inv.arena = &arena;
	struct str path = lsp_path(&arena, json_string_value(uri));
	struct str text = {json_string_value(v.document->text),
			   json_string_length(v.document->text)};
	if (path.len > 0 && (r->wants_tree ? lsp_open_readable : lsp_open)(&v, &inv, path, text))
		result = r->answer(&v, params);
	*refusal = v.refusal;
	arena_free(&arena);
	return result ? result : json_null();
}

/* With `changed`, only where the document reads that other one. */
static void publish(struct server *s, json_t *uri, json_t *changed)
{
	static const struct request diagnostics = {"", lsp_diagnostics, false};
	const struct lsp_document *d = find_document(s, uri);
	const char *refusal;
	json_t *about = changed ? json_pack("{s:O}", "changed", changed) : NULL;
	json_t *list = ask_document(s, uri, about, &diagnostics, &refusal);

	json_decref(about);
	if (!json_is_array(list)) {
		json_decref(list);
		if (changed)
			return;
		list = json_array();
	}
	json_t *params = json_pack("{s:O, s:o}", "uri", uri, "diagnostics", list);
	if (d && json_is_integer(d->version))
		json_object_set(params, "version", d->version);
	lsp_write(s->out, json_pack("{s:s, s:s, s:o}", "jsonrpc", "2.0", "method",
				    "textDocument/publishDiagnostics", "params", params));
}

/* Other documents may hang on this one: they extend it, or read it. */
static void publish_others(struct server *s, json_t *uri)
{
	for (struct lsp_document *d = s->documents; d; d = d->next)
		if (!json_equal(d->uri, uri))
			publish(s, d->uri, uri);
}

static const json_t *member(const json_t *object, const char *const *names)
{
	for (; *names; names++)
		object = json_object_get(object, *names);
	return object;
}

#define MEMBER(object, ...) member(object, (const char *const[]){__VA_ARGS__, NULL})

/* The first in the client's order that the server knows. */
static bool counts_bytes(const json_t *encodings)
{
	for (size_t i = 0; i < json_array_size(encodings); i++) {
		const char *name = json_string_value(json_array_get(encodings, i));

		if (name && strcmp(name, "utf-8") == 0)
			return true;
		if (name && strcmp(name, "utf-16") == 0)
			return false;
	}
	return false;
}

static json_t *initialize(struct server *s, const json_t *params)
{
	const json_t *can = json_object_get(params, "capabilities");

	s->is_initialized = true;
	s->client = (struct lsp_client){
		.counts_bytes = counts_bytes(MEMBER(can, "general", "positionEncodings")),
		.takes_versions =
			json_is_true(MEMBER(can, "workspace", "workspaceEdit", "documentChanges")),
		.takes_trees = json_is_true(MEMBER(can, "textDocument", "documentSymbol",
						   "hierarchicalDocumentSymbolSupport")),
	};
	json_t *has = json_pack("{s:s, s:{s:b, s:i, s:b}, s:{}, s:{s:[s]}, s:{s:b}}",
				"positionEncoding", s->client.counts_bytes ? "utf-8" : "utf-16",
				"textDocumentSync", "openClose", 1, "change", 1, "save", 1,
				"completionProvider", "codeActionProvider", "codeActionKinds",
				"quickfix", "renameProvider", "prepareProvider", 1);
	static const char *const simple[] = {"hoverProvider",
					     "definitionProvider",
					     "referencesProvider",
					     "documentHighlightProvider",
					     "documentSymbolProvider",
					     "foldingRangeProvider",
					     "documentFormattingProvider"};
	for (size_t i = 0; i < sizeof(simple) / sizeof(*simple); i++)
		json_object_set_new(has, simple[i], json_true());
	return json_pack("{s:o, s:{s:s, s:s}}", "capabilities", has, "serverInfo", "name", "hpcc",
			 "version", HPCC_VERSION);
}

/* The text that the last of the changes makes; NULL without one. A part of a text is none: the server asks for
   whole ones. */
static json_t *last_text(const json_t *changes)
{
	json_t *text = NULL;

	for (size_t i = 0; i < json_array_size(changes); i++) {
		const json_t *one = json_array_get(changes, i);
		if (!json_object_get(one, "range"))
			text = json_object_get(one, "text");
	}
	return text;
}

static void handle_notification(struct server *s, const char *method, const json_t *params)
{
	const json_t *document = json_object_get(params, "textDocument");
	json_t *version = json_object_get(document, "version");
	json_t *uri = json_object_get(document, "uri");

	if (strcmp(method, "exit") == 0)
		s->is_done = true;
	/* Before the client has said who it is, and without a document, there is nothing to do. */
	if (!s->is_initialized || s->is_done || !json_is_string(uri))
		return;
	if (strcmp(method, "textDocument/didOpen") == 0)
		set_text(s, uri, version, json_object_get(document, "text"));
	else if (strcmp(method, "textDocument/didChange") == 0 && find_document(s, uri))
		set_text(s, uri, version, last_text(json_object_get(params, "contentChanges")));
	else if (strcmp(method, "textDocument/didClose") == 0)
		close_document(s, uri);
	else if (strcmp(method, "textDocument/didSave") != 0)
		return;
	publish(s, uri, NULL);
	publish_others(s, uri);
}

static json_t *failure(json_t *id, enum lsp_error code, const char *text)
{
	return json_pack("{s:s, s:O, s:{s:i, s:s}}", "jsonrpc", "2.0", "id", id, "error", "code",
			 (int)code, "message", text);
}

/* The reply to a request. */
static json_t *handle_request(struct server *s, json_t *id, const char *method,
			      const json_t *params)
{
	const json_t *uri = MEMBER(params, "textDocument", "uri");
	const char *refusal = NULL;
	json_t *result = NULL;

	if (strcmp(method, "initialize") == 0) {
		result = initialize(s, params);
	} else if (strcmp(method, "shutdown") == 0) {
		s->is_shut_down = true;
		result = json_null();
	}
	for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++)
		if (strcmp(method, requests[i].method) == 0)
			result = json_is_string(uri)
					 ? ask_document(s, uri, params, &requests[i], &refusal)
					 : json_null();
	if (!result)
		return failure(id, NO_METHOD, "no such method");
	if (refusal) {
		json_decref(result);
		return failure(id, REFUSED, refusal);
	}
	return json_pack("{s:s, s:O, s:o}", "jsonrpc", "2.0", "id", id, "result", result);
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
	return handle_request(s, id, json_string_value(method), params);
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
