/* A list that is shown a page at a time, and from which things go at once. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type ApiError, asApiError, get, nextOf, type Page } from './api';

export interface Paged<T> {
	list: Signal<T[] | null>;
	/* The path of the page after those that are shown. */
	next: Signal<string | null>;
	error: Signal<ApiError | null>;
	load: (path: string) => Promise<void>;
	/* Taken out now; what it returns puts it back. */
	take: (one: T) => () => void;
}

export function usePaged<T>(path: string): Paged<T> {
	const list = useSignal<T[] | null>(null);
	const next = useSignal<string | null>(null);
	const error = useSignal<ApiError | null>(null);
	const load = async (from: string) => {
		try {
			const page = await get<Page<T>>(from);
			list.value = from === path ? page.results
				: [...list.value ?? [], ...page.results];
			next.value = nextOf(path, page.next);
			error.value = null;
		} catch (e) {
			error.value = asApiError(e);
		}
	};
	const take = (one: T) => {
		const at = list.value?.indexOf(one) ?? -1;
		list.value = list.value?.filter((other) => other !== one) ?? null;
		return () => {
			const now = list.value ?? [];
			list.value = [...now.slice(0, at), one, ...now.slice(at)];
		};
	};
	useEffect(() => { void load(path); }, [path]);
	return { list, next, error, load, take };
}
