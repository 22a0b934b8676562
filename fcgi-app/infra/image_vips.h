/*
 * libvips's header beside banned.h: GLib defines alloca anew, which banned.h
 * does not let pass, so that one header of GLib is passed over.
 */
#ifndef INFRA_IMAGE_VIPS_H
#define INFRA_IMAGE_VIPS_H

#define __G_ALLOCA_H__
#include <vips/vips.h>

#include <vips/vector.h>

/* g_autoptr(VipsImage) drops its reference at the end of its block. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VipsImage, g_object_unref)

#endif
