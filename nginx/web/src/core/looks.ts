/*
 * What is at an address, asked of the server before a pin is made of it: a
 * picture, or a page with pictures.  Few are asked for at a time, and each
 * once; the picture that is shown is the browser's own copy (blob:), as pages
 * here show nothing from elsewhere.
 */
import { api } from './api';
import type { Twin } from './types';

export interface ImageLook {
	kind: 'image';
	width: number;
	height: number;
	shown: string; /* an address of the browser's own */
	twin: Twin | null;
}

export interface PageLook {
	kind: 'page';
	title: string;
	images: string[];
}

export type Look = ImageLook | PageLook;

interface ImageAnswer {
	kind: 'image';
	width: number;
	height: number;
	thumb: string;
	duplicate_of?: Twin;
}

const atOnce = 3;
const keep = 200;
const looks = new Map<string, Promise<Look>>();
const queue: (() => void)[] = [];
let running = 0;

function turn(): Promise<void> {
	if (running < atOnce) {
		running++;
		return Promise.resolve();
	}
	return new Promise((go) => { queue.push(go); });
}

/* Whoever waits takes the place. */
function done(): void {
	const next = queue.shift();
	if (next)
		next();
	else
		running--;
}

function blobOf(base64: string): string {
	const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
	return URL.createObjectURL(new Blob([bytes], { type: 'image/webp' }));
}

async function ask(url: string): Promise<Look> {
	await turn();
	try {
		const found = await api<ImageAnswer | PageLook>('POST', 'pins/preview',
			{ body: { image_url: url } });
		return found.kind === 'page' ? found : {
			kind: 'image', width: found.width, height: found.height,
			shown: blobOf(found.thumb), twin: found.duplicate_of ?? null,
		};
	} finally {
		done();
	}
}

async function forget(look: Promise<Look>): Promise<void> {
	const found = await look.catch(() => null);
	if (found?.kind === 'image')
		URL.revokeObjectURL(found.shown);
}

/* What failed is asked for again the next time. */
export function lookAt(url: string): Promise<Look> {
	const known = looks.get(url);
	if (known)
		return known;
	const look = ask(url);
	looks.set(url, look);
	look.catch(() => looks.delete(url));
	return look;
}

/* Pictures that nothing shows any more give their memory back. */
export function forgetLooks(): void {
	for (const [url, look] of looks) {
		if (looks.size <= keep)
			break;
		looks.delete(url);
		void forget(look);
	}
}
