/*
 * A style post on its way: its pictures, checked before they are sent, and the
 * one call that makes it.
 */
import { ApiError, errorOf, headers, renew } from './api';
import { maxPictures } from './styles';
import type { StylePost } from './types';
import { fileFault, tooManyPixels } from './uploads';
import { t } from './words';

export interface Chosen {
	id: number;
	title: string;
	file: File;
	/* An address of the browser's own. */
	preview: string;
	width: number;
	height: number;
}

let number = 0;

async function look(file: File): Promise<Chosen> {
	const fault = fileFault(file);
	if (fault)
		throw new ApiError(0, `${file.name}: ${fault}`);
	/* What the browser cannot decode, the server may. */
	const image = await createImageBitmap(file).catch(() => null);
	const { width, height } = image ?? { width: 1, height: 1 };
	image?.close();
	if (tooManyPixels(width, height))
		throw new ApiError(0, `${file.name}: ${t('upload.pixels')}`);
	return { id: ++number, title: file.name, file,
		preview: URL.createObjectURL(file), width, height };
}

/* The files that can be sent beside those there are; told: what is wrong with
 * the others. */
export async function choose(files: File[], there: number,
	told: (e: unknown) => void): Promise<Chosen[]> {
	const found: Chosen[] = [];
	for (const file of files) {
		if (there + found.length === maxPictures) {
			told(new ApiError(0, t('style.most', { n: maxPictures })));
			break;
		}
		try {
			found.push(await look(file));
		} catch (e) {
			told(e);
		}
	}
	return found;
}

export function forget(chosen: Chosen): void {
	URL.revokeObjectURL(chosen.preview);
}

interface Draft {
	content: string;
	ratio: number;
	pictures: Chosen[];
}

function formOf(draft: Draft): FormData {
	const form = new FormData();
	form.set('content', draft.content);
	form.set('image_ratio', String(draft.ratio));
	for (const one of draft.pictures)
		form.append('image', one.file, one.file.name);
	return form;
}

/* fetch() tells no progress of what it sends. */
function send(draft: Draft, progress: (share: number) => void):
	Promise<StylePost> {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		request.open('POST', '/api/styles/posts/');
		for (const [name, value] of Object.entries(headers()))
			request.setRequestHeader(name, value);
		request.responseType = 'json';
		request.upload.onprogress = (e) => {
			if (e.lengthComputable)
				progress(e.loaded / e.total);
		};
		request.onload = () => {
			if (request.status === 201)
				resolve(request.response as StylePost);
			else
				reject(errorOf(request.status, request.response,
					Number(request.getResponseHeader('Retry-After')) || 0));
		};
		request.onerror = () => reject(new ApiError(0, t('error.network')));
		request.send(formOf(draft));
	});
}

export async function publishPost(draft: Draft,
	progress: (share: number) => void): Promise<StylePost> {
	try {
		return await send(draft, progress);
	} catch (e) {
		if (e instanceof ApiError && e.status === 401 && await renew())
			return send(draft, progress);
		throw e;
	}
}
