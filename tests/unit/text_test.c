/*
 * The words of titles: the grammar title by title, other scripts, hostile
 * texts, refused dictionaries.  How well it does on titles in general is
 * measured by tests/words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "text.h"
#include "text_table.h"

#include <fcntl.h>
#include <sys/stat.h>

#define MOST 256

static struct text_word words[MOST + 1];

/* The words of a text, a space between them. */
static const char *
line_of(struct str title, const struct text_more *more, size_t most)
{
	static char line[MOST * (TEXT_WORD_MAX + 1) + 1];
	size_t n, i, at = 0;

	memset(words, 0x55, sizeof(words));
	n = text_words(title, more, words, most);
	assert_true(n <= most);
	assert_int_equal(words[most].n, 0x55);
	for (i = 0; i < n; i++) {
		assert_in_range(words[i].n, 1, TEXT_WORD_MAX);
		memcpy(line + at, words[i].p, words[i].n);
		at += words[i].n;
		line[at++] = ' ';
	}
	line[at > 0 ? at - 1 : 0] = '\0';
	return line;
}

struct example {
	const char *title, *words;
};

static void
check(const struct example *e)
{
	const char *line;
	int bad = 0;

	for (; e->title != NULL; e++) {
		line = line_of(str_of(e->title), NULL, MOST);
		if (strcmp(line, e->words) == 0)
			continue;
		print_error("%s\n  gives %s\n  not   %s\n", e->title, line,
		    e->words);
		bad++;
	}
	assert_int_equal(bad, 0);
}

/* Each a function of its own, so that a failure has a name. */
#define GRAMMAR(name, ...) \
static void \
name(void **state) \
{ \
	static const struct example list[] = { __VA_ARGS__, { NULL, NULL } }; \
\
	(void)state; \
	check(list); \
}

GRAMMAR(particles,
	{ "강아지", "강아지" }, { "강아지가", "강아지" },
	{ "고양이는", "고양이" }, { "고양이를", "고양이" },
	{ "시장에서", "시장" }, { "서울까지", "서울" },
	{ "서울에서의", "서울" }, { "서울에서부터는", "서울" },
	{ "학교에는", "학교" }, { "친구에게도", "친구" },
	{ "가위로", "가위" }, { "연필로", "연필" },
	{ "색연필과", "색연필" }, { "친구들과의", "친구" },
	{ "친구들에게까지도", "친구" }, { "도서관에서만의", "도서관" },
	{ "바다처럼", "바다" }, { "여름보다", "여름" },
	{ "아이마저", "아이" }, { "가을이나", "가을" },
	{ "할머니께서", "할머니" }, { "할머니께서는", "할머니" },
	{ "봄에", "봄" }, { "집에서는", "집" }, { "꽃과", "꽃" })

/* What looks like a particle and is the end of a noun. */
GRAMMAR(no_particles,
	{ "사과", "사과" }, { "바나나", "바나나" }, { "지도", "지도" },
	{ "요가", "요가" }, { "회의", "회의" }, { "진로", "진로" },
	{ "종이", "종이" }, { "작가", "작가" }, { "화가의", "화가" },
	{ "오로라를", "오로라" }, { "휴가에", "휴가" },
	{ "나들이", "나들이" }, { "사과와", "사과" },
	/* after a consonant ga is no particle, after a vowel i is none */
	{ "놀이", "놀이" }, { "떡볶이", "떡볶이" })

/* Names and loan words that no dictionary has. */
GRAMMAR(unknown,
	{ "쿠크다스", "쿠크다스" }, { "쿠크다스를", "쿠크다스" },
	{ "박막례의", "박막례" }, { "츠타야에서", "츠타야" },
	{ "레고랜드까지", "레고랜드" }, { "뽀로로와", "뽀로로" },
	{ "피그마로", "피그마" }, { "손흥민의", "손흥민" },
	{ "카르티에입니다", "카르티에" }, { "샤이니들", "샤이니" })

