/*
 * The list that a pin was opened from, so that one can go on to the pins beside
 * it.  Kept with the entries of the history that lead along it.
 */
import { go } from './router';

let ids: readonly number[] = [];

/* A list from which a pin is opened. */
export function leaveFrom(list: readonly { id: number }[]): void {
	ids = list.map((pin) => pin.id);
}

/* The pin before (-1) or after (1) this one in its list. */
export function beside(id: number, by: -1 | 1): number | undefined {
	const at = ids.indexOf(id);
	return at < 0 ? undefined : ids[at + by];
}

/* Goes there; back still leads to the list. */
export function step(id: number, by: -1 | 1): void {
	const next = beside(id, by);
	if (next !== undefined)
		go(`/pin/${next}`, true);
}
