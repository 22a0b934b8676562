/*
 * Things of a list that follow the pointer: with a mouse from anywhere on them,
 * with a finger by their handle, as elsewhere it scrolls.  The list scrolls
 * along at the edges of the window.
 */
import type { Sorting } from './sorting';

interface Told {
	picked: (id: number) => void;
	dropped: (id: number) => void;
	cancelled: (id: number) => void;
}

const threshold = 6;
const edge = 72;

interface Drag {
	id: number;
	pointer: number;
	item: HTMLElement;
	x: number;
	y: number;
	/* Where in the item it was taken. */
	dx: number;
	dy: number;
	moved: boolean;
}

const idOf = (item: HTMLElement): number => Number(item.dataset['sort']);

/* Where it would lie if it did not follow the pointer. */
function restOf(item: HTMLElement): DOMRect {
	const kept = item.style.translate;
	item.style.translate = '';
	const rect = item.getBoundingClientRect();
	item.style.translate = kept;
	return rect;
}

/* The place of the item whose middle is nearest to a point. */
function placeAt(list: HTMLElement, x: number, y: number): number {
	let best = 0;
	let least = Infinity;
	[...list.children].forEach((one, place) => {
		const rect = restOf(one as HTMLElement);
		const far = Math.hypot(rect.left + rect.width / 2 - x,
			rect.top + rect.height / 2 - y);
		if (far < least) {
			least = far;
			best = place;
		}
	});
	return best;
}

export function follow(list: HTMLElement, sorting: Sorting, told: Told):
	() => void {
	let drag: Drag | null = null;
	let frame = 0;

	const show = () => {
		if (!drag?.moved)
			return;
		const { item } = drag;
		const rest = restOf(item);
		item.style.translate = `${drag.x - drag.dx - rest.left}px ` +
			`${drag.y - drag.dy - rest.top}px`;
	};
	const tick = () => {
		if (!drag?.moved)
			return;
		const below = drag.y - (innerHeight - edge);
		const above = edge - drag.y;
		if (below > 0 || above > 0)
			scrollBy(0, below > 0 ? below / 4 : -above / 4);
		sorting.to(placeAt(list, drag.x, drag.y));
		show();
		frame = requestAnimationFrame(tick);
	};
	const end = (how: 'dropped' | 'cancelled') => {
		cancelAnimationFrame(frame);
		const ended = drag;
		drag = null;
		if (!ended?.moved)
			return;
		ended.item.style.translate = '';
		told[how](ended.id);
		/* The click that follows opens nothing. */
		const stop = (e: Event) => {
			e.preventDefault();
			e.stopPropagation();
		};
		list.addEventListener('click', stop, { capture: true, once: true });
		setTimeout(() => list.removeEventListener('click', stop, true));
	};
	const down = (e: PointerEvent) => {
		const at = e.target as Element;
		const item = at.closest<HTMLElement>('[data-sort]');
		if (!item || e.button !== 0 || drag ||
			(e.pointerType !== 'mouse' && !at.closest('.grip')))
			return;
		const rect = item.getBoundingClientRect();
		drag = { id: idOf(item), pointer: e.pointerId, item, x: e.clientX,
			y: e.clientY, dx: e.clientX - rect.left, dy: e.clientY - rect.top,
			moved: false };
	};
	const move = (e: PointerEvent) => {
		if (!drag || e.pointerId !== drag.pointer)
			return;
		const far = Math.hypot(e.clientX - drag.x, e.clientY - drag.y);
		if (!drag.moved && far < threshold)
			return;
		drag.x = e.clientX;
		drag.y = e.clientY;
		if (drag.moved)
			return;
		drag.moved = true;
		sorting.pick(drag.id);
		told.picked(drag.id);
		frame = requestAnimationFrame(tick);
	};
	const up = (e: PointerEvent) => {
		if (drag && e.pointerId === drag.pointer) {
			if (drag.moved)
				sorting.to(placeAt(list, e.clientX, e.clientY));
			end('dropped');
		}
	};
	const cancel = (e: PointerEvent) => {
		if (drag && e.pointerId === drag.pointer)
			end('cancelled');
	};
	const key = (e: KeyboardEvent) => {
		if (e.key === 'Escape' && drag?.moved)
			end('cancelled');
	};
	const never = (e: Event) => e.preventDefault();
	const over = new AbortController();
	const { signal } = over;
	list.addEventListener('dragstart', never, { signal });
	list.addEventListener('pointerdown', down, { signal });
	addEventListener('pointermove', move, { signal });
	addEventListener('pointerup', up, { signal });
	addEventListener('pointercancel', cancel, { signal });
	addEventListener('keydown', key, { signal });
	return () => {
		cancelAnimationFrame(frame);
		over.abort();
	};
}
