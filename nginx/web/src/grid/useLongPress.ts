/*
 * A long press of a finger: what the pointer's hovering shows, for who has
 * none.  The press that follows from it does nothing else.
 */
import { useRef } from 'preact/hooks';

const length = 450;
const slack = 10;

export interface Press {
	onPointerDown: (e: PointerEvent) => void;
	onPointerMove: (e: PointerEvent) => void;
	onPointerUp: () => void;
	onPointerCancel: () => void;
	onContextMenu: (e: Event) => void;
	onClickCapture: (e: Event) => void;
}

export function useLongPress(act: (at: HTMLElement) => void): Press {
	const timer = useRef(0);
	const from = useRef({ x: 0, y: 0 });
	const done = useRef(false);
	const stop = () => { clearTimeout(timer.current); timer.current = 0; };
	return {
		onPointerDown(e) {
			const at = e.currentTarget as HTMLElement;
			done.current = false;
			if (e.pointerType !== 'touch' || !e.isPrimary)
				return;
			from.current = { x: e.clientX, y: e.clientY };
			stop();
			timer.current = window.setTimeout(() => {
				done.current = true;
				act(at);
			}, length);
		},
		onPointerMove(e) {
			if (Math.hypot(e.clientX - from.current.x,
				e.clientY - from.current.y) > slack)
				stop();
		},
		onPointerUp: stop,
		onPointerCancel: stop,
		/* The browser's own menu for a link, where a finger asks for it. */
		onContextMenu(e) {
			if (timer.current || done.current)
				e.preventDefault();
		},
		onClickCapture(e) {
			if (!done.current)
				return;
			done.current = false;
			e.preventDefault();
			e.stopPropagation();
		},
	};
}
