/* Something that a page shows, from the API. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type ApiError, asApiError, get, isAbort } from './api';
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

export function useLoad<T>(path: string): Loaded<T> {
	const data = useSignal<T | null>((recent.get(path) as T) ?? null);
	const error = useSignal<ApiError | null>(null);
	const turn = useSignal(0);
	useEffect(() => {
		const abort = new AbortController();
		if (viewer !== me.value?.id) {
			viewer = me.value?.id;
			recent.clear();
		}
		data.value = (recent.get(path) as T) ?? null;
		error.value = null;
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

/* Known already, from a list for example. */
export function remember(path: string, found: unknown): void {
	recent.delete(path);
	recent.set(path, found);
	if (recent.size > 50)
		recent.delete(recent.keys().next().value as string);
}
