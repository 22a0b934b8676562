/*
 * `pinwall demo`: fills an empty site.
 *
 * It calls the API as a client would, in this process: what it makes is made
 * by the code that serves people, and checked as theirs is.  Pictures are
 * decoded by the running site's image process.
 *
 * With --scale it is filled by the database itself, and large: to see how quick
 * the site is then.
 */
#include "commands.h"
#include "commands_demo.h"
#include "demo/draw.h"
#include "migrate.h"
#include "serve.h"
#include "work.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define PASSWORD "pinwall-demo-2026"
#define PICTURES_MAX 200

static const struct person {
	const char *name, *mail;
} people[DEMO_PEOPLE] = {
	{ "demo", "demo@example.com" }, { "하늘", "haneul@example.com" },
	{ "minji_park", "minji@example.com" },
	{ "june.lee", "june@example.com" },
	{ "사진가민수", "minsu@example.com" }, { "alice", "alice@example.com" },
	{ "바다소리", "bada@example.com" }, { "tom_walker", "tom@example.com" },
};
#define N_PEOPLE DEMO_PEOPLE

/* As draw.h draws them, twice. */
static const char *const drawn_titles[2 * DRAW_HOURS] = {
	"해 질 녘의 산 #노을 #산", "Quiet morning light #light #calm",
	"달밤의 능선 #밤 #산", "Warm hills #warm #sunset",
	"안개 낀 아침 #안개 #겨울", "Green valley #forest #calm",
	"보랏빛 저녁 #저녁 #하늘", "Sand and haze #desert #warm",
	"Last light #sunset #mountains", "호숫가의 아침 #아침 #호수",
	"Moon over the ridge #night #mountains", "가을 언덕 #가을 #노을",
	"Winter fog #winter #calm", "깊은 숲 #숲 #산",
	"Violet evening #evening #sky", "사막의 한낮 #사막 #여행",
};

static const char *const board_titles[] = {
	"여행 가고 싶은 곳", "Inspiration", "배경화면", "Colours", "자연",
};
#define N_BOARDS (sizeof(board_titles) / sizeof(board_titles[0]))

static const char *const post_texts[] = {
	"비 오는 날의 회색 코트 #코트 #비", "Linen for a long walk #linen #walk",
	"주말에는 편하게 #데일리 #니트", "Old boots, new laces #boots",
	"전시 보러 가는 길 #전시 #블랙", "Blue on blue #denim #blue",
};
#define N_POSTS (sizeof(post_texts) / sizeof(post_texts[0]))

struct client {
	struct work work;
	struct str token; /* of whoever speaks */
	struct buf keep;  /* its memory */
	int failed;
};

struct source {
	struct str left;
};

static ssize_t
read_source(void *from, void *p, size_t n)
{
	struct source *s = from;

	if (n > s->left.n)
		n = s->left.n;
	memcpy(p, s->left.p, n);
	s->left = str_sub(s->left, n, s->left.n);
	return (ssize_t)n;
}

struct str
demo_call(struct client *c, enum method method, const char *path,
    const char *type, struct str body)
{
	struct source source = { body };
	char auth[1200];
	struct req rq;

	work_begin(&c->work, &rq, "demo");
	rq.writes = false; /* as serve() finds it */
	rq.method = method;
	rq.path = str_of(path);
	rq.query = STR("");
	rq.content_type = str_of(type);
	rq.remote_addr = STR("127.0.0.1");
	rq.user_agent = STR("demo");
	rq.started = clock_mono();
	rq.body = (struct body){ read_source, &source, (int64_t)body.n };
	snprintf(auth, sizeof(auth), "Bearer %.*s", STR_ARG(c->token));
	if (c->token.n > 0)
		rq.authorization = str_of(auth);
	serve(&rq);
	if (rq.status < 300)
		return buf_view(rq.out);
	c->failed++;
	fprintf(stderr, "demo: %s %s: %d %.*s\n", method_name(method), path,
	    rq.status, STR_ARG(buf_view(rq.out)));
	return STR_NONE;
}

struct str
demo_member(struct str json, const char *key)
{
	char quoted[64];
	int n = snprintf(quoted, sizeof(quoted), "\"%s\":", key);
	const char *at = json.n == 0 ? NULL :
	    memmem(json.p, json.n, quoted, (size_t)n);
	struct str rest;
	size_t i;

	if (at == NULL)
		return STR_NONE;
	rest = str_sub(json, (size_t)(at - json.p) + (size_t)n, json.n);
	if (rest.n > 0 && rest.p[0] == '"')
		return str_sub(rest, 1, str_find(rest, '"', 1));
	for (i = 0; i < rest.n && strchr(",}]", rest.p[i]) == NULL; i++)
		;
	return str_sub(rest, 0, i);
}

static void
become(struct client *c, struct str answer)
{
	struct str token = demo_member(answer, "access_token");

	buf_reset(&c->keep, SIZE_MAX);
	buf_str(&c->keep, token);
	c->token = buf_view(&c->keep);
}

