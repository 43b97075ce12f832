/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The language server. Bytes that hold a header are a stream of messages; others are a document
 * that is opened, and asked about at places that its first bytes choose. Whatever comes, the server
 * answers in whole messages of JSON, and comes to its end.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "driver/editor/lsp.h"
#include "ir/support/bug.h"
#include "tests/fuzz/target.h"

static void check_answers(char *text, size_t len)
{
	FILE *in = fmemopen(text, len, "rb");
	struct lsp_stream stream = {.in = in};
	json_t *message;

	if (!in)
		BUG("no stream");
	for (;;) {
		enum lsp_input input = lsp_read(&stream, &message);

		if (input == LSP_END)
			break;
		if (input != LSP_MESSAGE)
			BUG("an answer is no message");
		if (!json_is_object(message) && !json_is_array(message))
			BUG("an answer is neither an object nor a batch");
		json_decref(message);
	}
	fclose(in);
}

static void serve(const char *bytes, size_t len)
{
	struct invocation inv = {0};
	char *text = NULL, *copy = malloc(len + 1);
	struct arena a;
	size_t n = 0;
	FILE *in, *out;

	if (!copy)
		abort();
	memcpy(copy, bytes, len);
	arena_init(&a);
	inv.arena = &a;
	inv.command = command_find("lsp");
	in = fmemopen(copy, len, "rb");
	out = open_memstream(&text, &n);
	if (!in || !out)
		abort();
	lsp_serve(&inv, in, out);
	fclose(in);
	fclose(out);
	if (n > 0)
		check_answers(text, n);
	free(text);
	free(copy);
	arena_free(&a);
}

static void add_message(struct buf *stream, json_t *message)
{
	char *text = json_dumps(message, 0);

	if (!text)
		BUG("a message can't be written");
	buf_add_fmt(stream, "Content-Length: %zu\r\n\r\n%s", strlen(text), text);
	free(text);
	json_decref(message);
}

static json_t *params_at(int line, int column)
{
	return json_pack("{s:{s:s}, s:{s:i, s:i}, s:{s:{s:i}, s:{s:i}}, s:s, s:{s:b}}",
			 "textDocument", "uri", "file:///nowhere/x.yaml", "position", "line", line,
			 "character", column, "range", "start", "line", 0, "end", "line", line,
			 "newName", "other", "context", "includeDeclaration", 1);
}

/* A document, and a question of each kind. */
static void ask_about(struct str text)
{
	static const char *const methods[] = {"hover",         "completion", "codeAction",
					      "definition",    "references", "documentHighlight",
					      "prepareRename", "rename",     "documentSymbol",
					      "foldingRange",  "formatting"};
	int line = text.len > 0 ? (unsigned char)text.ptr[0] % 64 : 0;
	int column = text.len > 1 ? (unsigned char)text.ptr[1] % 64 : 0;
	struct buf stream, json;
	json_t *string;
	struct arena a;

	arena_init(&a);
	buf_init(&stream, &a);
	buf_init(&json, &a);
	buf_add_json(&json, text);
	string = json_loadb(json.ptr, json.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	add_message(&stream,
		    json_pack("{s:i, s:s, s:{}}", "id", 1, "method", "initialize", "params"));
	add_message(&stream, json_pack("{s:s, s:{s:{s:s, s:o}}}", "method", "textDocument/didOpen",
				       "params", "textDocument", "uri", "file:///nowhere/x.yaml",
				       "text", string ? string : json_string("")));
	/* A few of them each time: compiling takes longer than what they do. */
	size_t n = sizeof(methods) / sizeof(*methods),
	       first = text.len > 2 ? (unsigned char)text.ptr[2] : 0;
	for (size_t i = first; i < first + 4; i++)
		add_message(&stream, json_pack("{s:i, s:o, s:o}", "id", (int)i + 2, "method",
					       json_sprintf("textDocument/%s", methods[i % n]),
					       "params", params_at(line, column)));
	serve(stream.ptr, stream.len);
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};

	if (size == 0 || size > FUZZ_MAX_INPUT)
		return 0;
	if (memmem(data, size, "ontent-", 7))
		serve(text.ptr, size);
	else
		ask_about(text);
	return 0;
}
