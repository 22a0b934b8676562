/*
 * The part of a page that its address names: /pin/12#comment-34.
 *
 * It may come after the page, so it is waited for; then it is shown, marked for
 * the eye (data-sought) and has the focus.
 */
const patience = 15 * 1000;

function find(id: string): boolean {
	const part = document.getElementById(id);
	if (!part)
		return false;
	document.querySelectorAll('[data-sought]').forEach((one) =>
		one.removeAttribute('data-sought'));
	part.toggleAttribute('data-sought', true);
	if (!part.hasAttribute('tabindex'))
		part.tabIndex = -1;
	part.focus({ preventScroll: true });
	part.scrollIntoView({ block: 'center' });
	return true;
}

/* Gives up when the reader does something else, or after a while. */
export function seek(id: string): () => void {
	if (find(id))
		return () => undefined;
	const observer = new MutationObserver(() => {
		if (find(id))
			stop();
	});
	const stop = () => {
		observer.disconnect();
		clearTimeout(timer);
		removeEventListener('wheel', stop);
		removeEventListener('touchmove', stop);
		removeEventListener('keydown', stop);
	};
	const timer = setTimeout(stop, patience);
	addEventListener('wheel', stop, { passive: true });
	addEventListener('touchmove', stop, { passive: true });
	addEventListener('keydown', stop);
	observer.observe(document.body, { childList: true, subtree: true,
		attributes: true, attributeFilter: ['id'] });
	return stop;
}
