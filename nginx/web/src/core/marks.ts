/*
 * What one has liked, saved for later or follows since the page was opened: it is
 * newer than what any answer says that was asked for before, or beside it.  A mark
 * is known by its path below /api/: PUT sets it, DELETE takes it away.
 */
import { signal } from '@preact/signals';
import { api, turn } from './api';
import { me } from './session';

const marks = signal<ReadonlyMap<string, boolean>>(new Map());

/* Somebody else's are others. */
const nameOf = (path: string): string => `${me.value?.id} ${path}`;

/* Whether it is marked; on: what the server said. */
export function isMarked(path: string, on: boolean): boolean {
	return marks.value.get(nameOf(path)) ?? on;
}

/* How many mark it, of whom the server counted so many. */
export function countOf(path: string, on: boolean, count: number): number {
	const now = isMarked(path, on);
	return Math.max(0, now === on ? count : count + (now ? 1 : -1));
}

/* Shown at once, turned back if the server refuses. */
export function turnMark(path: string, on: boolean): Promise<boolean> {
	const name = nameOf(path);
	return turn(path, !isMarked(path, on), (wish) => {
		marks.value = new Map(marks.value).set(name, wish);
	}, (wish) => api(wish ? 'PUT' : 'DELETE', path));
}

/* Something else has ended it: what the server says counts again. */
export function unmark(path: string): void {
	const left = new Map(marks.value);
	left.delete(nameOf(path));
	marks.value = left;
}
