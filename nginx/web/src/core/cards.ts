/* Style posts as cards of a wall. */
import { plainTitle } from './images';
import type { Media, Pin, StylePost } from './types';

const none: Media = { width: 1, height: 1, colour: '#888888', placeholder: '',
	animated: false, sizes: [] };

/* One line of its words, for titles and the names of pictures. */
export const lineOf = (post: StylePost): string =>
	plainTitle(post.content.replace(/\s+/g, ' '));

/* A picture of it in the form of a pin: what grid/Picture.tsx shows. */
export function pictureOf(post: StylePost, index: number): Pin {
	const media = post.media[index] ?? none;
	return {
		id: post.id, author: post.author, alt: '', boards: [], tag_set: post.tag_set,
		created_at: post.created_at, updated_at: post.updated_at,
		title: lineOf(post), image: post.images[index] ?? '', image_url: '',
		media,
	};
}

/* Its first picture in a frame of its ratio. */
export function cardOf(post: StylePost): Pin {
	const pin = pictureOf(post, 0);
	const width = Math.max(1, Math.round(pin.media.height * post.image_ratio));
	return { ...pin, media: { ...pin.media, width }, post };
}

export const pageOf = (pin: Pin): string =>
	`/${pin.post ? 'style' : 'pin'}/${pin.id}`;

/* The address itself, or one below it. */
export const isItsPage = (pin: Pin, path: string): boolean =>
	`${path}/`.startsWith(`${pageOf(pin)}/`);

export const isPost = (one: Pin | StylePost): one is StylePost =>
	'images' in one;
