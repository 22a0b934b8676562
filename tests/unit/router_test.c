/*
 * From a path to a route; and the checks of the table at start, each of them
 * by a table that it refuses.  A table is read in a process of its own, as
 * the tree of routes is made once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fake.h"
#include "router.h"

#include <fcntl.h>
#include <sys/wait.h>

struct input {
	int64_t id;
	struct str name, text;
};

static const struct field id_fields[] = { PATH_ID(struct input, id),
	FIELD_END };
static const struct field name_fields[] = {
	PATH_TEXT(struct input, name, 10, NULL), FIELD_END };
static const struct field both_fields[] = { PATH_ID(struct input, id),
	PATH_TEXT(struct input, name, 10, NULL), FIELD_END };
static const struct field text_fields[] = {
	BODY_TEXT(struct input, text, 1, 10, NULL),
	BODY_INT(struct input, id, 1, 10), FIELD_END };

static enum err
handler(struct req *rq)
{
	(void)rq;
	return OK;
}

#define READ(path, fields) { GET, path, handler, fields, AUTH_NONE, \
	.doc = "It reads." }
#define WRITE(m, path, fields) { m, path, handler, fields, AUTH_USER, \
	.touches_nothing = true, .doc = "It writes." }

static const struct route good_routes[] = {
	READ("/pins", NULL),
	WRITE(POST, "/pins", NULL),
	READ("/pins/{id}", id_fields),
	WRITE(PATCH, "/pins/{id}", id_fields),
	WRITE(DELETE, "/pins/{id}", id_fields),
	READ("/pins/mine", NULL),
	WRITE(PUT, "/pins/mine", NULL),
	READ("/pins/{id}/tags/{name}", both_fields),
	READ("/pins/mine/tags", NULL),
	READ("/{name}/of/all", name_fields),
	READ("/pins/{id}/of", id_fields),
	READ("/a.b-c~d", NULL),
	ROUTE_END,
};
static const struct route more_routes[] = {
	READ("/tags/{name}", name_fields),
	ROUTE_END,
};
static const struct feature more = { "more", more_routes };
static struct feature feature = { "test", good_routes };
const struct feature *const features[] = { &feature, &more, NULL };

static struct fake f;

static enum err
find(enum method m, const char *path, const char **allow)
{
	struct str s = STR_NONE;
	enum err e;

	fake_again(&f);
	f.rq.method = m;
	f.rq.path = str_of(path);
	f.rq.route = NULL;
	e = router_find(&f.rq, &s);
	if (allow != NULL)
		*allow = s.p;
	return e;
}

static void
assert_found(enum method m, const char *path, const char *route)
{
	assert_int_equal(find(m, path, NULL), OK);
	assert_string_equal(f.rq.route->path, route);
	assert_int_equal(f.rq.route->method, m);
}

static void
found(void **state)
{
	(void)state;
	assert_found(GET, "/api/pins", "/pins");
	assert_found(GET, "/api/pins/", "/pins");
	assert_found(POST, "/api/pins/", "/pins");
	assert_found(GET, "/api/pins/7", "/pins/{id}");
	assert_found(GET, "/api/pins/7/", "/pins/{id}");
	assert_found(PATCH, "/api/pins/x", "/pins/{id}"); /* input judges */
	assert_found(GET, "/api/a.b-c~d", "/a.b-c~d");
	assert_found(GET, "/api/tags/x", "/tags/{name}"); /* other feature */
}

/* A literal goes before a name, and what follows decides. */
static void
literal_and_name(void **state)
{
	(void)state;
	assert_found(GET, "/api/pins/mine", "/pins/mine");
	assert_found(GET, "/api/pins/mine/tags", "/pins/mine/tags");
	/* back from the literal, which goes no further, to the name */
	assert_found(GET, "/api/pins/mine/tags/x", "/pins/{id}/tags/{name}");
	assert_true(str_eq(router_value(&f.rq, "id"), STR("mine")));
	assert_found(GET, "/api/pins/of/all", "/{name}/of/all");
	assert_true(str_eq(router_value(&f.rq, "name"), STR("pins")));
	assert_found(GET, "/api/pins/of", "/pins/{id}");
	assert_found(GET, "/api/pins/of/of", "/pins/{id}/of");
	/* the path decides, then the method: mine has no DELETE */
	assert_int_equal(find(DELETE, "/api/pins/mine", NULL), ERR_METHOD);
}

