/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Dockerfile as a prepare block, where it is FROM, RUN, ENV, ARG, WORKDIR, COPY, ENTRYPOINT and CMD; what
 * only describes the image (LABEL, EXPOSE, ...) means nothing here. Any other one isn't translated.
 *
 *	FROM python:3.12		image: python:3.12
 *	RUN pip install flask	->	x-runtime: {prepare: {commands: ["pip install flask"]}}
 */
#include "frontend/convert/convert_parts.h"
#include "frontend/extends.h"
#include "frontend/variables/interpolate.h"

#include <string.h>

#include "ir/grammar/grammar.h"

static const char context_folder[] = "/hpcc-context";

struct instruction {
	struct recipe *r;
	struct converter *cv;
	struct str args;
};

static struct str plain_word(struct str *rest)
{
	size_t n = 0;
	*rest = str_trim(*rest);
	while (n < rest->len && !byte_is_in(rest->ptr[n], " \t\n"))
		n++;
	struct str word = str_slice(*rest, 0, n);
	*rest = str_trim(str_from(*rest, n));
	return word;
}

static const struct assignment *find_value(const struct recipe *r, struct str name)
{
	for (uint32_t i = r->values.n; i-- > 0;)
		if (str_eq(r->values.items[i].name, name))
			return &r->values.items[i];
	return NULL;
}

/* With $NAME and ${NAME} of ARG and ENV; false when another one, or another form, is in it. */
static bool expand(const struct instruction *in, struct str text, struct str *value)
{
	struct buf b;
	buf_init(&b, in->cv->a);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != '$') {
			buf_add_byte(&b, text.ptr[i]);
			continue;
		}
		bool is_braced = i + 1 < text.len && text.ptr[i + 1] == '{';
		size_t begin = i + 1 + is_braced, end = begin;
		while (end < text.len && name_is_variable(str_slice(text, begin, end + 1)))
			end++;
		const struct assignment *found = find_value(in->r, str_slice(text, begin, end));
		bool is_closed = !is_braced || (end < text.len && text.ptr[end] == '}');
		if (!found || !is_closed)
			return false;
		buf_add(&b, found->value);
		i = end - !is_braced;
	}
	*value = buf_str(&b);
	return true;
}

static bool is_path(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!((text.ptr[i] >= 'a' && text.ptr[i] <= 'z') ||
		      (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z') ||
		      (text.ptr[i] >= '0' && text.ptr[i] <= '9') ||
		      byte_is_in(text.ptr[i], "._/*?+@-")))
			return false;
	return text.len > 0;
}

static bool take_from(struct instruction *in)
{
	struct str rest = in->args, image = plain_word(&rest);
	if (str_has_prefix(image, "--platform"))
		image = plain_word(&rest);
	if (in->r->image.len || !expand(in, image, &in->r->image))
		return false;
	return in->r->image.len && !str_eq(in->r->image, STR("scratch"));
}

/* All commands see the last value: false if some stand before it that saw another one. */
static bool set_value(struct instruction *in, struct str name, struct str value, bool is_env)
{
	const struct assignment *old = find_value(in->r, name);
	if (old && in->r->commands.n && !str_eq(old->value, value))
		return false;
	struct assignment a = {str_dup(in->cv->a, name), value};
	*LIST_PUSH(in->cv->a, &in->r->values) = a;
	if (is_env)
		*LIST_PUSH(in->cv->a, &in->r->env) = a.name;
	return true;
}

/* A value without its quotes and backslashes, from *at to the blank that ends it. */
static struct str env_value(struct arena *a, struct str text, size_t *at)
{
	struct buf b;
	char quote = '\0';
	buf_init(&b, a);
	for (; *at < text.len; ++*at) {
		char c = text.ptr[*at];
		if (c == '\\' && *at + 1 < text.len)
			buf_add_byte(&b, text.ptr[++*at]);
		else if (quote ? c == quote : c == '"' || c == '\'')
			quote = quote ? '\0' : c;
		else if (!quote && byte_is_in(c, " \t\n"))
			break;
		else
			buf_add_byte(&b, c);
	}
	return buf_str(&b);
}

