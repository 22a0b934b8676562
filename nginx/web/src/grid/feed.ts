/*
 * A list of pins that grows as one scrolls.
 *
 * The feeds of the pages that were shown last are kept by the key of their
 * history entry, and the one on show is written to the session's store when
 * the page is left, so that back, forward and reload show what was there.
 */
import { type Signal, signal } from '@preact/signals';
import { type ApiError, asApiError, get, isAbort, type Page } from
	'../core/api';
import { takeFirst } from '../core/first';
import { onLeave } from '../core/router';
import type { Pin } from '../core/types';

export type FeedState = 'idle' | 'loading' | 'error' | 'end';

interface Kept {
	source: string;
	items: Pin[];
	next: string | null;
}

const keepFeeds = 12;
const keepInStore = 1000;

export class Feed {
	readonly items: Signal<Pin[]> = signal([]);
	readonly state: Signal<FeedState> = signal('idle');
	readonly error: Signal<ApiError | null> = signal(null);
	private next: string | null;
	private readonly seen = new Set<number>();
	private abort: AbortController | null = null;
	private retryAt = 0;

	/* source: the address below /api/ of the first page. */
	constructor(readonly source: string) {
		this.next = source;
	}

	add(pins: Pin[], next: string | null): void {
		const fresh = pins.filter((pin) => !this.seen.has(pin.id));
		for (const pin of fresh)
			this.seen.add(pin.id);
		this.items.value = [...this.items.value, ...fresh];
		this.next = next;
		this.state.value = next === null ? 'end' : 'idle';
	}

	/* A page as it was answered; lists without pages are one. */
	take(page: Page<Pin> | Pin[]): void {
		if (Array.isArray(page))
			this.add(page, null);
		else
			this.add(page.results, nextOf(this.source, page.next));
	}

	remove(id: number): void {
		this.items.value = this.items.value.filter((pin) => pin.id !== id);
	}

	/* The next page; nothing while one is on its way. */
	async more(): Promise<void> {
		if (this.next === null || this.state.value === 'loading' ||
			Date.now() < this.retryAt)
			return;
		this.state.value = 'loading';
		this.abort = new AbortController();
		try {
			this.take(await get<Page<Pin> | Pin[]>(this.next,
				this.abort.signal));
		} catch (e) {
			this.failed(e);
		}
	}

	private failed(e: unknown): void {
		if (isAbort(e)) {
			this.state.value = 'idle';
			return;
		}
		const error = asApiError(e);
		this.retryAt = Date.now() + error.retryAfter * 1000;
		this.error.value = error;
		this.state.value = 'error';
	}

	/* Seconds until the server wants to be asked again. */
	wait(): number {
		return Math.max(0, Math.ceil((this.retryAt - Date.now()) / 1000));
	}

	stop(): void {
		this.abort?.abort();
	}

	kept(): Kept {
		const items = this.items.value.slice(0, keepInStore);
		const all = items.length === this.items.value.length;
		return { source: this.source, items, next: all ? this.next : null };
	}
}

/* The API names the whole address of the next page: its query is enough. */
function nextOf(source: string, next: string | null): string | null {
	if (next === null)
		return null;
	const path = source.split('?')[0] ?? '';
	return path + new URL(next, location.href).search;
}

const feeds = new Map<string, Feed>();

function nameOf(key: string, source: string): string {
	return `feed ${key} ${source}`;
}

/* The feed of an entry of the history: as it was, if it was there before. */
export function feedOf(key: string, source: string): Feed {
	const name = nameOf(key, source);
	const feed = feeds.get(name) ?? stored(name) ?? firstOf(source) ??
		new Feed(source);
	feeds.delete(name);
	feeds.set(name, feed);
	for (const old of feeds.keys()) {
		if (feeds.size <= keepFeeds)
			break;
		feeds.delete(old);
	}
	return feed;
}

function stored(name: string): Feed | null {
	const text = sessionStorage.getItem(name);
	if (!text)
		return null;
	const kept = JSON.parse(text) as Kept;
	const feed = new Feed(kept.source);
	feed.add(kept.items, kept.next);
	return feed;
}

/* The first page, if it stands in the document: shown with the first frame. */
function firstOf(source: string): Feed | null {
	const first = takeFirst(source) as Page<Pin> | Pin[] | undefined;
	if (first === undefined)
		return null;
	const feed = new Feed(source);
	feed.take(first);
	return feed;
}

/* Forgets what pages showed, after something changed that they list. */
export function forgetFeeds(): void {
	feeds.clear();
	for (const name of Object.keys(sessionStorage))
		if (name.startsWith('feed '))
			sessionStorage.removeItem(name);
}

/* Forgets one feed, which is then made anew. */
export function forgetFeed(key: string, source: string): void {
	feeds.delete(nameOf(key, source));
	sessionStorage.removeItem(nameOf(key, source));
}

export function forgetPin(id: number): void {
	for (const feed of feeds.values())
		feed.remove(id);
}

function save(key: string): void {
	for (const [name, feed] of feeds) {
		if (!name.startsWith(`feed ${key} `) || !feed.items.value.length)
			continue;
		try {
			sessionStorage.setItem(name, JSON.stringify(feed.kept()));
		} catch {
			forgetStored();
		}
	}
}

/* The store is full: what was kept of other pages goes. */
function forgetStored(): void {
	for (const name of Object.keys(sessionStorage))
		if (name.startsWith('feed '))
			sessionStorage.removeItem(name);
}

onLeave(save);
