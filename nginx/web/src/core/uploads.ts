/*
 * Pins on their way to the server: a queue that goes on while one looks at
 * other pages.  Two are sent at a time.  What can be known before sending is
 * said before: kind, size and pixels of a file, what is at an address, and that
 * one has a picture already.
 */
import { signal } from '@preact/signals';
import { ApiError, asApiError, errorOf, get, headers, renew } from './api';
import { type ImageLook, lookAt, type PageLook } from './looks';
import { countNew, rememberBoard } from './saves';
import type { BoardName, Pin, Twin } from './types';
import { t } from './words';

export type UploadState = 'draft' | 'queued' | 'sending' | 'done' | 'failed';

export interface Upload {
	id: number;
	file: File | null;
	url: string;
	/* An address of the browser's own for the picture, or ''. */
	preview: string;
	/* What is at the address is being asked for. */
	looking: boolean;
	/* A pin of one's own with this picture, known before it is sent. */
	twin: Twin | null;
	title: string;
	alt: string;
	state: UploadState;
	progress: number;
	error: string;
	/* The file can never be accepted: nothing to try again. */
	refused: boolean;
	pin: Pin | null;
	duplicate: boolean;
}

export const uploads = signal<Upload[]>([]);
/* A page whose pictures are chosen from. */
export const pageShown = signal<(PageLook & { url: string }) | null>(null);

const kinds = /^image\/(jpeg|png|gif|webp|avif|heic|heif)$/;
const maxBytes = 20 * 1024 * 1024;
const maxPixels = 50e6;
export const maxFiles = 30;
const atOnce = 2;

const running = new Map<number, XMLHttpRequest>();
let number = 0;

function change(id: number, what: Partial<Upload>): void {
	uploads.value = uploads.value.map((one) =>
		one.id === id ? { ...one, ...what } : one);
}

export function setTitle(id: number, title: string): void {
	change(id, { title });
}

export function setAlt(id: number, alt: string): void {
	change(id, { alt });
}

function draft(what: Partial<Upload>): Upload {
	return {
		id: ++number, file: null, url: '', preview: '', looking: false,
		twin: null, title: '', alt: '',
		state: 'draft', progress: 0, error: '', refused: false, pin: null,
		duplicate: false, ...what,
	};
}

function titleOf(file: File): string {
	const name = file.name.replace(/\.\w+$/, '').replace(/[_-]+/g, ' ').trim();
	return /^(image|img|dsc|photo|screenshot)?[\d\s()]*$/i.test(name)
		? '' : name.slice(0, 100);
}

/* What is wrong with a file before it is sent; '' if nothing is. */
export function fileFault(file: File): string {
	if (!kinds.test(file.type))
		return t('upload.kind');
	return file.size > maxBytes ? t('upload.size') : '';
}

export const tooManyPixels = (width: number, height: number): boolean =>
	width * height > maxPixels;

export async function addFiles(files: Iterable<File>): Promise<void> {
	for (const file of files) {
		const waiting = uploads.value.filter((one) => one.state !== 'done');
		if (waiting.length >= maxFiles)
			return;
		const error = fileFault(file);
		const one = draft({ file, title: titleOf(file), error,
			preview: error ? '' : URL.createObjectURL(file),
			refused: error !== '', state: error ? 'failed' : 'draft' });
		uploads.value = [...uploads.value, one];
		if (!error) {
			await checkPixels(one.id, file);
			void checkTwin(one.id, file);
		}
	}
}

/* By the digest of the file, which the browser makes on secure pages alone.
 * What fails here is told when the pin is made. */
async function checkTwin(id: number, file: File): Promise<void> {
	try {
		const digest = await crypto.subtle.digest('SHA-256',
			await file.arrayBuffer());
		const hex = [...new Uint8Array(digest)]
			.map((byte) => byte.toString(16).padStart(2, '0')).join('');
		const { duplicate_of: twin } = await get<{ duplicate_of?: Twin }>(
			`pins/known?sha256=${hex}`);
		if (twin)
			change(id, { twin });
	} catch {
		/* It is only a notice. */
	}
}

/* What the browser cannot decode, the server may: it is not refused here. */
async function checkPixels(id: number, file: File): Promise<void> {
	const image = await createImageBitmap(file).catch(() => null);
	if (image && tooManyPixels(image.width, image.height))
		change(id, { state: 'failed', refused: true,
			error: t('upload.pixels') });
	image?.close();
}

const shownBy = (look: ImageLook): Partial<Upload> =>
	({ looking: false, preview: look.shown, twin: look.twin });

/* A picture becomes a draft; a page shows what there is to choose from. */
export function addUrl(url: string): void {
	const one = draft({ url, looking: true });
	uploads.value = [...uploads.value, one];
	void lookFor(one);
}

