/* The page on show in its frame: title, scroll position, focus. */
import { useEffect, useErrorBoundary, useLayoutEffect } from 'preact/hooks';
import { asApiError } from './core/api';
import { onLeave, type Place, place } from './core/router';
import { seek } from './core/seek';
import { me } from './core/session';
import { Frame } from './ui/Frame';
import { Layers } from './ui/Layers';
import { MenuHost } from './ui/Menu';
import { ErrorState } from './ui/State';
import { ToastHost } from './ui/Toast';

const scrollName = (key: string): string => `scroll ${key}`;

onLeave((key) => {
	sessionStorage.setItem(scrollName(key), String(scrollY));
});

/* The position of before, as soon as the page is high enough for it. */
function restore(key: string): void {
	const wanted = Number(sessionStorage.getItem(scrollName(key)));
	const end = performance.now() + 1500;
	const attempt = () => {
		scrollTo(0, wanted);
		if (Math.abs(scrollY - wanted) > 2 && performance.now() < end &&
			place.value?.key === key)
			requestAnimationFrame(attempt);
	};
	attempt();
}

/* The first page of a visit: the reader has done nothing here yet. */
let isFirst = true;

function useArrival(now: Place | null): void {
	const key = now?.key;
	useLayoutEffect(() => {
		if (now?.again)
			restore(now.key);
		else
			scrollTo(0, 0);
	}, [key]);
	useEffect(() => {
		const main = document.getElementById('main');
		/* A page may have put it on its title already. */
		if (now && !now.again && !isFirst &&
			!main?.contains(document.activeElement))
			main?.focus({ preventScroll: true });
		isFirst &&= !now;
		const part = location.hash.slice(1);
		return now && !now.again && part && part !== 'main' ? seek(part)
			: undefined;
	}, [key]);
}

/* No page stands there before it is known for whom: it would be a stranger's,
 * and change under the eyes of who has a login that is being renewed. */
function PageOnShow() {
	const now = me.value === undefined ? null : place.value;
	const [error, reset] = useErrorBoundary((e) => console.error(e));
	useArrival(now);
	useEffect(() => { if (error) reset(); }, [now?.key]);
	if (error)
		return <ErrorState error={asApiError(error)}
			again={() => location.reload()} />;
	return now && <now.Page key={now.path} params={now.params} />;
}

export function App() {
	return <>
		<Frame><PageOnShow /></Frame>
		<Layers />
		<MenuHost />
		<ToastHost />
	</>;
}
