/* Something that a page shows, from the API. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type ApiError, asApiError, get, isAbort } from './api';

export interface Loaded<T> {
	data: Signal<T | null>;
	error: Signal<ApiError | null>;
	again: () => void;
}

/* What was loaded last, to be shown at once when one comes back. */
const recent = new Map<string, unknown>();

export function useLoad<T>(path: string): Loaded<T> {
	const data = useSignal<T | null>((recent.get(path) as T) ?? null);
	const error = useSignal<ApiError | null>(null);
	const turn = useSignal(0);
	useEffect(() => {
		const abort = new AbortController();
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
	}, [path, turn.value]);
	return { data, error, again: () => { turn.value++; } };
}

/* Known already, from a list for example. */
export function remember(path: string, found: unknown): void {
	recent.delete(path);
	recent.set(path, found);
	if (recent.size > 50)
		recent.delete(recent.keys().next().value as string);
}