async function lookFor(one: Upload): Promise<void> {
	try {
		const look = await lookAt(one.url);
		if (look.kind === 'image')
			return change(one.id, shownBy(look));
		if (uploads.value.some((upload) => upload.id === one.id))
			pageShown.value = { ...look, url: one.url };
		drop(one.id);
	} catch (e) {
		const error = asApiError(e);
		change(one.id, { looking: false, state: 'failed',
			error: error.message, refused: error.status === 400 });
	}
}

/* Pictures of a page, which were looked at. */
export function addImages(images: ReadonlyMap<string, ImageLook>,
	title: string): void {
	const found = [...images].map(([url, look]) =>
		draft({ url, title, ...shownBy(look) }));
	uploads.value = [...uploads.value, ...found];
	pageShown.value = null;
}

export function drop(id: number): void {
	running.get(id)?.abort();
	running.delete(id);
	const one = uploads.value.find((upload) => upload.id === id);
	if (one?.file && one.preview)
		URL.revokeObjectURL(one.preview);
	uploads.value = uploads.value.filter((upload) => upload.id !== id);
	next();
}

/* What is published is not listed for ever. */
export function dropDone(): void {
	for (const one of uploads.value)
		if (one.state === 'done')
			drop(one.id);
}

/* Leaving the site asks first while something is not published. */
addEventListener('beforeunload', (e) => {
	if (uploads.value.some((one) => one.state !== 'done' && !one.refused))
		e.preventDefault();
});

let board: BoardName | null = null;

export const isReady = (one: Upload): boolean =>
	one.state === 'draft' && !one.looking && one.title.trim() !== '';

/* Sends all drafts that have a title. */
export function publish(to: BoardName | null): void {
	board = to;
	if (to)
		rememberBoard(to);
	for (const one of uploads.value)
		if (isReady(one))
			change(one.id, { state: 'queued', error: '' });
	next();
}

/* An address that could not be looked at is looked at again. */
export function retry(id: number): void {
	const one = uploads.value.find((upload) => upload.id === id);
	if (one?.url && !one.preview) {
		change(id, { state: 'draft', looking: true, error: '' });
		void lookFor(one);
		return;
	}
	change(id, { state: 'queued', error: '', progress: 0 });
	next();
}

export function retryAll(): void {
	for (const one of uploads.value)
		if (one.state === 'failed' && !one.refused)
			retry(one.id);
}

function next(): void {
	for (const one of uploads.value)
		if (one.state === 'queued' && running.size < atOnce)
			void send(one, false);
}

function formOf(one: Upload): FormData {
	const form = new FormData();
	form.set('title', one.title.trim());
	if (one.alt.trim())
		form.set('alt', one.alt.trim());
	if (board)
		form.set('board', String(board.id));
	if (one.file)
		form.set('image', one.file, one.file.name);
	else
		form.set('image_url', one.url);
	return form;
}

async function send(one: Upload, again: boolean): Promise<void> {
	change(one.id, { state: 'sending', progress: 0 });
	const to = board;
	try {
		const pin = await post(one);
		const twin = (pin as Pin & { duplicate_of?: unknown }).duplicate_of;
		change(one.id, { state: 'done', progress: 1, pin,
			duplicate: twin !== undefined && twin !== null });
		if (to)
			countNew(pin, to);
	} catch (e) {
		const error = asApiError(e);
		if (error.status === 401 && !again &&
			await renew().catch(() => null))
			return send(one, true);
		if (running.has(one.id))
			change(one.id, { state: 'failed', error: error.message });
	}
	running.delete(one.id);
	next();
}

/* fetch() tells no progress of what it sends. */
function post(one: Upload): Promise<Pin> {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		running.set(one.id, request);
		request.open('POST', '/api/pins/');
		for (const [name, value] of Object.entries(headers()))
			request.setRequestHeader(name, value);
		request.responseType = 'json';
		request.upload.onprogress = (e) => {
			if (e.lengthComputable)
				change(one.id, { progress: e.loaded / e.total });
		};
		request.onload = () => {
			if (request.status === 201)
				resolve(request.response as Pin);
			else
				reject(errorOf(request.status, request.response,
					Number(request.getResponseHeader('Retry-After')) || 0));
		};
		request.onerror = () => reject(new ApiError(0, t('error.network')));
		request.onabort = () => reject(new ApiError(0, ''));
		request.send(formOf(one));
	});
}

/* The #words of a title, which become its tags. */
export function tagsOf(title: string): string[] {
	return [...title.matchAll(/#([a-zA-Z\dㄱ-힣]+)/g)]
		.map((found) => found[1] as string);
}