static bool take_env(struct instruction *in)
{
	struct str text = in->args, name, value;
	ptrdiff_t equals = str_find(text, '='), blank = str_find(text, ' ');
	if (equals == STR_NONE || (blank != STR_NONE && blank < equals)) {
		struct str rest = text;
		name = plain_word(&rest);
		return name_is_variable(name) && expand(in, rest, &value) &&
		       set_value(in, name, value, true);
	}
	for (size_t at = 0; at < text.len;) {
		size_t begin = at;
		while (at < text.len && text.ptr[at] != '=')
			at++;
		name = str_trim(str_slice(text, begin, at));
		at += at < text.len;
		struct str raw = env_value(in->cv->a, text, &at);
		while (at < text.len && byte_is_in(text.ptr[at], " \t\n"))
			at++;
		if (!name_is_variable(name) || !expand(in, raw, &value) ||
		    !set_value(in, name, value, true))
			return false;
	}
	return true;
}

/* Of build.args, which may be a mapping or a list. */
static struct str given_argument(const struct instruction *in, struct str name)
{
	const struct node *args = node_get(in->r->build, "args");
	if (args && args->kind == NODE_MAP)
		return resolved(in->cv, node_get(args, str_to_c(in->cv->a, name)));
	for (uint32_t i = 0; args && args->kind == NODE_LIST && i < args->n; i++) {
		struct str key, value = str_split(resolved(in->cv, args->items[i]), '=', &key);
		if (str_eq(key, name))
			return value;
	}
	return STR("");
}

static bool take_arg(struct instruction *in)
{
	struct str name, initial = str_split(in->args, '=', &name), value = STR("");
	size_t at = 0;
	name = str_trim(name);
	struct str given = given_argument(in, name);
	if (!name_is_variable(name) ||
	    (!given.len && !expand(in, env_value(in->cv->a, initial, &at), &value)))
		return false;
	return set_value(in, name, given.len ? given : value, false);
}

static struct str behind_workdir(const struct instruction *in, struct str path)
{
	if (str_has_prefix(path, "/"))
		return path;
	return str_fmt(in->cv->a, "%.*s/%.*s",
		       STR_ARG(str_eq(in->r->workdir, STR("/")) ? STR("") : in->r->workdir),
		       STR_ARG(path));
}

static void add_command(struct instruction *in, struct str command)
{
	*LIST_PUSH(in->cv->a, &in->r->commands) = command;
}

static bool take_workdir(struct instruction *in)
{
	struct str path;
	if (!expand(in, str_trim(in->args), &path) || !is_path(path))
		return false;
	in->r->workdir = str_dup(in->cv->a, behind_workdir(in, path));
	in->r->has_workdir = true;
	add_command(in, str_fmt(in->cv->a, "mkdir -p %.*s", STR_ARG(in->r->workdir)));
	return true;
}

static bool take_run(struct instruction *in)
{
	struct str text = in->args;
	while (str_has_prefix(text, "--mount=type=cache"))
		plain_word(&text);
	if (!text.len || byte_is_in(text.ptr[0], "[-") || str_contains(text, "<<"))
		return false;
	add_command(in, in->r->has_workdir ? str_fmt(in->cv->a, "cd %.*s\n%.*s",
						     STR_ARG(in->r->workdir), STR_ARG(text))
					   : text);
	return true;
}

