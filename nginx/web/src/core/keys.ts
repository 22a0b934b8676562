/*
 * The keys of the application, for those who like them: none while one types,
 * with a modifier, or under a dialog; off altogether if the settings say so.
 */
import { helping } from './layers';
import { go, place } from './router';
import { step as stepBeside } from './trail';

const offName = 'keys off';

export function areKeysOn(): boolean {
	return localStorage.getItem(offName) === null;
}

export function turnKeys(on: boolean): void {
	if (on)
		localStorage.removeItem(offName);
	else
		localStorage.setItem(offName, '1');
}

function cards(): HTMLElement[] {
	return [...document.querySelectorAll<HTMLElement>('.card[data-pin]')];
}

/* To the next card, or the one before; at first to the first in view. */
function step(by: number): void {
	const all = cards();
	const now = all.findIndex((card) => card.contains(document.activeElement));
	const inView = all.findIndex(
		(card) => card.getBoundingClientRect().top >= 0);
	const card = all[now < 0 ? inView : now + by];
	card?.querySelector('a')?.focus({ preventScroll: true });
	card?.scrollIntoView({ block: 'nearest' });
}

/* Presses a button of the card that has the focus, or of the open pin. */
function press(selector: string): void {
	const within = document.activeElement?.closest('.card') ??
		document.querySelector('.panel');
	within?.querySelector<HTMLElement>(selector)?.click();
}

/* On the page of a pin: to the one beside it in its list. */
function along(by: -1 | 1): void {
	const id = /^\/pin\/(\d+)$/.exec(place.value?.path ?? '')?.[1];
	if (id)
		stepBeside(Number(id), by);
}

const actions: Record<string, () => void> = {
	j: () => step(1),
	k: () => step(-1),
	s: () => press('.save-main'),
	b: () => press('.save-which'),
	l: () => press('.like-main'),
	c: () => document.querySelector<HTMLElement>(
		'.comments textarea')?.focus(),
	n: () => go('/create'),
	ArrowLeft: () => along(-1),
	ArrowRight: () => along(1),
	'g h': () => go('/'),
	'g e': () => go('/explore'),
	'?': () => { helping.value = true; },
	Escape: () => {
		if (place.value?.path.startsWith('/pin/') && history.length > 1)
			history.back();
	},
};

let before = '';

function isBusy(e: KeyboardEvent): boolean {
	const at = e.target instanceof Element ? e.target : document.body;
	return e.defaultPrevented || e.isComposing || e.ctrlKey || e.metaKey ||
		e.altKey || at.matches('input, textarea, select') ||
		document.querySelector('dialog[open], .menu') !== null;
}

export function startKeys(): void {
	addEventListener('keydown', (e) => {
		if (!areKeysOn() || isBusy(e))
			return;
		const act = actions[before === 'g' ? `g ${e.key}` : e.key];
		before = e.key;
		if (!act)
			return;
		e.preventDefault();
		act();
	});
}
