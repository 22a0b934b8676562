/*
 * Addresses and pages.
 *
 * Every entry of the history has a key of its own, under which lists keep
 * what they showed (grid/feed.ts) and the page its scroll position, so that
 * back and forward show a page as it was left.  The old page stays until the
 * script of the new one is here.
 */
import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';

export type Params = Record<string, string>;
export type PageType = ComponentType<{ params: Params }>;

export interface Place {
	key: string;
	path: string;
	query: URLSearchParams;
	params: Params;
	Page: PageType;
	/* Arrived by back, forward or reload: the scroll position is restored. */
	again: boolean;
}

export interface Route {
	path: string;
	load: () => PageType | Promise<PageType>;
}

interface Entry {
	key: string;
}

export const place = signal<Place | null>(null);
/* A page is on its way. */
export const going = signal(false);

let routes: [RegExp, Route['load']][] = [];
let missing: PageType;
let turnNumber = 0;
const leaving = new Set<(key: string) => void>();

/* `/pin/:id` -> a pattern with a group for each name. */
function patternOf(path: string): RegExp {
	return new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`);
}

function find(path: string): [Route['load'], Params] {
	for (const [pattern, load] of routes) {
		const found = pattern.exec(path);
		if (found)
			return [load, decoded(found.groups ?? {})];
	}
	return [() => missing, {}];
}

function decoded(groups: Params): Params {
	const params: Params = {};
	for (const [name, value] of Object.entries(groups)) {
		try {
			params[name] = decodeURIComponent(value);
		} catch {
			params[name] = value;
		}
	}
	return params;
}

function newKey(): string {
	return Math.random().toString(36).slice(2, 10);
}

function keyOfEntry(): string {
	const state = history.state as Entry | null;
	if (state?.key)
		return state.key;
	const key = newKey();
	history.replaceState({ key }, '');
	return key;
}

/* Runs before a page is left, with the key of its entry. */
export function onLeave(save: (key: string) => void): void {
	leaving.add(save);
}

export function leave(): void {
	if (place.value)
		for (const save of leaving)
			save(place.value.key);
}

async function show(again: boolean): Promise<void> {
	const mine = ++turnNumber;
	const key = keyOfEntry();
	const [load, params] = find(location.pathname);
	const query = new URLSearchParams(location.search);
	let Page = load();
	if (Page instanceof Promise) {
		going.value = true;
		Page = await Page.catch(() => missing);
		if (mine !== turnNumber)
			return;
	}
	going.value = false;
	place.value = { key, path: location.pathname, query, params, Page, again };
}

export function go(to: string, replace = false): void {
	leave();
	if (replace)
		history.replaceState({ key: newKey() }, '', to);
	else
		history.pushState({ key: newKey() }, '', to);
	void show(false);
}

/* Shows the page anew, with an entry in place of its own: what lists kept for
 * that is not asked for any more. */
export function again(): void {
	go(location.pathname + location.search, true);
}

function isPlainClick(e: MouseEvent): boolean {
	return e.button === 0 && !e.defaultPrevented &&
		!(e.metaKey || e.ctrlKey || e.shiftKey || e.altKey);
}

function onClick(e: MouseEvent): void {
	const link = e.target instanceof Element
		? e.target.closest('a') : null;
	if (!link || !isPlainClick(e) || link.target || link.download ||
		link.origin !== location.origin ||
		/^\/(api|media|swagger|redoc)\b/.test(link.pathname))
		return;
	if (link.hash && link.pathname === location.pathname)
		return;
	e.preventDefault();
	if (link.pathname + link.search !== location.pathname + location.search)
		go(link.pathname + link.search + link.hash);
	else if (scrollY > 0)
		window.scrollTo({ top: 0, behavior:
			matchMedia('(prefers-reduced-motion: reduce)').matches
				? 'instant' : 'smooth' });
	else
		again();
}

export function startRouter(list: Route[], none: PageType): void {
	routes = list.map((one) => [patternOf(one.path), one.load]);
	missing = none;
	history.scrollRestoration = 'manual';
	addEventListener('click', onClick);
	addEventListener('popstate', () => {
		leave();
		/* A part of the page that is shown has an entry without a key. */
		void show(history.state !== null);
	});
	addEventListener('pagehide', leave);
	void show(history.state !== null);
}