GRAMMAR(compounds,
	{ "서울여행코스", "서울 여행 코스" },
	{ "두부샐러드레시피", "두부 샐러드 레시피" },
	{ "캠핑용품모음", "캠핑 용품 모음" },
	{ "강아지옷", "강아지옷 강아지" }, { "강아지옷을", "강아지옷 강아지" },
	{ "북유럽풍", "북유럽" }, { "제주식", "제주" },
	{ "캠핑용", "캠핑" }, { "엄마표", "엄마" },
	{ "고객님들", "고객" }, { "츠타야서점", "츠타야 서점" })

GRAMMAR(verbs_of_nouns,
	{ "공부하다", "공부" }, { "공부하는", "공부" }, { "공부한", "공부" },
	{ "공부할", "공부" }, { "공부해요", "공부" }, { "공부했던", "공부" },
	{ "공부하고", "공부" }, { "공부합니다", "공부" },
	{ "공부하셨어요", "공부" }, { "공부하겠습니다", "공부" },
	{ "공부하기", "공부" }, { "공부함", "공부" }, { "공부하려면", "공부" },
	{ "완성되는", "완성" }, { "완성된", "완성" }, { "완성돼", "완성" },
	{ "연습시키기", "연습" }, { "추천받은", "추천" },
	{ "언박싱하는", "언박싱" }, { "자연스러운", "" },
	/* these say nothing */
	{ "시작하는", "" }, { "함께하는", "" }, { "따뜻한", "" },
	{ "시작", "시작" }, { "시작의", "시작" })

GRAMMAR(verbs,
	{ "먹다", "" }, { "먹는", "" }, { "먹은", "" }, { "먹을", "" },
	{ "먹었습니다", "" }, { "먹으면서", "" }, { "먹어요", "" },
	{ "가는", "" }, { "갔다", "" }, { "갑니다", "" }, { "간다", "" },
	{ "만드는", "" }, { "만든", "" }, { "만들어", "" }, { "만들었다", "" },
	{ "만드세요", "" }, { "만듭니다", "" }, { "만들면", "" },
	{ "그리는", "" }, { "그려", "" }, { "그렸던", "" },
	{ "보이는", "" }, { "배우는", "" }, { "읽고", "" }, { "찍기", "" },
	{ "드실", "" }, { "오셨습니다", "" }, { "계시는", "" },
	{ "만들어보았다", "" }, { "구워먹는", "" }, { "만들어주세요", "" },
	{ "들어간", "" }, { "돌아왔다", "" }, { "떠나온", "" })

/* Stems that change: p, t, s, h, reu, l, eu. */
GRAMMAR(irregular,
	{ "아름다운", "" }, { "아름다워", "" }, { "아름답고", "" },
	{ "도와주는", "" }, { "구우면", "" }, { "구운", "" },
	{ "들으면", "" }, { "들어요", "" }, { "걸어서", "" }, { "걷는", "" },
	{ "지은", "" }, { "지으면", "" }, { "지었다", "" },
	{ "하얀", "" }, { "하얘서", "" }, { "빨간", "" }, { "파라면", "" },
	{ "흘러", "" }, { "흐르는", "" }, { "몰라요", "" }, { "골랐다", "" },
	{ "서툰", "" }, { "긴", "" }, { "예뻐서", "" }, { "써서", "" },
	{ "이른", "" }, { "푸른", "" })

GRAMMAR(to_be,
	{ "강아지입니다", "강아지" }, { "학생이에요", "학생" },
	{ "학생이었던", "학생" }, { "아이였다", "아이" },
	{ "화가인", "화가" }, { "고양이예요", "고양이" },
	{ "선물일까요", "선물" }, { "여름이라서", "여름" },
	{ "학생이신", "학생" })

