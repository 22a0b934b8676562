/*
 * What people of the demo say to each other: a few words about themselves,
 * likes, bookmarks, comments, replies.
 *
 * It is done after the pictures were drawn: pin n is the nth of them, and its
 * owner the person n - 1, counted round and round.
 */
#include "commands_demo.h"

#include <stdio.h>

static const char *const introductions[] = {
	"이 사이트를 둘러보는 사람입니다.",
	"하늘 사진을 모읍니다. 맑은 날도 흐린 날도 좋아요.",
	"Designer in Seoul. Calm colours, few words.",
	"여행지의 아침을 찾아다닙니다.",
	"필름과 디지털, 둘 다 찍습니다.",
	"I collect light.",
	"바다와 안개 #바다",
	"Long walks, small pictures.",
};

/* Who says it about which pin, and who answers what. */
static const struct said {
	size_t who;
	int pin;
	const char *text, *reply;
	size_t by;
} said[] = {
	{ 1, 1, "노을 색이 정말 곱네요. 어디에서 보신 건가요?",
	    "강릉 가는 길이었어요!", 0 },
	{ 5, 1, "This is how every day should end.", NULL, 0 },
	{ 2, 10, "안개가 걷히기 직전 같아요. @하늘", "맞아요, 딱 5분이었어요.",
	    1 },
	{ 0, 18, "배경화면으로 쓰고 있어요. 고맙습니다!", NULL, 0 },
	{ 7, 12, "The violet is unreal. @june.lee is this edited?",
	    "조금 어둡게만 했습니다 :)", 3 },
	{ 3, 30, "I would walk there tomorrow.", "Take me with you.", 5 },
	{ 6, 3, "밤인데도 따뜻해 보여요.", NULL, 0 },
	{ 4, 40, "The layers of the ridge! @tom_walker",
	    "Took an hour to get up there.", 7 },
	{ 0, 11, "이런 초록은 오랜만이에요.", "비 온 다음 날이라 그래요.", 2 },
	{ 1, 56, "Saved this to my board of calm things.", NULL, 0 },
	{ 2, 65, "demo님 사진은 언제나 제목이 좋아요.", "고마워요!", 0 },
	{ 6, 65, "저도 같은 곳에 가 봤어요 #여행", NULL, 0 },
};
#define N_SAID (sizeof(said) / sizeof(said[0]))

static void
introduce(struct client *c, size_t person)
{
	char body[300];

	snprintf(body, sizeof(body), "{\"introduction\":\"%s\"}",
	    introductions[person]);
	(void)demo_call(c, PATCH, "/api/rest-auth/user", "application/json",
	    str_of(body));
}

/* Likes and bookmarks of others' pins, some more than others. */
static void
like(struct client *c, size_t person)
{
	char path[64];
	int pin;

	for (pin = 1; pin <= DEMO_DRAWN; pin++) {
		if ((size_t)(pin - 1) % DEMO_PEOPLE == person ||
		    (pin * 7 + (int)person * 5) % 11 > 3)
			continue;
		snprintf(path, sizeof(path), "/api/items/%d/like", pin);
		(void)demo_call(c, PUT, path, "application/json", STR("{}"));
		if ((pin + (int)person) % 4 != 0)
			continue;
		snprintf(path, sizeof(path), "/api/items/%d/bookmark", pin);
		(void)demo_call(c, PUT, path, "application/json", STR("{}"));
	}
}

static struct str
say(struct client *c, const char *path, const char *text)
{
	char body[600];

	snprintf(body, sizeof(body), "{\"content\":\"%s\"}", text);
	return demo_call(c, POST, path, "application/json", str_of(body));
}

/* A comment, its reply, and a like of whoever answers. */
static void
converse(struct client *c, const struct said *one)
{
	char path[80], id[24];

	demo_log_in(c, one->who);
	snprintf(path, sizeof(path), "/api/items/%d/comments", one->pin);
	snprintf(id, sizeof(id), "%.*s",
	    STR_ARG(demo_member(say(c, path, one->text), "id")));
	if (one->reply == NULL)
		return;
	demo_log_in(c, one->by);
	snprintf(path, sizeof(path), "/api/comments/%s/replies", id);
	(void)say(c, path, one->reply);
	snprintf(path, sizeof(path), "/api/items/%s/like", id);
	(void)demo_call(c, PUT, path, "application/json", STR("{}"));
}

void
demo_talk(struct client *c)
{
	size_t i;

	for (i = 0; i < DEMO_PEOPLE; i++) {
		demo_log_in(c, i);
		introduce(c, i);
		like(c, i);
	}
	for (i = 0; i < N_SAID; i++)
		converse(c, &said[i]);
}
