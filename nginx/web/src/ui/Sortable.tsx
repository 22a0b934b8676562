/*
 * A grid whose order its owner changes: by dragging with the mouse or a
 * finger, or by keys at the handle: Space picks up and puts down, arrows move,
 * Esc gives up.  What happens is told in a live region.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import grip from 'icon:grip-vertical';
import { follow } from '../core/dragging';
import { type Move, Sorting } from '../core/sorting';
import { type Key, t } from '../core/words';
import { IconButton } from './Button';
import { tellError } from './Toast';

interface Item {
	id: number;
	title: string;
}

interface Props<T extends Item> {
	items: readonly T[];
	className: string;
	label: string;
	/* The items are in the new order when it resolves. */
	move: Move;
	children: (item: T) => ComponentChildren;
}

/* How many stand beside each other. */
function columnsOf(list: HTMLElement): number {
	const tops = [...list.children].map((one) =>
		Math.round(one.getBoundingClientRect().top));
	const second = tops.findIndex((top) => top > (tops[0] ?? 0) + 4);
	return second < 1 ? Math.max(1, tops.length) : second;
}

const steps: Record<string, (columns: number) => number> = {
	ArrowLeft: () => -1, ArrowRight: () => 1,
	ArrowUp: (columns) => -columns, ArrowDown: (columns) => columns,
	Home: () => -Infinity, End: () => Infinity,
};

export function Sortable<T extends Item>({ items, className, label, move,
	children }: Props<T>) {
	const list = useRef<HTMLUListElement>(null);
	const now = useRef({ items, move });
	now.current = { items, move };
	const sorting = useMemo(() => new Sorting(
		() => now.current.items.map((one) => one.id),
		(id, before) => now.current.move(id, before)), []);
	const said = useSignal('');
	const say = (key: Key, id: number) => {
		said.value = t(key, {
			name: now.current.items.find((one) => one.id === id)?.title ?? '',
			n: String(sorting.place + 1), all: String(sorting.count),
		});
	};
	const drop = (id: number) => {
		say('sort.dropped', id);
		sorting.drop().catch((e) => {
			say('sort.refused', id);
			tellError(e);
		});
	};
	const cancel = (id: number) => {
		say('sort.cancelled', id);
		sorting.cancel();
	};
	const keys = (e: KeyboardEvent, id: number) => {
		const picked = sorting.picked.value === id;
		const step = steps[e.key];
		if (e.key === ' ' || e.key === 'Enter') {
			if (picked)
				return void (e.preventDefault(), drop(id));
			sorting.pick(id);
			say('sort.picked', id);
		} else if (picked && e.key === 'Escape') {
			cancel(id);
		} else if (picked && step && list.current) {
			const at = sorting.place + step(columnsOf(list.current));
			if (sorting.to(at))
				say('sort.at', id);
		} else {
			if (picked && e.key === 'Tab')
				drop(id);
			return;
		}
		e.preventDefault();
		e.stopPropagation();
	};
	/* What moves in the document loses the focus. */
	const focused = useRef<HTMLElement | null>(null);
	useLayoutEffect(() => {
		if (sorting.picked.value !== null && focused.current?.isConnected &&
			document.activeElement !== focused.current)
			focused.current.focus();
	}, [sorting.order.value]);
	useEffect(() => list.current ? follow(list.current, sorting, {
		picked: (id) => say('sort.picked', id), dropped: drop,
		cancelled: cancel,
	}) : undefined, []);
	const byId = new Map(items.map((one) => [one.id, one]));
	const shown = (sorting.order.value ?? items.map((one) => one.id))
		.flatMap((id) => byId.get(id) ?? []);
	return <>
		<ul ref={list} class={`sortable ${className}`} aria-label={label}>
			{shown.map((item) => <li key={item.id} data-sort={item.id}
				data-picked={sorting.picked.value === item.id || undefined}>
				{children(item)}
				<IconButton icon={grip} class="grip" label={t('sort.handle',
					{ name: item.title })}
					aria-pressed={sorting.picked.value === item.id}
					onFocus={(e) => { focused.current = e.currentTarget; }}
					onKeyDown={(e) => keys(e, item.id)} />
			</li>)}
		</ul>
		<p class="hidden" role="status" aria-live="assertive">{said.value}</p>
	</>;
}