/* Folders give what is in them, as Docker has it. */
static void copy_one(struct instruction *in, struct str source, struct str target, bool is_folder)
{
	struct str into =
		is_folder ? target : str_fmt(in->cv->a, "\"$(dirname %.*s)\"", STR_ARG(target));
	while (str_has_prefix(source, "./") || str_has_prefix(source, "/"))
		source = str_from(source, source.ptr[0] == '/' ? 1 : 2);
	in->r->needs_context = true;
	if (!source.len || str_eq(source, STR(".")))
		add_command(in, str_fmt(in->cv->a, "mkdir -p %.*s && cp -R %s/. %.*s",
					STR_ARG(target), context_folder, STR_ARG(target)));
	else
		add_command(in,
			    str_fmt(in->cv->a,
				    "for f in %s/%.*s; do\n"
				    "if [ -d \"$f\" ]; then mkdir -p %.*s && cp -R \"$f\"/. %.*s\n"
				    "else mkdir -p %.*s && cp \"$f\" %.*s; fi || exit 1\ndone",
				    context_folder, STR_ARG(source), STR_ARG(target),
				    STR_ARG(target), STR_ARG(into), STR_ARG(target)));
}

static bool take_copy(struct instruction *in)
{
	LIST(struct str) paths = {0};
	for (struct str rest = in->args; rest.len;) {
		struct str word = plain_word(&rest), path;
		if (str_has_prefix(word, "--chown") || str_has_prefix(word, "--chmod") ||
		    str_eq(word, STR("--link")))
			continue;
		if (!expand(in, word, &path) || !is_path(path) || path.ptr[0] == '-' ||
		    str_contains(path, ".."))
			return false;
		*LIST_PUSH(in->cv->a, &paths) = path;
	}
	if (paths.n < 2)
		return false;
	struct str last = paths.items[paths.n - 1];
	while (str_has_prefix(last, "./"))
		last = str_from(last, 2);
	struct str target = behind_workdir(in, str_eq(last, STR(".")) ? STR("") : last);
	bool is_folder = paths.n > 2 || str_has_suffix(target, "/");
	for (uint32_t i = 0; i + 1 < paths.n; i++)
		copy_one(in, paths.items[i], target, is_folder);
	return true;
}

static bool take_add(struct instruction *in)
{
	return !str_contains(in->args, "://") && !str_contains(in->args, ".tar") &&
	       !str_contains(in->args, ".tgz") && take_copy(in);
}

/* ["a", "b"]: a list of texts in double quotes, with the escapes that YAML has as well. */
static bool is_exec_form(struct str text)
{
	size_t at = 1;
	bool wants_text = true;
	if (!str_has_prefix(text, "[\"") || !str_has_suffix(text, "\"]"))
		return false;
	while (at + 1 < text.len) {
		char c = text.ptr[at++];
		if (byte_is_in(c, " \t"))
			continue;
		if (wants_text ? c != '"' : c != ',')
			return false;
		for (; wants_text && at + 1 < text.len && text.ptr[at] != '"'; at++)
			if (text.ptr[at] == '\\' && !byte_is_in(text.ptr[++at], "\"\\/nt"))
				return false;
		at += wants_text;
		wants_text = !wants_text;
	}
	return !wants_text && at + 1 == text.len;
}

/* ["a", "b"] as it stands, a text as a shell's. */
static struct str words_of(struct instruction *in)
{
	struct str text = str_trim(in->args), shown = doubled_dollars(in->cv->a, text);
	if (is_exec_form(text))
		return shown;
	return str_fmt(in->cv->a, "[/bin/sh, \"-c\", %.*s]", STR_ARG(quoted(in->cv->a, shown)));
}

static bool take_cmd(struct instruction *in)
{
	in->r->command = words_of(in);
	return true;
}

static bool take_entrypoint(struct instruction *in)
{
	in->r->entrypoint = words_of(in);
	in->r->command = STR("");
	return true;
}

static bool take_nothing(struct instruction *in)
{
	(void)in;
	return true;
}

