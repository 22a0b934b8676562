/* A list of the settings: what one keeps away, a page at a time; each can be
 * let go. */
import type { ComponentChildren } from 'preact';
import type { Paged } from '../core/paged';
import { t } from '../core/words';
import { Button } from './Button';
import { ErrorState } from './State';

interface Props<T> {
	paged: Paged<T>;
	path: string;
	title: string;
	text: string;
	none: string;
	row: (one: T) => ComponentChildren;
	keyOf: (one: T) => number;
}

export function KeptList<T>(props: Props<T>) {
	const { paged: { list, next, error, load }, path, row } = props;
	if (error.value && !list.value)
		return <ErrorState error={error.value} again={() => load(path)} />;
	const isEmpty = list.value?.length === 0 && !next.value;
	return <section class="box" aria-busy={list.value === null}>
		<h2 tabIndex={-1}>{props.title}</h2>
		<p class="soft">{isEmpty ? props.none : props.text}</p>
		{!isEmpty && <ul>{list.value?.map((one) => <li key={props.keyOf(one)}>
			{row(one)}</li>)}</ul>}
		{error.value && <p role="alert">{error.value.message}</p>}
		{next.value && <Button onClick={() => load(next.value ?? path)}>
			{t('show.more')}</Button>}
	</section>;
}

/* The row that had the focus goes: the focus stays at its list. */
export function focusList(from: HTMLElement): void {
	from.closest('section')?.querySelector('h2')
		?.focus({ preventScroll: true });
}
