/* SPDX-License-Identifier: Apache-2.0 */
/* Names of services as hosts, one after the other, as a spec gives them. */
#include "ir/host_names.h"

static void add(struct arena *a, given_names *list, const struct v_str *value, struct str field)
{
	if (IS_GIVEN(*value))
		*LIST_PUSH(a, list) =
			(struct given_name){.value = value, .name = value->v, .field = field};
}

/* "db:database"; "db" alone gives no other name, but has to be there. */
static void add_link(struct arena *a, given_names *list, const struct v_str *value, uint32_t i)
{
	if (!IS_GIVEN(*value))
		return;
	struct str target;
	struct str name = str_split(value->v, ':', &target);
	*LIST_PUSH(a, list) = (struct given_name){
		.value = value,
		.name = target.len < value->v.len ? name : target,
		.is_link = true,
		.target = target,
		.field = str_fmt(a, "links[%u]", i),
	};
}

given_names names_given(struct arena *a, const struct service *s)
{
	given_names list = {0};
	add(a, &list, &s->hostname, STR("hostname"));
	add(a, &list, &s->container_name, STR("container_name"));
	for (uint32_t i = 0; i < s->networks.n; i++) {
		const struct service_network *n = &s->networks.items[i];
		for (uint32_t k = 0; k < n->aliases.n; k++)
			add(a, &list, &n->aliases.items[k],
			    str_fmt(a, "networks.%.*s.aliases[%u]", STR_ARG(n->head.name), k));
	}
	for (uint32_t i = 0; i < s->links.n; i++)
		add_link(a, &list, &s->links.items[i], i);
	return list;
}

bool name_is_numbered(struct str name, struct str *service, uint64_t *number)
{
	ptrdiff_t dash = str_find_last(name, '-');
	struct str digits = str_from(name, (size_t)(dash + 1));
	if (dash <= 0 || !str_to_u64(digits, number) || str_has_prefix(digits, "0"))
		return false;
	*service = str_slice(name, 0, (size_t)dash);
	return true;
}
