/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Images: what each step's container starts from. A remote image becomes a file below
 * <cache>/base, a prepared one a file below <cache>/prepared whose key covers everything that goes
 * into it; a local image without preparation is used where it lies.
 *
 *	redis:7		docker://redis:7	base/5b7e0c…-redis_7.sqsh
 */
#include <sha2.h>

#include "ir/support/utf8.h"
#include "passes/lower.h"

enum {
	KEY_DIGITS = 16,
	MAX_LABEL = 100
};

/* Each field of a key goes in with its length, so that no two inputs look alike. */
static void hash_field(SHA2_CTX *hash, struct str s)
{
	uint8_t length[8];
	for (unsigned i = 0; i < 8; i++)
		length[i] = (uint8_t)((uint64_t)s.len >> (8 * i));
	SHA256Update(hash, length, sizeof(length));
	SHA256Update(hash, (const uint8_t *)s.ptr, s.len);
}

static struct str hash_key(struct arena *a, SHA2_CTX *hash)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	SHA256Final(digest, hash);
	struct buf b;
	buf_init(&b, a);
	for (unsigned i = 0; i < KEY_DIGITS / 2; i++)
		buf_add_fmt(&b, "%02x", digest[i]);
	return buf_str(&b);
}

/* Each character outside [A-Za-z0-9_-] becomes `_`; long texts are cut. */
static struct str label(struct arena *a, struct str text)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; i < text.len && b.len < MAX_LABEL;) {
		size_t length = utf8_valid_length(str_from(text, i));
		char c = text.ptr[i];
		bool keep = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9') || c == '_' || c == '-';
		buf_add_byte(&b, keep ? c : '_');
		i += length ? length : 1;
	}
	return buf_str(&b);
}

/* What one image text means; services often share one. */
struct known_image {
	bool is_good;
	struct image_ref ref;
	struct plan_path *base_file; /* its place is the first service's */
	bool was_read;
	struct str digest; /* of a local image's content */
};

static struct str without_scheme(struct str reference)
{
	for (size_t i = 0; i + 3 <= reference.len; i++)
		if (reference.ptr[i] == ':' && reference.ptr[i + 1] == '/' &&
		    reference.ptr[i + 2] == '/')
			return str_from(reference, i + 3);
	return reference;
}

/* A secret in the reference stays out of the file's name, which others can see. */
static struct plan_path *base_file(struct unit *u, const struct container *container,
				   const struct v_str *image, struct str reference)
{
	SHA2_CTX hash;
	SHA256Init(&hash);
	hash_field(&hash, reference);
	struct str key = hash_key(u->arena, &hash);
	struct str name =
		image->is_secret ? STR("redacted") : label(u->arena, without_scheme(reference));
	return plan_path_new(u->arena, image->from, PATH_BASE_CACHE_DIR,
			     str_fmt(u->arena, "base/%.*s-%.*s.%s", STR_ARG(key), STR_ARG(name),
				     container->extension));
}

/* Path and content of a local image. A file that can't be read yet counts by its path alone. */
static void hash_local_image(struct unit *u, SHA2_CTX *hash, struct known_image *known)
{
	const struct plan_path *file = known->base_file;
	struct str path = file->text.v;
	hash_field(hash, path);
	if (file->base.v == PATH_BASE_SPEC_DIR)
		path = str_fmt(u->arena, "%.*s/%.*s", STR_ARG(u->spec_dir), STR_ARG(path));
	if (!known->was_read && u->reader.digest && file->base.v != PATH_BASE_HOME) {
		char hex[65];
		if (u->reader.digest(u->reader.context, path, hex))
			known->digest = str_dup(u->arena, str_c(hex));
		known->was_read = true;
	}
	if (known->digest.len)
		hash_field(hash, known->digest);
}

static void hash_mounts(SHA2_CTX *hash, const struct v_mounts *mounts)
{
	for (uint32_t i = 0; i < mounts->n; i++) {
		hash_field(hash, mounts->items[i].host);
		hash_field(hash, mounts->items[i].container);
		hash_field(hash, str_c(mounts->items[i].mode == MOUNT_RO   ? "ro"
				       : mounts->items[i].mode == MOUNT_RW ? "rw"
									   : ""));
	}
}

