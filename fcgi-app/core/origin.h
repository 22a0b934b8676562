/*
 * Our own pages, told from other sites'.
 *
 * A browser sends a site's cookies with requests that other sites' pages make
 * it send.  What it does not do for them: add a header of its own to a
 * request (that needs the leave of cors.h, which is never given for this
 * one), or lie about where the page is from, which it tells in Origin
 * (https://www.rfc-editor.org/rfc/rfc6454) and Sec-Fetch-Site
 * (https://www.w3.org/TR/fetch-metadata/).
 *
 * It does not tell who is asking, and says nothing of programs that are no
 * browsers: they send what they like, and have no cookies of others.
 */
#ifndef CORE_ORIGIN_H
#define CORE_ORIGIN_H

#include "req.h"

/* Is it certain that no other site's page made the browser send this?  All of
 *   X-Requested-With: pinwall
 *   Origin that of conf.public_url, or none
 *   Sec-Fetch-Site same-origin or none, or not there. */
bool origin_is_own_page(const struct req *rq);

#endif