static void
values(void **state)
{
	(void)state;
	assert_found(GET, "/api/pins/12/tags/\xea\xb0\x80 {x}",
	    "/pins/{id}/tags/{name}");
	assert_true(str_eq(router_value(&f.rq, "id"), STR("12")));
	assert_true(str_eq(router_value(&f.rq, "name"),
	    STR("\xea\xb0\x80 {x}")));
	assert_null(router_value(&f.rq, "other").p);
	assert_null(router_value(&f.rq, "i").p);
}

static void
not_found(void **state)
{
	static const char *const bad[] = { "", "/", "/api", "/api/", "/api//",
		"/api/pin", "/api/pinss", "/api/Pins", "/api/pins//",
		"/api//pins", "/api/pins/7//", "/api/pins//tags/x",
		"/api/pins/7/tags", "/api/pins/7/tags/", "/api/pins/7/tags//",
		"/api/pins/7/tags/x/y", "/pins", "api/pins", "/apis/pins",
		"/api/pins/7/of/x", "/api/{name}", "/api/..", "/api/%70ins" };
	const char *allow;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (find(GET, bad[i], &allow) != ERR_NOT_FOUND)
			fail_msg("%s is found", bad[i]);
		assert_null(allow);
	}
	f.rq.path = (struct str){ "/api/pins\0", 10 };
	assert_int_equal(router_find(&f.rq, &(struct str){ NULL, 0 }),
	    ERR_NOT_FOUND);
}

static void
methods(void **state)
{
	const char *allow;

	(void)state;
	assert_int_equal(find(DELETE, "/api/pins", &allow), ERR_METHOD);
	assert_string_equal(allow, "GET, POST");
	assert_int_equal(find(POST, "/api/pins/7", &allow), ERR_METHOD);
	assert_string_equal(allow, "GET, PATCH, DELETE");
	assert_int_equal(find(METHOD_OTHER, "/api/pins", &allow), ERR_METHOD);
	assert_string_equal(allow, "GET, POST");
	assert_int_equal(find(OPTIONS, "/api/tags/x", &allow), ERR_METHOD);
	assert_string_equal(allow, "GET");
	assert_int_equal(method_of(STR("GET")), GET);
	assert_int_equal(method_of(STR("HEAD")), GET);
	assert_int_equal(method_of(STR("PATCH")), PATCH);
	assert_int_equal(method_of(STR("OPTIONS")), OPTIONS);
	assert_int_equal(method_of(STR("get")), METHOD_OTHER);
	assert_int_equal(method_of(STR("GETS")), METHOD_OTHER);
	assert_int_equal(method_of(STR("?")), METHOD_OTHER);
	assert_int_equal(method_of(STR("")), METHOD_OTHER);
	assert_int_equal(method_of(STR_NONE), METHOD_OTHER);
	assert_string_equal(method_name(DELETE), "DELETE");
}

/* What a process that reads this table writes; "" if it takes the table. */
static const char *
boot(const struct route *routes)
{
	static char said[2000];
	int ends[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], 2);
		feature.routes = routes;
		_exit(router_open() ? 0 : 1);
	}
	close(ends[1]);
	while ((got = read(ends[0], said + n, sizeof(said) - 1 - n)) > 0)
		n += (size_t)got;
	close(ends[0]);
	said[n] = '\0';
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), n > 0);
	return said;
}

#define REFUSED(why, ...) \
	do { \
		static const struct route table[] = { __VA_ARGS__, \
			ROUTE_END }; \
		const char *said = boot(table); \
		if (strstr(said, ": " why "\n") == NULL) \
			fail_msg("not \"%s\" but: %s", why, said); \
	} while (0)

#define ROW(...) { GET, "/x", handler, __VA_ARGS__ }