static const struct {
	const char *name;
	bool (*take)(struct instruction *in);
} instructions[] = {
	{"FROM", take_from},
	{"ENV", take_env},
	{"ARG", take_arg},
	{"WORKDIR", take_workdir},
	{"RUN", take_run},
	{"COPY", take_copy},
	{"ADD", take_add},
	{"CMD", take_cmd},
	{"ENTRYPOINT", take_entrypoint},
	{"LABEL", take_nothing},
	{"EXPOSE", take_nothing},
	{"MAINTAINER", take_nothing},
	{"VOLUME", take_nothing},
	{"USER", take_nothing},
	{"STOPSIGNAL", take_nothing},
	{"HEALTHCHECK", take_nothing},
};

static bool take_line(struct converter *cv, struct recipe *r, struct str line)
{
	struct str name = str_upper(cv->a, plain_word(&line));
	struct instruction in = {r, cv, line};
	if (!name.len)
		return true;
	for (size_t i = 0; i < sizeof(instructions) / sizeof(*instructions); i++)
		if (str_eq_c(name, instructions[i].name))
			return (r->image.len || str_eq(name, STR("FROM")) ||
				str_eq(name, STR("ARG"))) &&
			       instructions[i].take(&in);
	return false;
}

/* Lines that end in a backslash go on; comments between them are none of theirs. */
static bool take_lines(struct converter *cv, struct recipe *r, struct str text)
{
	struct buf b;
	buf_init(&b, cv->a);
	for (struct str rest = text, line; rest.len;) {
		rest = str_split(rest, '\n', &line);
		struct str content = str_trim(line);
		if (str_has_prefix(content, "#")) {
			/* A directive for another byte than the backslash. */
			if (!r->image.len && str_contains(content, "escape="))
				return false;
			continue;
		}
		/* What goes on keeps its distance. */
		if (b.len && line.len && byte_is_in(line.ptr[0], " \t") &&
		    !byte_is_in(b.ptr[b.len - 1], " \t"))
			buf_add_byte(&b, ' ');
		if (str_has_suffix(content, "\\")) {
			buf_add(&b, str_slice(content, 0, content.len - 1));
			continue;
		}
		buf_add(&b, content);
		if (!take_line(cv, r, str_dup(cv->a, buf_str(&b))))
			return false;
		b.len = 0;
	}
	return r->image.len && !b.len;
}

static struct str read_dockerfile(struct converter *cv, struct recipe *r)
{
	bool is_map = r->build->kind == NODE_MAP;
	struct str context = resolved(cv, is_map ? node_get(r->build, "context") : r->build);
	struct str name = is_map ? resolved(cv, node_get(r->build, "dockerfile")) : STR("");
	struct str inlined =
		is_map ? resolved(cv, node_get(r->build, "dockerfile_inline")) : STR("");
	r->context = context.len ? context : STR(".");
	if (inlined.len || str_contains(r->context, ":"))
		return inlined;
	struct str bytes, why;
	struct str path = str_fmt(cv->a, "%.*s/%.*s", STR_ARG(r->context),
				  STR_ARG(name.len ? name : STR("Dockerfile")));
	path = path_beside(cv->a, cv->u->path, path);
	return cv->u->reader.read(cv->u->reader.context, cv->a, path, &bytes, &why) ? bytes
										    : STR("");
}

bool read_recipe(struct converter *cv, const struct node *body, struct recipe *r)
{
	*r = (struct recipe){.build = node_get(body, "build"), .workdir = STR("/")};
	if (!r->build || r->build->kind == NODE_LIST || node_get(r->build, "target"))
		return false;
	struct str text = read_dockerfile(cv, r);
	return text.len && take_lines(cv, r, text);
}

/* The last value of a name counts. */
static bool is_last(const struct recipe *r, uint32_t i)
{
	return find_value(r, r->values.items[i].name) == &r->values.items[i];
}