GRAMMAR(counted,
	{ "10곳", "" }, { "5가지", "" }, { "2인분", "" }, { "3마리 고양이", "고양이" },
	{ "세 마리", "" }, { "한 잔의 커피", "커피" }, { "두 번째 이야기", "이야기" },
	{ "스물다섯 살", "" }, { "10 곳", "" }, { "5월의 신부", "신부" },
	{ "20대 여자", "여자" }, { "2024년 달력", "2024 달력" })

/* Words that are a noun and a form of a verb: what stands beside decides. */
GRAMMAR(neighbours,
	{ "산 정상", "산 정상" }, { "서울에서 산 옷", "서울 옷" },
	{ "영어 듣기", "영어 듣기" }, { "듣기 좋은 음악", "음악" },
	{ "교통 사고", "교통 사고" }, { "사고 싶은 가방", "가방" })

GRAMMAR(nothing,
	{ "", "" }, { " \t\n", "" }, { "ㅋㅋㅋ", "" }, { "ㅠㅠ", "" },
	{ "ㅎㅏㄴ", "" }, { "!!! ... ♥★", "" }, { "꼭 아주 매우 함께", "" },
	{ "이것 저것 여기", "" }, { "및", "" }, { "12 345", "" })

GRAMMAR(english,
	{ "The Best Ideas for My Kitchen", "best idea kitchen" },
	{ "women's dresses and men's shoes", "woman dress man shoe" },
	{ "cats' boxes, dishes, churches, buses", "cat box dish church bus" },
	{ "movies cookies stories pies", "movie cookie story pie" },
	{ "tomatoes photos shelves leaves", "tomato photo shelf leaf" },
	{ "glass tennis virus series news", "glass tennis virus series news" },
	{ "don't can't I'm o'clock", "oclock" },
	{ "a b c", "" }, { "k-pop T-Shirt e-book", "kpop tshirt ebook" },
	{ "Spider-Man well-known", "spider man well known" },
	{ "l'amour d\xe2\x80\x99Orsay", "amour orsay" },
	{ "home_decor #DIY", "home decor diy" },
	{ "iPhone15 3D mp3 4k", "iphone15 3d mp3 4k" },
	{ "500ml 2nd 90s 11inch", "" }, { "in 1999 and 2024", "1999 2024" },
	{ "1234 99 2024.5.1", "2024" })

GRAMMAR(mixed,
	{ "K팝 댄스", "k팝 댄스" }, { "DIY화분", "diy 화분" },
	{ "BTS의 콘서트", "bts 콘서트" }, { "LG전자에서", "lg 전자" },
	{ "3D프린터", "3d 프린터" }, { "vlog찍기", "vlog" },
	{ "AI가 그린", "ai" }, { "T셔츠", "t셔츠" })

GRAMMAR(scripts,
	{ "Café Crème", "café crème" }, { "cafe\xcc\x81", "café" },
	{ "ΑΘΗΝΑ Москва", "αθηνα москва" }, { "straße", "strasse" },
	{ "ＦＵＬＬ ｗｉｄｔｈ", "full width" }, { "𝓯𝓪𝓷𝓬𝔂", "fancy" },
	{ "東京タワーの夜景", "東京 タワー 夜景" }, { "猫", "猫" },
	{ "さくら", "さくら" }, { "ｶﾒﾗ", "カメラ" },
	/* decomposed Hangul is the same */
	{ "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xbc\xe1\x84\x8b\xe1\x85\xa1"
	  "\xe1\x84\x8c\xe1\x85\xb5\xe1\x84\x85\xe1\x85\xb3\xe1\x86\xaf",
	  "강아지" },
	{ "🍓딸기🍰케이크", "딸기 케이크" }, { "soft\xc2\xadware", "software" })

/* Bytes that are no UTF-8 separate words. */
static void
broken_bytes(void **state)
{
	(void)state;
	assert_string_equal(line_of(STR("cat\xff" "dog\xe0\x80" "bird\xed\xa0"
	    "\x80" "fish\xf4\x90\x80\x80" "ant\xc3"), NULL, MOST),
	    "cat dog bird fish ant");
	assert_string_equal(line_of(STR("cat\0dog"), NULL, MOST), "cat dog");
	assert_string_equal(line_of((struct str){ NULL, 0 }, NULL, MOST), "");
}

