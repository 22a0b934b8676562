/*
 * The wall of pins: cards placed absolutely, those near the window alone in
 * the document, pages asked for before the end comes into view.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { Card } from './Card';
import { Foot } from './Foot';
import { leaveFrom } from '../core/trail';
import type { Feed } from './feed';
import { type Box, Layout } from './layout';

/* How far beyond the window cards are kept, and the next page is asked for,
 * in heights of the window. */
const margin = 1;
const ahead = 2;
const step = 200;

interface Props {
	feed: Feed;
	label: string;
	why?: boolean;
	empty: ComponentChildren;
	end?: ComponentChildren;
}

interface Span {
	top: number;
	bottom: number;
}

export function Masonry({ feed, label, empty, end, why = false }: Props) {
	const wall = useRef<HTMLDivElement>(null);
	const width = useSignal(0);
	const span = useSignal<Span>({ top: 0, bottom: 0 });
	const items = feed.items.value;
	const state = feed.state.value;
	const layout = useMemo(() => new Layout(width.value || 320),
		[width.value, feed]);
	layout.place(items.map((pin) => pin.media));
	useWidth(wall, width, layout);
	useSpan(wall, span, () => {
		const left = (wall.current?.getBoundingClientRect().bottom ?? 0) -
			innerHeight;
		if (feed.state.value === 'idle' && left < innerHeight * ahead)
			void feed.more();
	}, [feed, items.length, layout]);

	if (state === 'end' && items.length === 0)
		return <div ref={wall}>{empty}</div>;
	const shown = width.value > 0;
	const skeletons = state === 'loading' || (state === 'idle' && !items.length)
		? layout.skeletons(layout.columns * 2) : [];
	const height = Math.max(layout.height,
		...skeletons.map((box) => box.y + box.height));
	return <>
		<div ref={wall} class="wall" role="feed" aria-label={label}
			aria-busy={state === 'loading'}
			style={{ height: `${height}px` }}>
			{shown && items.map((pin, i) => {
				const box = layout.boxes[i] as Box;
				return near(box, span.value) && <Card key={pin.id} pin={pin}
					box={box} index={i} first={i < layout.columns}
					onOpen={() => leaveFrom(items)}
					total={state === 'end' ? items.length : -1} why={why} />;
			})}
			{shown && skeletons.map((box, i) => <div key={`s${i}`}
				class="skeleton card" style={boxStyle(box)} />)}
		</div>
		<Foot feed={feed} end={end} />
	</>;
}

export function boxStyle(box: Box): Record<string, string> {
	return {
		width: `${box.width}px`, height: `${box.height}px`,
		transform: `translate(${box.x}px, ${box.y}px)`,
	};
}

function near(box: Box, span: Span): boolean {
	return box.y < span.bottom && box.y + box.height > span.top;
}

/* Follows the width of the wall; the pin at the top stays where it is. */
function useWidth(wall: { current: HTMLElement | null },
	width: { value: number }, layout: Layout): void {
	const now = useRef(layout);
	const anchor = useRef<{ index: number; at: number } | null>(null);
	now.current = layout;
	useLayoutEffect(() => {
		const element = wall.current;
		if (!element)
			return undefined;
		width.value = element.clientWidth;
		const watch = new ResizeObserver(() => {
			if (element.clientWidth === width.value)
				return;
			const top = -element.getBoundingClientRect().top;
			const index = now.current.boxes.findIndex(
				(box) => box.y + box.height > top);
			const box = now.current.boxes[index];
			anchor.current = top > 0 && box
				? { index, at: box.y - top } : null;
			width.value = element.clientWidth;
		});
		watch.observe(element);
		return () => watch.disconnect();
	}, []);
	useLayoutEffect(() => {
		const box = anchor.current && layout.boxes[anchor.current.index];
		if (!wall.current || !box || !anchor.current)
			return;
		const top = wall.current.getBoundingClientRect().top + scrollY;
		scrollTo(0, top + box.y - anchor.current.at);
		anchor.current = null;
	}, [layout]);
}

/* Follows which part of the wall is near the window, in steps: at first what is
 * in it, so that it is there soon, then what is beyond. */
function useSpan(wall: { current: HTMLElement | null },
	span: { value: Span }, then: () => void, inputs: unknown[]): void {
	const reach = useRef(0);
	useLayoutEffect(() => {
		let asked = 0;
		let later = 0;
		const look = () => {
			asked = 0;
			if (!wall.current)
				return;
			const top = -wall.current.getBoundingClientRect().top;
			const beyond = innerHeight * reach.current;
			const from = Math.floor((top - beyond) / step) * step;
			const to = Math.ceil((top + innerHeight + beyond) / step) * step;
			if (from !== span.value.top || to !== span.value.bottom)
				span.value = { top: from, bottom: to };
			then();
			if (reach.current < margin && !later)
				later = window.setTimeout(() => {
					later = 0;
					reach.current += margin / 4;
					look();
				}, 30);
		};
		const ask = () => { asked ||= requestAnimationFrame(look); };
		look();
		addEventListener('scroll', ask, { passive: true });
		addEventListener('resize', ask);
		return () => {
			cancelAnimationFrame(asked);
			clearTimeout(later);
			removeEventListener('scroll', ask);
			removeEventListener('resize', ask);
		};
	}, inputs);
	useEffect(then, inputs);
}