static void
boot_of_a_row(void **state)
{
	(void)state;
	REFUSED("has no AUTH_", ROW(NULL, .doc = "x"));
	REFUSED("lacks its method, handler or doc", ROW(NULL, AUTH_NONE, .doc = NULL));
	REFUSED("lacks its method, handler or doc",
	    { GET, "/x", NULL, NULL, AUTH_NONE, .doc = "x" });
	REFUSED("lacks its method, handler or doc",
	    { METHOD_OTHER, "/x", handler, NULL, AUTH_NONE, .doc = "x" });
	REFUSED("a read touches nothing",
	    ROW(NULL, AUTH_NONE, .doc = "x", .touches = { "x" }));
	REFUSED("a read touches nothing",
	    ROW(NULL, AUTH_NONE, .doc = "x", .touches_nothing = true));
	REFUSED("a write is not cached",
	    { POST, "/x", handler, NULL, AUTH_USER, .doc = "x",
	    .touches_nothing = true, .reads = { "x" } });
	REFUSED("a write says what it touches, or nothing",
	    { POST, "/x", handler, NULL, AUTH_USER, .doc = "x" });
	REFUSED("a write says what it touches, or nothing",
	    { PUT, "/x", handler, NULL, AUTH_USER, .doc = "x",
	    .touches_nothing = true, .touches = { "x" } });
}

static void
boot_of_fields(void **state)
{
	static struct field many[65];
	static struct route wide[] = { READ("/x", many), ROUTE_END };
	int i;

	(void)state;
	REFUSED("a {name} of its path is no field", READ("/x/{id}", NULL));
	REFUSED("a {name} of its path is no field",
	    READ("/x/{id}", name_fields));
	REFUSED("a {name} of its path is no field",
	    READ("/x/{text}", text_fields));
	REFUSED("a field of the path is not in it", READ("/x", id_fields));
	REFUSED("a field of the path is not in it",
	    READ("/x/{id}", both_fields));
	REFUSED("its path has a {name} twice",
	    READ("/x/{id}/y/{id}", id_fields));
	REFUSED("limit_by names no text field",
	    { POST, "/x", handler, text_fields, AUTH_USER, .doc = "x",
	    .touches_nothing = true, .limit_by = "id" });
	REFUSED("limit_by names no text field",
	    { POST, "/x", handler, NULL, AUTH_USER, .doc = "x",
	    .touches_nothing = true, .limit_by = "text" });
	REFUSED("a tag names no field", READ("/y", NULL),
	    { GET, "/x", handler, NULL, AUTH_NONE, .doc = "x",
	    .reads = { "pin:{pin}" } });
	REFUSED("a tag names no field",
	    { GET, "/x/{id}", handler, id_fields, AUTH_USER, .doc = "x",
	    .reads = { "a:{id}", "pin:{ids}" } });
	REFUSED("a tag names no field",
	    { GET, "/x", handler, NULL, AUTH_NONE, .doc = "x",
	    .reads = { "account:{viewer}" } });
	for (i = 0; i < 64; i++)
		many[i] = (struct field)QUERY_INT_OPT(struct input, id, 0, 1, 0);
	for (i = 0; i < 64; i++)
		many[i].name = &"abcdefghijklmnopqrstuvwxyzabcdefghijklm"
		    "nopqrstuvwxyzabcdefghijklmnop"[i];
	many[63] = (struct field)FIELD_END;
	assert_string_equal(boot(wide), "");
	many[63] = many[62];
	assert_non_null(strstr(boot(wide), "has too many fields"));
}

static void
boot_of_places(void **state)
{
	(void)state;
	REFUSED("its place is taken", READ("/x", NULL), READ("/x", NULL));
	REFUSED("its place is taken", READ("/x/{id}", id_fields),
	    READ("/x/{name}", name_fields));
	/* in another feature too */
	REFUSED("its place is taken", READ("/tags/{id}", id_fields));
	assert_string_equal(boot(good_routes), "");
}

int
main(void)
{
	const struct CMUnitTest boots[] = {
		cmocka_unit_test(boot_of_a_row),
		cmocka_unit_test(boot_of_fields),
		cmocka_unit_test(boot_of_places),
	};
	const struct CMUnitTest finds[] = {
		cmocka_unit_test(found),
		cmocka_unit_test(literal_and_name),
		cmocka_unit_test(values),
		cmocka_unit_test(not_found),
		cmocka_unit_test(methods),
	};
	int failed = cmocka_run_group_tests(boots, NULL, NULL);

	fake_open(&f, 1 << 20);
	if (!router_open())
		return 1;
	failed += cmocka_run_group_tests(finds, NULL, NULL);
	fake_close(&f);
	return failed;
}
