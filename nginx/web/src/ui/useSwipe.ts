/*
 * A sheet that a finger pulls down goes away: past a third of its height, or
 * by a quick pull.  Only from where it is not scrolled itself.
 */
import { useEffect } from 'preact/hooks';

const quick = 0.6;

interface Pull {
	y: number;
	time: number;
	by: number;
}

function canPull(target: EventTarget | null, sheet: HTMLElement): boolean {
	for (let at = target as HTMLElement | null; at && at !== sheet;
		at = at.parentElement)
		if (at.scrollTop > 0 || at.matches('input, textarea, select'))
			return false;
	return sheet.scrollTop <= 0;
}

export function useSwipe(ref: { current: HTMLElement | null },
	onClose: () => void): void {
	useEffect(() => {
		const sheet = ref.current;
		if (!sheet || !matchMedia('(max-width: 767px)').matches)
			return undefined;
		let pull: Pull | null = null;
		const start = (e: TouchEvent) => {
			const touch = e.touches[0];
			pull = touch && e.touches.length === 1 && canPull(e.target, sheet)
				? { y: touch.clientY, time: e.timeStamp, by: 0 } : null;
		};
		const move = (e: TouchEvent) => {
			const touch = e.touches[0];
			if (!pull || !touch)
				return;
			pull.by = touch.clientY - pull.y;
			if (pull.by <= 0)
				return;
			if (e.cancelable)
				e.preventDefault();
			sheet.style.transform = `translateY(${pull.by}px)`;
		};
		const end = (e: TouchEvent) => {
			const by = pull?.by ?? 0;
			const speed = by / Math.max(1, e.timeStamp - (pull?.time ?? 0));
			pull = null;
			if (by > sheet.offsetHeight / 3 || (by > 40 && speed > quick))
				onClose();
			else
				sheet.style.transform = '';
		};
		const over = new AbortController();
		const { signal } = over;
		sheet.addEventListener('touchstart', start,
			{ signal, passive: true });
		sheet.addEventListener('touchmove', move,
			{ signal, passive: false });
		sheet.addEventListener('touchend', end, { signal });
		sheet.addEventListener('touchcancel', end, { signal });
		return () => over.abort();
	}, []);
}
