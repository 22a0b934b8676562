/*
 * Calls of the API.
 *
 * The login is a cookie that scripts cannot read; what changes something says
 * by a header that it comes from this application.  A login ends after 15
 * minutes unless it is renewed: that is done in good time (session.ts), and
 * once more when an answer is 401, after which the call is repeated; if it
 * has ended for good, the reader is asked to log in, and then it is repeated.
 * A failure is thrown as an ApiError, whatever its cause.
 */
import { takeFirst } from './first';
import type { User } from './types';
import { language, t } from './words';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type FieldErrors = Record<string, string[]>;

export interface Call {
	body?: unknown;
	signal?: AbortSignal;
}

/* status 0: the network or the reader's machine is at fault. */
export class ApiError extends Error {
	constructor(readonly status: number, message: string,
		readonly fields: FieldErrors = {}, readonly retryAfter = 0) {
		super(message);
	}
}

export function isAbort(e: unknown): boolean {
	return e instanceof DOMException && e.name === 'AbortError';
}

export function asApiError(e: unknown): ApiError {
	return e instanceof ApiError ? e : new ApiError(0, t('error.unknown'));
}

export function errorOf(status: number, body: unknown,
	retryAfter: number): ApiError {
	if (typeof body !== 'object' || body === null)
		return new ApiError(status, wordsOf(status), {}, retryAfter);
	if ('detail' in body)
		return new ApiError(status, String(body.detail), {}, retryAfter);
	const fields: FieldErrors = {};
	for (const [name, reasons] of Object.entries(body))
		fields[name] = [reasons].flat().map(String);
	const first = Object.values(fields)[0]?.[0] ?? wordsOf(status);
	return new ApiError(status, first, fields, retryAfter);
}

function wordsOf(status: number): string {
	if (status === 429)
		return t('error.too_many');
	return t(status >= 500 ? 'error.server' : 'error.unknown');
}

export const headers = (): Record<string, string> => ({
	'X-Requested-With': 'pinwall',
	'Accept-Language': language,
});

/* An answer and its body, which is read in any case: unread, it would hold its
 * connection. */
interface Answered {
	answer: Response;
	body: unknown;
}

async function send(method: Method, path: string, call: Call):
	Promise<Answered> {
	const init: RequestInit = { method, headers: headers() };
	if (call.signal)
		init.signal = call.signal;
	if (call.body instanceof FormData)
		init.body = call.body;
	else if (call.body !== undefined) {
		init.body = JSON.stringify(call.body);
		init.headers = { ...headers(), 'Content-Type': 'application/json' };
	}
	try {
		const answer = await fetch(`/api/${path}`, init);
		return { answer, body: bodyOf(await answer.text()) };
	} catch (e) {
		if (isAbort(e))
			throw e;
		throw new ApiError(0, t('error.network'));
	}
}

function bodyOf(text: string): unknown {
	try {
		return text === '' ? null : JSON.parse(text);
	} catch {
		return null;
	}
}

const failure = ({ answer, body }: Answered): ApiError =>
	errorOf(answer.status, body,
		Number(answer.headers.get('Retry-After')) || 0);

let renewing: Promise<User | null> | null = null;

/* Renews the login, once for all who ask at the same time: whose it is, or null
 * if it has ended for good.  What cannot be asked now may still be renewed. */
export function renew(): Promise<User | null> {
	renewing ??= send('POST', 'session/refresh', {})
		.then((now) => {
			if (!now.answer.ok && now.answer.status !== 401)
				throw failure(now);
			return now.answer.ok ? (now.body as { user: User }).user : null;
		}).finally(() => { renewing = null; });
	return renewing;
}

/* Asks the reader to log in again; true when that is done. */
let askLogin: () => Promise<boolean> = () => Promise.resolve(false);

export function onLoginLost(ask: () => Promise<boolean>): void {
	askLogin = ask;
}

async function ask(method: Method, path: string, call: Call):
	Promise<Answered> {
	let now = await send(method, path, call);
	if (now.answer.status === 401 && !path.startsWith('session') &&
		(await renew() || await askLogin()))
		now = await send(method, path, call);
	if (!now.answer.ok)
		throw failure(now);
	return now;
}

/* The shape of an answer is the contract of the API: it is not checked. */
export async function api<T>(method: Method, path: string, call: Call = {}):
	Promise<T> {
	return (await ask(method, path, call)).body as T;
}

/* What may fail without a word: null then, and nobody is asked to log in. */
export async function peek<T>(path: string): Promise<T | null> {
	try {
		let now = await send('GET', path, {});
		if (now.answer.status === 401 && await renew())
			now = await send('GET', path, {});
		return now.answer.ok ? now.body as T : null;
	} catch {
		return null;
	}
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
	const first = takeFirst(path) as T | undefined;
	return first === undefined ? api<T>('GET', path, signal ? { signal } : {})
		: Promise.resolve(first);
}

/* What a page of a list holds, and the query of the page after it. */
export interface Page<T> {
	results: T[];
	next: string | null;
}

/* The API names the whole address of the next page: its query is enough. */
export function nextOf(path: string, next: string | null): string | null {
	return next === null ? null
		: path.split('?')[0] + new URL(next, location.href).search;
}

/* A page of a list that is a bare array; the next one is told in its header. */
export async function getArray<T>(path: string): Promise<Page<T>> {
	const { answer, body } = await ask('GET', path, {});
	const next = answer.headers.get('Link')?.match(/<([^>]*)>;\s*rel="?next/)?.[1] ?? null;
	return { results: body as T[], next: nextOf(path, next) };
}

/* All of such a list. */
export async function getAll<T>(path: string): Promise<T[]> {
	const all: T[] = [];
	for (let next: string | null = path; next !== null;) {
		const page: Page<T> = await getArray<T>(next);
		all.push(...page.results);
		next = page.next;
	}
	return all;
}

/*
 * A switch that is turned at once and told to the server after: rapid turns
 * send one call at a time and end with the last one wished.  A refused call
 * turns it back.  False: it was turned again meanwhile, and is not as wished.
 */
const turns = new Map<string, boolean>();

export async function turn(key: string, on: boolean,
	show: (on: boolean) => void, tell: (on: boolean) => Promise<unknown>):
	Promise<boolean> {
	const busy = turns.has(key);
	turns.set(key, on);
	show(on);
	if (busy)
		return true;
	let told = !on;
	try {
		while (turns.get(key) !== told) {
			const wish = turns.get(key) === true;
			await tell(wish);
			told = wish;
		}
		return told === on;
	} catch (e) {
		show(told);
		throw e;
	} finally {
		turns.delete(key);
	}
}
