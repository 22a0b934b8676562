/*
 * A list of pins that grows as one scrolls.
 *
 * The feeds of the pages that were shown last are kept by the key of their
 * history entry, and the one on show is written to the session's store when
 * the page is left, so that back, forward and reload show what was there.
 */
import { type Signal, signal } from '@preact/signals';
import { type ApiError, asApiError, get, isAbort, nextOf, type Page }
	from '../core/api';
import { takeFirst } from '../core/first';
import { onLeave } from '../core/router';
import { cardOf, isPost } from '../core/cards';
import type { Pin, StylePost } from '../core/types';

export type FeedState = 'idle' | 'loading' | 'error' | 'end';

interface Kept {
	source: string;
	items: Pin[];
	next: string | null;
}

/* Lists hold pins, or style posts, whose cards are shown as those of pins. */
type Listed = Pin | StylePost;

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
	take(page: Page<Listed> | Listed[]): void {
		const [list, next] = Array.isArray(page) ? [page, null]
			: [page.results, nextOf(this.source, page.next)];
		this.add(list.map((one) => isPost(one) ? cardOf(one) : one), next);
	}

	/* The next page; nothing while one is on its way. */
	async more(): Promise<void> {
		if (this.next === null || this.state.value === 'loading' ||
			this.wait() > 0)
			return;
		this.state.value = 'loading';
		this.abort = new AbortController();
		try {
			this.take(await get<Page<Listed> | Listed[]>(this.next,
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
	const first = takeFirst(source) as Page<Listed> | Listed[] |
		undefined;
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

/* Takes pins out of all lists; what it returns puts them back. */
export function takeOut(which: (pin: Pin) => boolean): () => void {
	const before = [...feeds.values()]
		.map((feed) => ({ feed, items: feed.items.value }))
		.filter(({ items }) => items.some(which));
	for (const { feed, items } of before)
		feed.items.value = items.filter((pin) => !which(pin));
	return () => {
		for (const { feed, items } of before) {
			const newer = feed.items.value
				.filter((pin) => !items.includes(pin));
			feed.items.value = [...items, ...newer];
		}
	};
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
