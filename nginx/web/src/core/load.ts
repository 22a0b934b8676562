/* Something that a page shows, from the API. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type ApiError, asApiError, get, isAbort } from './api';
import { takeFirst } from './first';
import { me } from './session';

export interface Loaded<T> {
	data: Signal<T | null>;
	error: Signal<ApiError | null>;
	again: () => void;
}

/* What was loaded last, to be shown at once when one comes back. */
const recent = new Map<string, unknown>();
/* For whom that was: answers differ by who asks. */
let viewer: number | undefined;

/* What is known for who is logged in now; fresh: the document brought it. */
function known<T>(path: string): { data: T | null; fresh: boolean } {
	if (viewer !== me.value?.id) {
		viewer = me.value?.id;
		recent.clear();
	}
	const first = takeFirst(path);
	if (first !== undefined)
		remember(path, first);
	return { data: (recent.get(path) as T) ?? null,
		fresh: first !== undefined };
}

export function useLoad<T>(path: string): Loaded<T> {
	const start = useMemo(() => known<T>(path), []);
	const fresh = useRef(start.fresh);
	const data = useSignal<T | null>(start.data);
	const error = useSignal<ApiError | null>(null);
	const turn = useSignal(0);
	useEffect(() => {
		if (fresh.current) {
			fresh.current = false;
			return undefined;
		}
		const abort = new AbortController();
		const now = known<T>(path);
		data.value = now.data;
		error.value = null;
		if (now.fresh)
			return undefined;
		get<T>(path, abort.signal).then((found) => {
			remember(path, found);
			data.value = found;
		}, (e) => {
			if (!isAbort(e))
				error.value = asApiError(e);
		});
		return () => abort.abort();
	}, [path, turn.value, me.value?.id]);
	return { data, error, again: () => { turn.value++; } };
}

/* Asks now for what will be shown next, unless it is known. */
export function prefetch(path: string): void {
	if (!recent.has(path))
		get(path).then((found) => remember(path, found), () => undefined);
}

/* It was changed: asked for again when it is shown next. */
export function forget(path: string): void {
	recent.delete(path);
}

/* Known already, from a list for example. */
export function remember(path: string, found: unknown): void {
	recent.delete(path);
	recent.set(path, found);
	if (recent.size > 50)
		recent.delete(recent.keys().next().value as string);
}