static void
log_in(struct client *c, const struct person *p)
{
	char body[300];

	c->token = STR("");
	snprintf(body, sizeof(body), "{\"email\":\"%s\",\"password\":\""
	    PASSWORD "\"}", p->mail);
	become(c, demo_call(c, POST, "/api/rest-auth/login", "application/json",
	    str_of(body)));
}

void
demo_log_in(struct client *c, size_t person)
{
	log_in(c, &people[person]);
}

static void
sign_up(struct client *c, const struct person *p)
{
	char body[400];

	c->token = STR("");
	snprintf(body, sizeof(body), "{\"email\":\"%s\",\"username\":\"%s\","
	    "\"password1\":\"" PASSWORD "\",\"password2\":\"" PASSWORD "\"}",
	    p->mail, p->name);
	become(c, demo_call(c, POST, "/api/rest-auth/registration",
	    "application/json", str_of(body)));
}

static void
add_board(struct client *c, const char *title, struct str *out,
    struct arena *keep)
{
	char body[300];
	struct str answer;

	snprintf(body, sizeof(body), "{\"title\":\"%s\"}", title);
	answer = demo_call(c, POST, "/api/boards/", "application/json",
	    str_of(body));
	*out = arena_dup(keep, demo_member(answer, "id"));
}

/* A pin with a picture on a board ("": none). */
static void
add_pin(struct client *c, struct str title, struct str picture,
    struct str board)
{
	struct buf b;

	buf_open(&b, picture.n + 4096);
	buf_printf(&b, "--demo\r\nContent-Disposition: form-data; "
	    "name=\"title\"\r\n\r\n%.*s\r\n", STR_ARG(title));
	if (board.n > 0)
		buf_printf(&b, "--demo\r\nContent-Disposition: form-data; "
		    "name=\"board\"\r\n\r\n%.*s\r\n", STR_ARG(board));
	buf_str(&b, STR("--demo\r\nContent-Disposition: form-data; "
	    "name=\"image\"; filename=\"picture\"\r\n\r\n"));
	buf_str(&b, picture);
	buf_str(&b, STR("\r\n--demo--\r\n"));
	(void)demo_call(c, POST, "/api/pins/",
	    "multipart/form-data; boundary=demo", buf_view(&b));
	buf_close(&b);
}

/* "Frozen_Bridge-2.jpg" -> "Frozen Bridge 2 #photo #nature" */
static struct str
title_of(struct arena *a, struct str file)
{
	struct str title = arena_dup(a, str_sub(file, 0,
	    str_find(file, '.', 0)));
	char *p = (char *)title.p;
	size_t i;

	for (i = 0; i < title.n; i++)
		if (p[i] == '_' || p[i] == '-')
			p[i] = ' ';
	return arena_printf(a, "%.*s #photo #사진",
	    STR_ARG(str_sub(title, 0, 80)));
}

static bool
read_file(const char *path, struct buf *b)
{
	FILE *f = fopen(path, "re");
	char *to;
	size_t n;

	if (f == NULL)
		return false;
	while ((to = buf_room(b, 65536)) != NULL &&
	    (n = fread(to, 1, 65536, f)) > 0)
		buf_took(b, n);
	fclose(f);
	return buf_ok(b) && b->n > 0;
}

static bool
is_picture(struct str name)
{
	return str_ends(name, STR(".jpg")) || str_ends(name, STR(".jpeg")) ||
	    str_ends(name, STR(".png")) || str_ends(name, STR(".webp"));
}

struct folder {
	struct arena *keep;
	struct str boards[N_PEOPLE][2];
	int pins;
};

static struct str
board_for(const struct folder *f, int i)
{
	return f->boards[(size_t)i % N_PEOPLE][i / (int)N_PEOPLE % 2];
}

static void
add_photographs(struct client *c, struct folder *f, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *d;
	struct buf b;

	if (dir == NULL)
		return;
	buf_open(&b, 20 << 20);
	while ((d = readdir(dir)) != NULL && f->pins < PICTURES_MAX) {
		struct str name = str_of(d->d_name);

		buf_reset(&b, SIZE_MAX);
		if (!is_picture(name) || !read_file(arena_printf(f->keep,
		    "%s/%s", path, d->d_name).p, &b))
			continue;
		log_in(c, &people[(size_t)f->pins % N_PEOPLE]);
		add_pin(c, title_of(f->keep, name), buf_view(&b),
		    board_for(f, f->pins));
		f->pins++;
	}
	buf_close(&b);
	closedir(dir);
}

static void
add_drawn(struct client *c, struct folder *f, int n)
{
	static const int heights[] = { 480, 640, 720, 900, 1080, 600 };
	struct buf b;
	int i, turn, hour;

	buf_open(&b, 20 << 20);
	for (i = 0; i < n; i++) {
		/* everybody has been there at all hours */
		turn = i / (int)N_PEOPLE;
		hour = (i + turn * 3) % DRAW_HOURS;
		log_in(c, &people[(size_t)i % N_PEOPLE]);
		buf_reset(&b, SIZE_MAX);
		draw_png(&b, 736, heights[i % 6],
		    (unsigned)(i * DRAW_HOURS + hour));
		add_pin(c, str_of(drawn_titles[hour + turn % 2 *
		    DRAW_HOURS]), buf_view(&b), board_for(f, i));
		f->pins++;
	}
	buf_close(&b);
}