struct str recipe_prepare(struct converter *cv, const struct recipe *r)
{
	struct buf b;
	buf_init(&b, cv->a);
	for (uint32_t i = 0; i < r->commands.n; i++)
		buf_add_fmt(&b, "%s%.*s", i ? ", " : "",
			    STR_ARG(quoted(cv->a, r->commands.items[i])));
	if (!b.len)
		return STR("");
	struct buf env;
	buf_init(&env, cv->a);
	for (uint32_t i = 0; i < r->values.n; i++)
		if (is_last(r, i))
			buf_add_fmt(
				&env, "%s%.*s: %.*s", env.len ? ", " : "",
				STR_ARG(r->values.items[i].name),
				STR_ARG(quoted(cv->a,
					       doubled_dollars(cv->a, r->values.items[i].value))));
	struct str commands = str_fmt(cv->a, "commands: [%.*s]", STR_ARG(buf_str(&b)));
	struct str more =
		env.len ? str_fmt(cv->a, ", env: {%.*s}", STR_ARG(buf_str(&env))) : STR("");
	bool is_bare = !byte_is_in(r->context.ptr[0], "./~");
	struct str mount = quoted(cv->a, str_fmt(cv->a, "%s%.*s:%s:ro", is_bare ? "./" : "",
						 STR_ARG(r->context), context_folder));
	if (r->needs_context)
		more = str_fmt(cv->a, "%.*s, mounts: [%.*s]", STR_ARG(more), STR_ARG(mount));
	return str_fmt(cv->a, "prepare: {%.*s%.*s}", STR_ARG(commands), STR_ARG(more));
}

/* NAME: value of a mapping, or NAME=value of a list, for each ENV that the service doesn't set itself. */
static void add_environment(struct converter *cv, const struct spot *service,
			    const struct recipe *r)
{
	const struct node *there = node_get(service->value, "environment");
	bool is_list = there && there->kind == NODE_LIST;
	struct buf b;
	buf_init(&b, cv->a);
	for (uint32_t i = 0; i < r->env.n; i++) {
		struct str name = r->env.items[i];
		bool is_again = false;
		for (uint32_t k = 0; k < i; k++)
			is_again |= str_eq(r->env.items[k], name);
		bool is_set = !is_list && node_entry(there, name);
		for (uint32_t k = 0; is_list && k < there->n; k++) {
			struct str key;
			str_split(there->items[k]->text, '=', &key);
			is_set |= there->items[k]->kind == NODE_STRING && str_eq(key, name);
		}
		if (is_set || is_again)
			continue;
		struct str value = doubled_dollars(cv->a, find_value(r, name)->value);
		struct str pair = is_list ? quoted(cv->a, str_fmt(cv->a, "%.*s=%.*s", STR_ARG(name),
								  STR_ARG(value)))
					  : str_fmt(cv->a, "%.*s: %.*s", STR_ARG(name),
						    STR_ARG(quoted(cv->a, value)));
		if (there && there->n)
			add(cv, there, pair);
		else
			buf_add_fmt(&b, "%s%.*s", b.len ? ", " : "", STR_ARG(pair));
	}
	if (b.len && !there)
		add(cv, service->value,
		    str_fmt(cv->a, "environment: {%.*s}", STR_ARG(buf_str(&b))));
}

void add_recipe(struct converter *cv, const struct spot *service, const struct recipe *r)
{
	const struct node *body = service->value;
	bool has_command = node_get(body, "command"), has_entrypoint = node_get(body, "entrypoint");
	if (!node_get(body, "image"))
		add(cv, body, str_fmt(cv->a, "image: %.*s", STR_ARG(quoted(cv->a, r->image))));
	if (!has_entrypoint && r->entrypoint.len)
		add(cv, body, str_fmt(cv->a, "entrypoint: %.*s", STR_ARG(r->entrypoint)));
	if (!has_entrypoint && !has_command && r->command.len)
		add(cv, body, str_fmt(cv->a, "command: %.*s", STR_ARG(r->command)));
	bool runs_something = has_command || has_entrypoint || r->entrypoint.len || r->command.len;
	if (r->has_workdir && !node_get(body, "working_dir") && runs_something)
		add(cv, body, str_fmt(cv->a, "working_dir: %.*s", STR_ARG(r->workdir)));
	add_environment(cv, service, r);
}