static void
most(void **state)
{
	(void)state;
	assert_string_equal(line_of(STR("cat dog bird"), NULL, 2), "cat dog");
	assert_string_equal(line_of(STR("강아지 고양이 토끼"), NULL, 2),
	    "강아지 고양이");
	assert_string_equal(line_of(STR("강아지옷"), NULL, 1), "강아지옷");
	assert_string_equal(line_of(STR("cat"), NULL, 0), "");
	/* as often as they stand there */
	assert_string_equal(line_of(STR("cat Cat cats"), NULL, MOST),
	    "cat cat cat");
}

static void
long_words(void **state)
{
	char many[400];

	(void)state;
	memset(many, 'x', sizeof(many));
	text_words((struct str){ many, 90 }, NULL, words, MOST);
	assert_int_equal(words[0].n, TEXT_WORD_MAX);
	/* cut at a character */
	memcpy(many, "x", 1);
	for (int i = 0; i < 40; i++)
		memcpy(many + 1 + i * 2, "\xd0\xb6", 2);
	text_words((struct str){ many, 81 }, NULL, words, MOST);
	assert_int_equal(words[0].n, 59);
}

/* Tags are words. */

static bool
is_tag(void *of, struct str word)
{
	const char *const *tag = of;

	for (; *tag != NULL; tag++)
		if (str_eq(word, str_of(*tag)))
			return true;
	return false;
}

static void
tags(void **state)
{
	static const char *list[] = { "하니", "아무말", "서울여행", "는", NULL };
	const struct text_more more = { is_tag, list };

	(void)state;
	assert_string_equal(line_of(STR("하니 직캠"), NULL, MOST), "직캠");
	assert_string_equal(line_of(STR("하니의직캠 아무말들"), &more, MOST),
	    "하니 직캠 아무말");
	/* where the dictionary knows the parts, they stay findable */
	assert_string_equal(line_of(STR("서울여행 강아지는"), &more, MOST),
	    "서울 여행 강아지");
	assert_string_equal(line_of(STR("강아지"), &(struct text_more){ NULL,
	    NULL }, MOST), "강아지");
}

static void
normal(void **state)
{
	struct text_word w;

	(void)state;
	assert_true(text_normal(STR("HomeDecor"), &w));
	assert_true(str_eq(text_word_str(&w), STR("homedecor")));
	assert_true(text_normal(STR("\xe1\x84\x80\xe1\x85\xa1"), &w));
	assert_true(str_eq(text_word_str(&w), STR("가")));
	assert_true(text_normal(STR("ㅋㅋ"), &w));
	assert_true(str_eq(text_word_str(&w), STR("ㅋㅋ")));
	assert_true(text_normal(STR("\xc4\xb0stanbul"), &w));
	assert_true(str_eq(text_word_str(&w), STR("istanbul")));
	assert_false(text_normal(STR(""), &w));
	assert_false(text_normal(STR("\xff"), &w));
	assert_false(text_normal(STR("가나다라마바사아자차카타파하가나다라마바사"),
	    &w));
}

/* Ten times the text takes ten times as long, whatever it is made of; twice
 * that may be the machine's, a hundred times would be the square.  Of several
 * tries the best counts, as others use the machine too. */

static double
seconds_for(const char *text, size_t n)
{
	struct timespec a, b;
	double least = 1e9, took;
	int i;

	for (i = 0; i < 5; i++) {
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
		text_words((struct str){ text, n }, NULL, words, 1);
		text_words((struct str){ text, n }, NULL, words, MOST);
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
		took = (double)(b.tv_sec - a.tv_sec) +
		    (double)(b.tv_nsec - a.tv_nsec) / 1e9;
		least = took < least ? took : least;
	}
	return least;
}

#define BIG (1u << 20)