/* Of one to three pictures each, in the ratio of the first. */
static void
add_post(struct client *c, const char *content, unsigned seed, int n)
{
	struct buf body, picture;
	int i;

	buf_open(&body, 20 << 20);
	buf_open(&picture, 8 << 20);
	buf_printf(&body, "--demo\r\nContent-Disposition: form-data; "
	    "name=\"content\"\r\n\r\n%s\r\n--demo\r\nContent-Disposition: "
	    "form-data; name=\"image_ratio\"\r\n\r\n0.8\r\n", content);
	for (i = 0; i < n; i++) {
		buf_reset(&picture, SIZE_MAX);
		draw_png(&picture, 720, 900, seed + (unsigned)i * 3);
		buf_str(&body, STR("--demo\r\nContent-Disposition: form-data; "
		    "name=\"image\"; filename=\"picture\"\r\n\r\n"));
		buf_str(&body, buf_view(&picture));
		buf_str(&body, STR("\r\n"));
	}
	buf_str(&body, STR("--demo--\r\n"));
	(void)demo_call(c, POST, "/api/styles/posts/",
	    "multipart/form-data; boundary=demo", buf_view(&body));
	buf_close(&picture);
	buf_close(&body);
}

static void
add_posts(struct client *c)
{
	size_t i;

	for (i = 0; i < 2 * N_PEOPLE; i++) {
		log_in(c, &people[i % N_PEOPLE]);
		add_post(c, post_texts[i % N_POSTS], (unsigned)i, 1 + i % 3);
	}
}

/* Everybody follows the next three, and a tag of theirs. */
static void
follow(struct client *c)
{
	char body[100], path[64];
	size_t i, k;

	for (i = 0; i < N_PEOPLE; i++) {
		log_in(c, &people[i]);
		for (k = 1; k <= 3; k++) {
			snprintf(body, sizeof(body), "{\"username\":\"%s\"}",
			    people[(i + k) % N_PEOPLE].name);
			(void)demo_call(c, POST,
			    "/api/pinterestAccounts/follow",
			    "application/json", str_of(body));
		}
		snprintf(path, sizeof(path), "/api/tags/%zu/follow_tag",
		    1 + i % 4);
		(void)demo_call(c, POST, path, "application/json", STR("{}"));
	}
}

static bool
is_done(struct client *c)
{
	struct req rq;
	struct row row;

	work_begin(&c->work, &rq, "demo");
	return pg_finish(&rq, pg_row(&rq,
	    q_people_named(str_of(people[0].name), 0), &row)) == OK;
}

static void
fill(struct client *c, const struct command_line *line)
{
	struct folder f = { .keep = arena_open(8 << 20) };
	size_t i;
	int k;

	for (i = 0; i < N_PEOPLE; i++) {
		sign_up(c, &people[i]);
		add_board(c, board_titles[i % N_BOARDS], &f.boards[i][0],
		    f.keep);
		add_board(c, board_titles[(i + 2) % N_BOARDS],
		    &f.boards[i][1], f.keep);
	}
	add_drawn(c, &f, DEMO_DRAWN);
	for (k = 0; k + 1 < line->argc; k += 2)
		add_photographs(c, &f, line->argv[k + 1]);
	add_posts(c);
	follow(c);
	demo_talk(c);
	arena_close(f.keep);
	if (c->failed == 0)
		printf("%d pins by %d people\n", f.pins, N_PEOPLE);
}

/* 1: a million pins by 100,000 people. */
static int
fill_to_scale(const char *text)
{
	char *end;
	double size = strtod(text, &end);

	if (end == text || *end != '\0' || !(size > 0 && size <= 10)) {
		fprintf(stderr, "demo: --scale is a number over 0, at most 10: "
		    "1 is a million pins\n");
		return 2;
	}
	return migrate_fill(size) ? 0 : 1;
}

int
command_demo(const struct command_line *line)
{
	struct client c = { 0 };
	int i;

	if (line->argc == 2 && strcmp(line->argv[0], "--scale") == 0)
		return fill_to_scale(line->argv[1]);
	for (i = 0; i < line->argc; i += 2)
		if (strcmp(line->argv[i], "--pictures") != 0 ||
		    i + 1 == line->argc) {
			fprintf(stderr, "demo: --pictures DIR..., or --scale "
			    "SIZE\n");
			return 2;
		}
	work_open(&c.work, 8 << 20);
	buf_open(&c.keep, 4096);
	conf.limit_scale = 1000000;
	conf.log_level = 0;
	if (!serve_open(true))
		return 1;
	if (!is_done(&c))
		fill(&c, line);
	printf("log in as %s with the password %s\n", people[0].mail,
	    PASSWORD);
	work_close(&c.work);
	buf_close(&c.keep);
	serve_close();
	return c.failed == 0 ? 0 : 1;
}
