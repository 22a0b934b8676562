/* Which file of a picture is shown, and how. */
import type { Media, Pin } from './types';

/* A title's words without its #tags; all of it if nothing else is left. */
export function plainTitle(title: string): string {
	const plain = title.replace(/#[a-zA-Z\dㄱ-힣]+/g, ' ')
		.replace(/\s+/g, ' ').trim();
	return plain === '' ? title : plain;
}

export function srcset(media: Media): string {
	return media.sizes.filter((size) => size.url.endsWith('.webp'))
		.map((size) => `${size.url} ${size.width}w`).join(', ');
}

/* The smallest file that is at least so wide. */
export function fileFor(pin: Pin, width: number): string {
	const found = pin.media.sizes.find((size) => size.width >= width);
	return found?.url ?? pin.image;
}

/* A smaller file beside one of which only the address is known. */
export function smaller(url: string, width: 236 | 474): string {
	return url.replace(/\/(736|1200)\.webp$/, `/${width}.webp`);
}

export function original(pin: Pin): string {
	return pin.media.sizes.at(-1)?.url ?? pin.image;
}
