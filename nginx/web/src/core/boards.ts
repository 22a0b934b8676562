/* What the reader may do with a board, and what others should know when one
 * changed. */
import { signal } from '@preact/signals';
import { api } from './api';
import { me, reloadBoards } from './session';
import type { Board } from './types';

export const isMine = (board: Board): boolean =>
	me.value?.username === board.author;
/* Its title, text, cover, order and sections, and all that is on it. */
export const mayEdit = (board: Board): boolean =>
	isMine(board) || board.role === 'editor';
export const mayAdd = (board: Board): boolean =>
	mayEdit(board) || board.role === 'adder';

/* Counts changes: the page of a board asks for it again. */
export const boardTurn = signal(0);

export function boardChanged(): void {
	boardTurn.value++;
	reloadBoards().catch(() => undefined);
}

/* Pins that are being dragged. */
export const carrying = signal<number[] | null>(null);

export interface Many {
	ids: number[];
	action: 'add' | 'remove' | 'move';
	to?: number;
	section?: number;
}

/* How many a call may name. */
const most = 200;

/* Many pins of a board at once; how many it was. */
export async function doMany(board: number, many: Many): Promise<number> {
	let n = 0;
	for (let at = 0; at < many.ids.length; at += most) {
		const { changed } = await api<{ changed: number }>('POST',
			`boards/${board}/items`, { body: { ...many,
				ids: many.ids.slice(at, at + most) } });
		n += changed;
	}
	return n;
}

/* Many of one's own pins go to the trash, or come back. */
export async function trashMany(ids: number[],
	action: 'trash' | 'restore'): Promise<number> {
	let n = 0;
	for (let at = 0; at < ids.length; at += most) {
		const { changed } = await api<{ changed: number }>('POST',
			'pins/bulk', { body: { action, ids: ids.slice(at, at + most) } });
		n += changed;
	}
	return n;
}
