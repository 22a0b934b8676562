/* When a certificate ends: of two that openssl made, and of what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "certificate.h"

#include <stdio.h>

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END "-----END CERTIFICATE-----\n"

/* Its end is a UTCTime. */
static const char near[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBfTCCASOgAwIBAgIUAvYo937YepR0lYFqak8xOhtRFBowCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJcGlucy50ZXN0MB4XDTI2MTEyMzAzMzUyN1oXDTM1MDIwOTAz\n"
    "MzUyN1owFDESMBAGA1UEAwwJcGlucy50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0D\n"
    "AQcDQgAEcHb7STMYKQEzJ/qVh9TgNfp5jR7BYlpZfwa/YZROQYeydceEtQrZVUoK\n"
    "+0W/y2wyda+0kLN2ZA2Z9IQCH4rgHKNTMFEwHQYDVR0OBBYEFNn2XXtLEKh6rmw6\n"
    "QlMknDcb53PnMB8GA1UdIwQYMBaAFNn2XXtLEKh6rmw6QlMknDcb53PnMA8GA1Ud\n"
    "EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgVWLodghaIRBIHM5tQXgFzQAp\n"
    "7RsVAh2A8JsUS1aSk+ECIQDhAN7z7HaZmvPc+kMITubeqS+Iht4DtP6WkdrpEHg+\n"
    "/Q==\n"
    "-----END CERTIFICATE-----\n";
#define NEAR_ENDS INT64_C(2054604927)

/* After 2049: a GeneralizedTime. */
static const char far[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBfzCCASWgAwIBAgIUdOebMh1zT+T4fCUyAkbda1lVFPswCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJcGlucy50ZXN0MCAXDTI2MTEyMzAzMzUyN1oYDzIxMjUwNjE3\n"
    "MDMzNTI3WjAUMRIwEAYDVQQDDAlwaW5zLnRlc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAARihfQmhyY6waWIZR/WNiRHD+XW+ayB5WZUGinMUoXNsSrpvI34biLt\n"
    "Brnetvm0vIuMUIw/1s+V5+YacdIuAR9Ho1MwUTAdBgNVHQ4EFgQUhECLhk+VNdjZ\n"
    "L8XUivMmMYBtqcMwHwYDVR0jBBgwFoAUhECLhk+VNdjZL8XUivMmMYBtqcMwDwYD\n"
    "VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBsc7Dlsra4asmNjYQRa8B2\n"
    "EEh/LohBaQKwq3QMJMb+3gIhAJlpz+hqd/TdXuF0WO0crfxMwVbklw28b4vCiCJC\n"
    "EXxn\n"
    "-----END CERTIFICATE-----\n";
#define FAR_ENDS INT64_C(4905804927)

static void
ends(void **state)
{
	(void)state;
	assert_int_equal(certificate_end_of(str_of(near)), NEAR_ENDS);
	assert_int_equal(certificate_end_of(str_of(far)), FAR_ENDS);
}

static void
the_first_counts(void **state)
{
	char text[4096];
	int n = snprintf(text, sizeof(text), "Subject: CN = pins\n%s%s", far,
	    near);

	(void)state;
	assert_int_equal(certificate_end_of((struct str){ text, (size_t)n }),
	    FAR_ENDS);
}

static void
what_is_none(void **state)
{
	static const char *const bad[] = { "", "-", BEGIN, BEGIN END,
		BEGIN "MIIB\n" END, "-----BEGIN PUBLIC KEY-----\nMIIB\n" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(certificate_end_of(str_of(bad[i])), 0);
	assert_int_equal(certificate_end("/nowhere/none.pem"), 0);
}

/* Whatever is cut off or changed, nothing beyond the text is read. */
static void
damage(void **state)
{
	char text[sizeof(near)];
	size_t i;
	int bit;

	(void)state;
	for (i = 0; i < sizeof(near) - 2; i++)
		if (certificate_end_of(str_sub(str_of(near), 0, i)) != 0)
			assert_true(i + 1 >= sizeof(near) - 2);
	for (i = sizeof(BEGIN); i < sizeof(near) - 1; i++)
		for (bit = 0; bit < 7; bit++) {
			memcpy(text, near, sizeof(text));
			text[i] ^= (char)(1 << bit);
			(void)certificate_end_of((struct str){ text,
				sizeof(text) - 1 });
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(ends),
		cmocka_unit_test(the_first_counts),
		cmocka_unit_test(what_is_none), cmocka_unit_test(damage) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