static void
hostile(void **state)
{
	static const char *const parts[] = {
		"\xcc\x81", "\xcc\x81\xcc\xa3", "a\xcc\x81", "ㅋ", "ㅎㅏ",
		"\xe1\x84\x80", "\xe1\x85\xa1", "는", "에서", "의 ", "이 ",
		"한", "하다", "ㅏ강", "\xff", "\xed\xa0\x80", "-", "'", "k-",
		"l'", "0", "0 ", "\xe2\x80\x8d", "\xef\xb7\xba ", "の", "ね ",
		"\xf0\x9d\x93\xaf", "\xef\xbc\xa1", "\xe0\xa6\xbe" };
	char *text = malloc(BIG);
	size_t i, j, n;
	double part, whole;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		n = strlen(parts[i]);
		for (j = 0; j + n <= BIG; j += n)
			memcpy(text + j, parts[i], n);
		part = seconds_for(text, j / 10);
		whole = seconds_for(text, j);
		if (whole > 20 * part + 0.0005)
			print_error("%zu %s: %.6f s, of a tenth %.6f s\n", i,
			    parts[i], whole, part);
		assert_true(whole <= 20 * part + 0.0005);
	}
	free(text);
}

/* A dictionary that is not as it was made is refused. */

static char *table_bytes;
static size_t table_size;

static void
read_table(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 32);
	struct stat st;
	int fd, i;

	assert_true(n > 0);
	path[n] = '\0';
	for (i = 0; i < 3; i++)
		*strrchr(path, '/') = '\0';
	memcpy(path + strlen(path), "/words.table", 13);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	table_size = (size_t)st.st_size;
	table_bytes = malloc(table_size);
	assert_non_null(table_bytes);
	assert_int_equal(read(fd, table_bytes, table_size), table_size);
	close(fd);
}

/* What is said of a file of these bytes, or NULL. */
static const char *
opening(const char *bytes, size_t n)
{
	char path[] = "/tmp/pinwall-table-XXXXXX";
	int fd = mkstemp(path);
	struct text_table t;
	const char *why;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
	why = text_table_open(&t, path);
	assert_true((why == NULL) == (t.head != NULL));
	text_table_close(&t);
	unlink(path);
	return why;
}

static void
refused(void **state)
{
	struct text_head *head;
	size_t i;

	(void)state;
	read_table();
	head = (struct text_head *)table_bytes;
	assert_null(opening(table_bytes, table_size));
	assert_string_equal(opening(table_bytes, 0), "is empty");
	assert_string_equal(opening("table", 5), "is no dictionary");
	assert_string_equal(opening(table_bytes, table_size - 1),
	    "is not whole");
	for (i = sizeof(*head); i < table_size; i += table_size / 50) {
		table_bytes[i] ^= 1;
		assert_string_equal(opening(table_bytes, table_size),
		    "is damaged");
		table_bytes[i] ^= 1;
	}
	head->form++;
	assert_string_equal(opening(table_bytes, table_size),
	    "is of another version");
	head->form--;
	head->slots = UINT32_MAX;
	assert_string_equal(opening(table_bytes, table_size), "is not whole");
	free(table_bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(particles),
		cmocka_unit_test(no_particles),
		cmocka_unit_test(unknown),
		cmocka_unit_test(compounds),
		cmocka_unit_test(verbs_of_nouns),
		cmocka_unit_test(verbs),
		cmocka_unit_test(irregular),
		cmocka_unit_test(to_be),
		cmocka_unit_test(counted),
		cmocka_unit_test(neighbours),
		cmocka_unit_test(nothing),
		cmocka_unit_test(english),
		cmocka_unit_test(mixed),
		cmocka_unit_test(scripts),
		cmocka_unit_test(broken_bytes),
		cmocka_unit_test(most),
		cmocka_unit_test(long_words),
		cmocka_unit_test(tags),
		cmocka_unit_test(normal),
		cmocka_unit_test(hostile),
		cmocka_unit_test(refused),
	};

	if (!text_open())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