static struct str prepared_key(struct unit *u, enum runtime_backend backend,
			       const struct prepare *prepare, struct known_image *known)
{
	SHA2_CTX hash;
	SHA256Init(&hash);
	hash_field(&hash, STR(HPCC_VERSION));
	hash_field(&hash, str_fmt(u->arena, "backend %d", (int)backend));
	hash_field(&hash, STR("image"));
	if (known->ref.form == IMAGE_FORM_LOCAL)
		hash_local_image(u, &hash, known);
	else
		hash_field(&hash, known->ref.reference);
	hash_field(&hash, STR("commands"));
	for (uint32_t i = 0; i < prepare->commands.n; i++)
		hash_field(&hash, prepare->commands.items[i].v);
	hash_field(&hash, STR("mounts"));
	hash_mounts(&hash, &prepare->mounts);
	hash_field(&hash, STR("env"));
	for (uint32_t i = 0; i < prepare->env.n; i++) {
		hash_field(&hash, prepare->env.items[i].key);
		hash_field(&hash, prepare->env.items[i].value.v);
	}
	hash_field(&hash, prepare->root.v ? STR("root") : STR("user"));
	return hash_key(u->arena, &hash);
}

static struct plan_prepare *lower_prepare(struct unit *u, const struct prepare *prepare)
{
	struct plan_prepare *p = ARENA_NEW(u->arena, struct plan_prepare);
	p->head.from = prepare->head.from;
	p->commands = prepare->commands;
	p->env = prepare->env;
	p->root = prepare->root;
	p->always = plan_bool(prepare->mounts.from, prepare->mounts.n > 0);
	p->mounts.from = prepare->mounts.from;
	p->mounts.n = prepare->mounts.n;
	p->mounts.items = ARENA_ARRAY(u->arena, prepare->mounts.n, struct plan_mount);
	for (uint32_t i = 0; i < prepare->mounts.n; i++)
		p->mounts.items[i] = plan_mount_from(u->arena, &prepare->mounts.items[i]);
	return p;
}

/* Of one backend. */
struct known_images {
	struct map index;
	LIST(struct known_image) list;
};

/* The pointer is good until the next image is looked up. */
static struct known_image *know_image(struct unit *u, struct known_images *known,
				      enum runtime_backend backend, const struct v_str *image)
{
	struct str text = str_trim(image->v);
	uint32_t k = map_get(&known->index, text);
	if (k != MAP_NONE)
		return &known->list.items[k];
	struct known_image new = {0};
	struct problem problem;
	new.is_good = grammar_image(u->arena, text, backend, &new.ref, &problem);
	if (new.is_good &&new.ref.form == IMAGE_FORM_REMOTE)
		new.base_file = base_file(u, &containers[backend], image, new.ref.reference);
	else if (new.is_good)
		new.base_file = plan_path_from(u->arena, image->from, new.ref.reference,
					       PATH_BASE_SPEC_DIR);
	map_put(&known->index, u->arena, text, known->list.n);
	struct known_image *added = LIST_PUSH(u->arena, &known->list);
	*added = new;
	return added;
}

static struct plan_image *lower_image(struct unit *u, struct known_images *known,
				      const struct service *s)
{
	struct plan_image *image = ARENA_NEW(u->arena, struct plan_image);
	enum runtime_backend backend = service_backend(u, s);
	struct known_image *it = know_image(u, &known[backend], backend, &s->image);
	image->head.from = s->image.from;
	if (!it->is_good) {
		image->head.from.kind = ORIGIN_POISON;
		return image;
	}
	image->form = plan_enum(s->image.from, it->ref.form);
	image->reference = s->image;
	image->reference.v = it->ref.reference;
	if (it->ref.form == IMAGE_FORM_REMOTE)
		image->registry = plan_str(s->image.from, it->ref.registry);
	image->registry.is_secret = s->image.is_secret;
	image->base_file =
		plan_path_new(u->arena, s->image.from, (enum path_base)it->base_file->base.v,
			      it->base_file->text.v);
	image->base_file->text.is_secret = s->image.is_secret && it->ref.form == IMAGE_FORM_LOCAL;
	image->file = image->base_file;
	const struct prepare *prepare = service_prepare(s);
	if (!prepare)
		return image;
	image->prepare = lower_prepare(u, prepare);
	image->key = plan_str(prepare->head.from, prepared_key(u, backend, prepare, it));
	struct str name = label(u->arena, s->head.name);
	image->file =
		plan_path_new(u->arena, prepare->head.from, PATH_BASE_CACHE_DIR,
			      str_fmt(u->arena, "prepared/%.*s-%.*s.%s", STR_ARG(image->key.v),
				      STR_ARG(name), containers[backend].extension));
	return image;
}

void lower_images(struct unit *u)
{
	struct known_images known[RUNTIME_BACKEND_N] = {0};
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct service *s = u->pass_state->services[i];
		struct plan_image *image = NULL;
		if (!service_container(u, s)->is_contained) {
			image = ARENA_NEW(u->arena, struct plan_image);
			image->head.from = origin_derived(s->head.from);
			image->form = plan_enum(s->head.from, IMAGE_FORM_NONE);
		} else if (IS_SET(s->image)) {
			image = lower_image(u, known, s);
		}
		u->plan->services.items[i].image = image;
	}
}
